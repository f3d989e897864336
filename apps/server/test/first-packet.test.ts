import { join } from 'node:path';
import { monotonicUs } from '@tapedeck/rtplog';
import { firstPacketOnDisk, requirement } from '@tapedeck/testkit';
import { isTerminal } from '@tapedeck/protocol';
import { describe, expect, it } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { useServer } from './support/use-server.ts';

const livekit = requirement('livekit');
const requests = 20;

describe.skipIf(livekit === null)('from the request to the first packet on disk', { timeout: 180_000 }, () => {
  const server = useServer();

  it('is half a second at most, 19 times of 20', async () => {
    const people = await bringPeople(server, 'quick', ['ada']);
    const waitsMs: number[] = [];
    for (let index = 0; index < requests; index += 1) {
      const askedUs = monotonicUs();
      const { id } = await server.api.create({ room: 'quick', outputs: [{ type: 'composite', video: null }] });
      waitsMs.push(((await firstPacketOnDisk(join(server.dataDir, 'data', 'recordings', id))) - askedUs) / 1000);
      await server.api.stop(id);
      await waitForRecording(server.api, id, ({ state }) => isTerminal(state));
    }
    await sendHome(people);
    waitsMs.sort((a, b) => a - b);
    const at = (share: number): number => Math.round(waitsMs[Math.ceil(waitsMs.length * share) - 1] ?? Infinity);
    console.log(`request → first packet on disk: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms`);
    expect(at(0.95)).toBeLessThanOrEqual(500);
  });
});
