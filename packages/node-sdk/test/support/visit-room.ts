// A process that joins a room, records two seconds and leaves: `node visit-room.ts URL TOKEN PATH`. It must end by itself.
import { joinRoom, releaseRtc } from '../../src/index.ts';

const [url = '', token = '', filePath = ''] = process.argv.slice(2);
const room = await joinRoom({ url, token });
room.on('audioRecording', (code) => console.log(code));
let missing = 2 * 48_000;
await new Promise<void>((resolve) => {
  room.on('audio', ({ samples }) => {
    if (missing === 2 * 48_000) room.startAudioRecording(filePath, 32_000, 1);
    missing -= samples.length;
    if (missing <= 0) resolve();
  });
});
await room.leave();
await releaseRtc();
