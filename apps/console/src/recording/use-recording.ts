import type { Recording } from '@tapedeck/protocol';
import { useCallback, useEffect, useState } from 'react';
import type { ApiClient, RecordRequest } from '../access/api-client.ts';

const POLL_MS = 700;

/** The recording that this page started. */
export interface RecordingControl {
  readonly recording: Recording | null;
  readonly error: string | null;
  readonly isBusy: boolean;
  readonly start: (request: RecordRequest) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** True when nothing happens to the recording any more. */
export function hasEnded(recording: Recording): boolean {
  return ['completed', 'failed', 'aborted'].includes(recording.state);
}

/** Starts and stops a recording and follows its state until it has ended. */
export function useRecording(api: ApiClient): RecordingControl {
  const [recording, setRecording] = useState<Recording | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  const run = useCallback(async (work: () => Promise<Recording>) => {
    setIsBusy(true);
    setError(null);
    try {
      setRecording(await work());
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setIsBusy(false);
    }
  }, []);
  const id = recording && !hasEnded(recording) ? recording.id : null;
  useEffect(() => {
    if (id === null) return undefined;
    const timer = setInterval(() => {
      api
        .recording(id)
        .then(setRecording)
        .catch((cause: unknown) => setError(String(cause)));
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [api, id]);
  const start = useCallback((request: RecordRequest) => run(() => api.record(request)), [api, run]);
  const stop = useCallback(async () => {
    if (id !== null) await run(() => api.stop(id));
  }, [api, run, id]);
  return { recording, error, isBusy, start, stop };
}
