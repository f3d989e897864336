import type { FileResource } from '@tapedeck/protocol';
import type { ApiClient } from '../access/api-client.ts';
import { offeredLayouts, type OfferedLayout } from './offered-layouts.ts';
import { useWords } from '../words.ts';
import { hasEnded, useRecording } from './use-recording.ts';

interface Props {
  readonly api: ApiClient;
  readonly roomName: string;
  readonly isInRoom: boolean;
}

/** Record and Stop, the state in between, and the files afterwards. */
export function RecordingPanel({ api, roomName, isInRoom }: Props) {
  const text = useWords();
  const { recording, error, isBusy, start, stop } = useRecording(api);
  const isRunning = recording !== null && !hasEnded(recording);
  const canStop = recording !== null && ['starting', 'recording', 'paused'].includes(recording.state);
  const submit = (form: FormData): Promise<void> =>
    start({ room: roomName, layout: form.get('layout') as OfferedLayout, hasIndividual: form.get('individual') === 'on' });
  return (
    <section className="card">
      <h2>{text.recording}</h2>
      {isRunning ? (
        <div className="row">
          <p role="status" className={`state ${recording.state}`}>
            {text.state[recording.state]}
          </p>
          <button className="primary" disabled={isBusy || !canStop} onClick={() => void stop()}>
            ■ {text.stop}
          </button>
        </div>
      ) : (
        <form className="row" action={submit}>
          <label>
            {text.layout}
            <select name="layout" defaultValue="grid">
              {offeredLayouts.map((name) => (
                <option key={name} value={name}>
                  {text.layouts[name]}
                </option>
              ))}
            </select>
          </label>
          <label className="choice">
            <input type="checkbox" name="individual" />
            {text.individual}
          </label>
          <button className="primary record" disabled={isBusy || !isInRoom}>
            ● {text.record}
          </button>
        </form>
      )}
      {!recording && <p className="hint">{text.noRecording}</p>}
      {recording && !isRunning && (
        <p role="status" className={`state ended ${recording.state}`}>
          {text.state[recording.state]}
        </p>
      )}
      {(error ?? recording?.error?.detail) && (
        <p className="error" role="alert">
          {error ?? recording?.error?.detail}
        </p>
      )}
      {recording?.files.map((file) => (
        <FileView key={file.id} file={file} />
      ))}
    </section>
  );
}

function FileView({ file }: { readonly file: FileResource }) {
  const text = useWords();
  if (file.url === null) return null;
  const label = file.type === 'composite' ? text.composite : (file.participant ?? file.key);
  return (
    <figure data-file={file.type}>
      {file.format !== 'hls' && <video src={`${file.url}#t=0.01`} controls playsInline preload="metadata" />}
      <figcaption className="row">
        <span>
          {label} · {(file.durationMs / 1000).toFixed(1)} s · {(file.sizeBytes / 1e6).toFixed(1)} MB
        </span>
        <a href={withDownload(file.url)} download>
          {text.download}
        </a>
      </figcaption>
    </figure>
  );
}

function withDownload(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}download=1`;
}
