import type { JSX } from 'react';
import type { RecorderOptions } from '../recorder/options.ts';
import { useRecorder } from './use-recorder.ts';

/** Words of {@link RecorderWidget}; English when left out. */
export interface RecorderWords {
  readonly start: string;
  readonly pause: string;
  readonly resume: string;
  readonly stop: string;
  readonly save: string;
}

const english: RecorderWords = { start: 'Record', pause: 'Pause', resume: 'Resume', stop: 'Stop', save: 'Save' };

/** What the widget needs. */
export interface RecorderWidgetProps {
  /** Asked when the user starts: what to record, as it is then. */
  readonly options: () => RecorderOptions;
  readonly words?: Partial<RecorderWords>;
  readonly className?: string;
}

/** Buttons to start, pause, resume and stop, time and size while it runs, and a button that saves the file. Unstyled but for its class; readable by screen readers. */
export function RecorderWidget({ options, words = {}, className = 'tapedeck-recorder' }: RecorderWidgetProps): JSX.Element {
  const { state, progress, media, error, start, pause, resume, stop } = useRecorder();
  const say = { ...english, ...words };
  const isRunning = state === 'recording' || state === 'paused';
  return (
    <div className={className} data-state={state} role="group">
      {isRunning ? (
        <>
          <button type="button" onClick={state === 'paused' ? resume : pause}>
            {state === 'paused' ? say.resume : say.pause}
          </button>
          <button type="button" onClick={() => void stop()}>
            {say.stop}
          </button>
        </>
      ) : (
        <button type="button" disabled={state !== 'idle'} onClick={() => void start(options())}>
          {say.start}
        </button>
      )}
      <output>{isRunning ? `${clock(progress.durationMs)} · ${(progress.bytes / 1e6).toFixed(1)} MB` : ''}</output>
      {media !== null && state === 'idle' ? (
        <button type="button" onClick={() => save(media.file)}>
          {say.save}
        </button>
      ) : null}
      {error === null ? null : <p role="alert">{error.message}</p>}
    </div>
  );
}

/** Hands a file to the browser's downloads. */
function save(file: File): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the download must have begun by then
}

/** `h:mm:ss`, without hours in the first one. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? rest : `${Math.floor(seconds / 3600)}:${rest}`;
}
