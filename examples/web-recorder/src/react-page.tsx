import type { RecorderOptions } from '@tapedeck/web';
import { RecorderWidget, useRecorder } from '@tapedeck/web/react';
import { useEffect, useReducer, useRef, useState, type JSX } from 'react';
import { createRoot } from 'react-dom/client';
import { mountFrame } from './frame.ts';
import { clock, size } from './make.ts';
import { closePeople, drawPeople, openCamera, type Person } from './people.ts';
import { inEachLanguage, say } from './words.ts';

mountFrame('react');

const states = { idle: 'idle', starting: 'starting', recording: 'isRecording', paused: 'paused', stopping: 'stopping' } as const;

function optionsOf(people: readonly Person[]): RecorderOptions {
  return { sources: people.map(({ id, video, audio }) => ({ id, video, audio })), video: { width: 1280, height: 720 } };
}

function Page(): JSX.Element {
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [error, setError] = useState('');
  const [, showAnew] = useReducer((count: number) => count + 1, 0);
  useEffect(() => inEachLanguage(showAnew), []);
  const use = async (open: () => Promise<readonly Person[]>): Promise<void> => {
    try {
      const opened = await open();
      closePeople(people);
      setPeople(opened);
      setError('');
    } catch (cause) {
      setError(String(cause));
    }
  };
  return (
    <>
      <section className="card wide">
        <h2>{say('whatToRecord')}</h2>
        <div className="row">
          <button onClick={() => void use(openCamera)}>{say('useCamera')}</button>
          <button onClick={() => void use(async () => drawPeople())}>{say('useTestPicture')}</button>
        </div>
        <div className="people">
          {people.length === 0 ? (
            <p className="hint">{say('nothingYet')}</p>
          ) : (
            people.map((person) => <Tile key={person.id} person={person} />)
          )}
        </div>
        {error === '' ? null : <p className="error">{error}</p>}
      </section>
      <OwnButtons people={people} />
      <section className="card" aria-label="widget">
        <h2>{say('widget')}</h2>
        <p className="hint">{say('widgetHint')}</p>
        <RecorderWidget
          options={() => optionsOf(people)}
          words={{ start: say('record'), pause: say('pause'), resume: say('resume'), stop: say('stop'), save: say('save') }}
        />
      </section>
    </>
  );
}

function Tile({ person: { id, video } }: { readonly person: Person }): JSX.Element {
  const view = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (view.current !== null) view.current.srcObject = video === null ? null : new MediaStream([video]);
  }, [video]);
  return (
    <figure className="person">
      <video ref={view} muted autoPlay playsInline />
      <figcaption>{id}</figcaption>
    </figure>
  );
}

function OwnButtons({ people }: { readonly people: readonly Person[] }): JSX.Element {
  const { state, progress, media, error, recorder, start, pause, resume, stop } = useRecorder();
  const player = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (media === null || player.current === null) return;
    const address = URL.createObjectURL(media.file);
    player.current.src = address;
    return () => URL.revokeObjectURL(address);
  }, [media]);
  const isRunning = state === 'recording' || state === 'paused';
  return (
    <section className="card" aria-label="hook">
      <h2>{say('hook')}</h2>
      <p className="hint">{say('hookHint')}</p>
      <div className="row">
        {isRunning ? (
          <button className="primary" onClick={() => void stop()}>
            {say('stop')}
          </button>
        ) : (
          <button className="primary" disabled={state !== 'idle' || people.length === 0} onClick={() => void start(optionsOf(people))}>
            {say('record')}
          </button>
        )}
        <button disabled={!isRunning} onClick={state === 'paused' ? resume : pause}>
          {say(state === 'paused' ? 'resume' : 'pause')}
        </button>
        <select
          aria-label={say('layout')}
          disabled={!isRunning}
          onChange={({ target }) => recorder?.setLayout(target.value === 'speaker' ? 'speaker' : 'grid')}
        >
          <option>grid</option>
          <option>speaker</option>
        </select>
        <output data-state={states[state]}>{say(states[state])}</output>
      </div>
      <dl>
        <Figure name={say('duration')} value={clock(progress.durationMs)} />
        <Figure name={say('written')} value={size(progress.bytes)} />
        <Figure name={say('dropped')} value={String(progress.droppedFrames)} />
      </dl>
      {error === null ? null : <p className="error">{error.message}</p>}
      {media === null ? null : <video className="file-view" ref={player} controls />}
    </section>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

createRoot(document.getElementById('root')!).render(<Page />);
