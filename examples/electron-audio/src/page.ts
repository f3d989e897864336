import type { AudioRecordingConfig } from '@tapedeck/node';
import type {} from './audio-bridge.ts';

const say = (text: string): void => void document.querySelector('#log')?.append(`${text}\n`);
const onClick = (id: string, run: () => unknown): void =>
  document
    .querySelector(`#${id}`)
    ?.addEventListener('click', () => void Promise.resolve(run()).catch((error: unknown) => say(String(error))));

/** A minute of the past, whenever the button is pressed: `cycleTime` 60. */
const config: AudioRecordingConfig = { filePath: 'meeting.aac', sampleRate: 32_000, quality: 1, position: 0, cycleTime: 60 };

window.tapedeckAudio.onAudioRecording((code, filePath) => say(`audioRecording ${code} ${filePath}`));
onClick('join', async () => {
  const answer = await fetch('http://localhost:3000/token'); // the application's own server: tapedeck.tokens.create(…)
  await window.tapedeckAudio.join((await answer.json()) as { url: string; token: string });
});
onClick('start', async () => say(`start: ${await window.tapedeckAudio.startAudioRecordingWithConfig(config)}`));
onClick('stop', () => say(`stop: ${window.tapedeckAudio.stopAudioRecording()}`));
onClick('leave', async () => await window.tapedeckAudio.leave());
