// Run by killed-writer.test.ts: appends numbered records until it is killed. Argument: the epoch's folder.
import { writeSync } from 'node:fs';
import { monotonicUs, openLogWriter } from '@tapedeck/rtplog';
import { makeTrackHeader, TICK_MS } from './killed-writer-shape.ts';

const [dir = ''] = process.argv.slice(2);
const writer = openLogWriter({ dir, recordingId: 'rec_1', epoch: 1, segmentMaxBytes: 64 * 1024 });
const tracks = ['TR_audio', 'TR_video'].map((sid) => writer.track(makeTrackHeader(sid)));
let number = 0;
let flushed = 0;
let lastTickUs = monotonicUs();
let longestTickUs = 0;

setInterval(() => {
  const us = monotonicUs();
  longestTickUs = Math.max(longestTickUs * 0.98, us - lastTickUs);
  lastTickUs = us;
  for (const track of tracks) {
    const bytes = new Uint8Array(600);
    new DataView(bytes.buffer).setUint32(0, number);
    track.append('rtp', us, bytes);
  }
  number++;
  // Straight into the pipe: what is said here has happened, however soon the process dies.
  writeSync(1, `alive ${us} ${Math.round(longestTickUs)}\n`);
}, TICK_MS);

setInterval(() => {
  const upTo = number;
  void writer.flush().then(() => {
    if (upTo > flushed) writeSync(1, `flushed ${(flushed = upTo)}\n`);
  });
}, 70);
