import * as tapedeck from '@tapedeck/web';
import NERTC from '@tapedeck/web/nertc';
import { RecorderWidget } from '@tapedeck/web/react';
import { createRoot } from 'react-dom/client';

const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
const pen = canvas.getContext('2d');
let drawn = 0;
setInterval(() => {
  if (pen === null) return;
  pen.fillStyle = `hsl(${(drawn * 7) % 360} 80% 50%)`;
  pen.fillRect(0, 0, 320, 240);
  pen.fillStyle = '#fff';
  pen.fillRect((drawn++ * 5) % 320, 100, 40, 40);
}, 40);
const context = new AudioContext();
const [oscillator, sound] = [context.createOscillator(), context.createMediaStreamDestination()];
oscillator.connect(sound);
oscillator.start();
const [video = null] = canvas.captureStream(25).getVideoTracks();
const [audio = null] = sound.stream.getAudioTracks();

function start(format: 'mp4' | 'webm'): Promise<tapedeck.Recorder> {
  const sources = [{ id: 'me', video, audio }];
  const sounds = format === 'mp4' ? { audio: { codec: 'aac' as const } } : {};
  return tapedeck.createRecorder({ sources, format, name: 'packed', video: { width: 320, height: 240, fps: 25 }, ...sounds });
}

/** Resolves when so much has been recorded. */
function recorded(recorder: tapedeck.Recorder, ms: number): Promise<void> {
  return new Promise((resolve) => recorder.on('progress', ({ durationMs }) => (durationMs >= ms ? resolve() : undefined)));
}

async function upload({ file }: tapedeck.RecordedMedia): Promise<void> {
  await fetch(`/upload/${file.name}`, { method: 'PUT', body: file });
}

/** What the test finds in the window. */
export interface PackagePage {
  /** A whole recording, sent to the test's server when it can be. Resolves with its duration in ms. */
  record(): Promise<number>;
  /** Begins one that nobody ends. */
  begin(): Promise<void>;
  /** Makes a file of what `begin` left and sends it. */
  recover(): Promise<number>;
  readonly client: object;
}

createRoot(document.getElementById('root')!).render(<RecorderWidget options={() => ({ sources: [{ id: 'me', video, audio }] })} />);
Object.assign(globalThis, {
  page: {
    async record() {
      if (document.querySelector('.tapedeck-recorder button') === null) throw new Error('The widget is not there.');
      const recorder = await start('mp4');
      await recorded(recorder, 2000);
      const media = await recorder.stop();
      await upload(media);
      return media.durationMs;
    },
    async begin() {
      await recorded(await start('webm'), 2500);
    },
    async recover() {
      const left = await tapedeck.listUnfinished();
      for (const { id } of left) await upload(await tapedeck.recover(id));
      return left.length;
    },
    client: NERTC.createClient({ appkey: 'sample' }),
  } satisfies PackagePage,
});
