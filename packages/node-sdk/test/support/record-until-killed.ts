// A process that records a tone in real time until it is killed: `node record-until-killed.ts PATH CYCLE`. Says `started` when the file is open.
import { createAudioRecorder, type AudioRecordingConfig } from '../../src/index.ts';

const [filePath = '', cycle = '0'] = process.argv.slice(2);
const recorder = createAudioRecorder({ sampleRate: 48_000 });
recorder.on('audioRecording', (code) => code === 3 && process.stdout.write('started\n'));
recorder.startAudioRecordingWithConfig({
  filePath,
  sampleRate: 48_000,
  cycleTime: Number(cycle) as NonNullable<AudioRecordingConfig['cycleTime']>,
});
let written = 0;
setInterval(() => {
  const samples = Int16Array.from({ length: 960 }, (_, index) =>
    Math.round(8000 * Math.sin((2 * Math.PI * 440 * (written + index)) / 48_000)),
  );
  written += samples.length;
  void recorder.write(samples);
}, 20);
