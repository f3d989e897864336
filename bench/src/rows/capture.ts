import { join } from 'node:path';
import { startLiveKitServer } from '@tapedeck/livekit';
import { requirement } from '@tapedeck/testkit';
import { Child } from '../child.ts';
import type { Row, RowResult } from '../row.ts';

interface Captured {
  readonly cpuS: number;
  readonly wallS: number;
  readonly packets: number;
  readonly bytes: number;
  readonly dropped: number;
  readonly rssMb: number;
}

const pair = { key: 'bench', secret: 'a-secret-that-is-long-enough-for-livekit' };
/** LiveKit Egress 1.14, one track passed through, VP8 and Opus: 0.041 and 0.047 core (measured on another day, see the README). */
const EGRESS_PARTICIPANTS_PER_CORE = 1 / (0.041 + 0.047);

/** CPU of the capture process with many participants of 720 kb/s (video and audio) from a real LiveKit server. */
export const captureRow: Row = {
  id: 'capture',
  title: 'capture: A/V participants of 720 kb/s per core',
  async run({ folder, isQuick, log }) {
    const binary = requirement('livekit');
    if (binary === null) throw new Error('No LiveKit server on this machine.');
    const count = isQuick ? 10 : 30;
    const server = await startLiveKitServer({ binary, dataDir: join(folder, 'livekit'), keys: [pair] });
    const room = { url: server.url, ...pair, room: 'bench' };
    const publishers = new Child<{ type: 'ready' }>('publish', { ...room, count, width: 640, height: 360, fps: 24, bitrateKbps: 680 });
    try {
      await publishers.next();
      log(`${count} light publishers send`);
      const job = { ...room, dir: join(folder, 'log'), warmUpMs: 3000, windowMs: isQuick ? 8000 : 20_000 };
      const capture = new Child<Captured>('capture', job);
      const captured = await capture.next();
      return { participants: summary(captured, count) };
    } finally {
      await publishers.end();
      await server.stop();
    }
  },
};

function summary({ cpuS, wallS, packets, bytes, dropped, rssMb }: Captured, count: number): RowResult {
  const kbps = (bytes * 8) / wallS / 1000 / count;
  return {
    value: (count * (kbps / 720)) / (cpuS / wallS),
    unit: 'participants/core',
    limit: { atLeast: 100 },
    peers: [{ name: 'LiveKit Egress, two tracks', value: EGRESS_PARTICIPANTS_PER_CORE, note: 'published figure, not this run' }],
    facts: {
      participants: count,
      cpuUsPerPacket: (cpuS * 1e6) / packets,
      packetsPerS: packets / wallS,
      kbpsPerParticipant: kbps,
      droppedPackets: dropped,
      rssMb,
    },
  };
}
