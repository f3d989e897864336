import { useCallback, useEffect, useRef, useState } from 'react';
import { createRecorder } from '../recorder/create-recorder.ts';
import type { RecorderOptions } from '../recorder/options.ts';
import type { RecordedMedia, Recorder } from '../recorder/recorder.ts';
import type { Progress } from '../worker/plan.ts';

/** What a component knows of its recorder and can do with it. */
export interface RecorderControls {
  readonly state: 'idle' | 'starting' | 'recording' | 'paused' | 'stopping';
  /** Of the running recording, or of the last one. */
  readonly progress: Progress;
  /** The last finished recording. */
  readonly media: RecordedMedia | null;
  /** Why the last call failed; null after one that did not. */
  readonly error: Error | null;
  /** The running recorder, for sources and layouts. */
  readonly recorder: Recorder | null;
  /** Does nothing while one runs. Never rejects: see `error`. */
  start(options: RecorderOptions): Promise<void>;
  pause(): void;
  resume(): void;
  /** Does nothing while none runs. Never rejects: see `error`. */
  stop(): Promise<void>;
}

const nothing: Progress = { bytes: 0, durationMs: 0, droppedFrames: 0 };

/** One recorder at a time for a component. A component that goes away ends its recording; the file stays in the private file system. */
export function useRecorder(): RecorderControls {
  const [state, setState] = useState<RecorderControls['state']>('idle');
  const [progress, setProgress] = useState(nothing);
  const [media, setMedia] = useState<RecordedMedia | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [shown, setShown] = useState<Recorder | null>(null);
  const recorder = useRef<Recorder | null>(null);
  const isBusy = useRef(false);

  const stop = useCallback(async () => {
    const running = recorder.current;
    if (running === null) return;
    recorder.current = null;
    setShown(null);
    setState('stopping');
    try {
      setMedia(await running.stop());
      setError(null);
    } catch (cause) {
      setError(asError(cause));
    }
    setState('idle');
  }, []);

  const start = useCallback(
    async (options: RecorderOptions) => {
      if (isBusy.current || recorder.current !== null) return;
      isBusy.current = true;
      setState('starting');
      setProgress(nothing);
      try {
        const started = await createRecorder(options);
        recorder.current = started;
        setShown(started);
        started.on('progress', setProgress);
        started.on('ended', () => void stop());
        setError(null);
        setState('recording');
      } catch (cause) {
        setError(asError(cause));
        setState('idle');
      }
      isBusy.current = false;
    },
    [stop],
  );

  const pause = useCallback(() => {
    recorder.current?.pause();
    if (recorder.current !== null) setState('paused');
  }, []);
  const resume = useCallback(() => {
    recorder.current?.resume();
    if (recorder.current !== null) setState('recording');
  }, []);

  useEffect(() => () => void stop(), [stop]);
  return { state, progress, media, error, recorder: shown, start, pause, resume, stop };
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
