import { loadAudioLoop, loadVideoLoop, requirement, startLightPublisher } from '@tapedeck/testkit';
import { describe, expect, test } from 'vitest';
import { Listener, missingNumbers, pair, startServer } from './room-fixture.ts';
import { startLossyRelay } from './lossy-relay.ts';

const binary = requirement('livekit');

describe.skipIf(binary === null)('a network that loses packets', () => {
  test('5 % of video lost on the way is asked for and comes back as the original', async () => {
    const server = await startServer(binary ?? '');
    let turn = 0;
    const relay = await startLossyRelay(server, () => turn++ % 20 === 19);
    const video = await loadVideoLoop({ codec: 'vp8', width: 640, height: 360, fps: 15, durationS: 2, identity: 1, bitrateKbps: 680 });
    const publisher = await startLightPublisher({ url: server.url, room: 'room', identity: 'ann', ...pair, video });
    const listener = await Listener.join(relay.url);
    await listener.until(() => listener.packets > 500);
    const [heard] = listener.tracks.values();
    const { nacksSent, restoredPackets, lostPackets, duplicatePackets } = listener.participant.stats;
    expect(relay.counters.dropped).toBeGreaterThan(20);
    expect(restoredPackets).toBeGreaterThan(5); // some of what was dropped was padding, which nobody asks for
    expect(nacksSent).toBeLessThan(relay.counters.dropped * 3);
    expect({ lostPackets, duplicates: duplicatePackets > restoredPackets }).toEqual({ lostPackets: 0, duplicates: false });
    expect([...(heard?.ssrcs ?? [])]).toEqual([heard?.track.ssrc]);
    // What was sent in the last moments may still be on its way.
    const highest = Math.max(...heard!.sequenceNumbers.map((number) => ((number - heard!.sequenceNumbers[0]!) << 16) >> 16));
    const settled = heard!.sequenceNumbers.filter((number) => ((number - heard!.sequenceNumbers[0]!) << 16) >> 16 < highest - 60);
    expect(missingNumbers(settled)).toBe(0);
    listener.participant.leave();
    await publisher.stop();
    relay.close();
    await server.dispose();
  });

  test('a burst of lost audio is repaired or told', async () => {
    const server = await startServer(binary ?? '');
    const hole = { from: 100, to: 110 };
    let turn = 0;
    const relay = await startLossyRelay(server, () => ++turn >= hole.from && turn < hole.to);
    const publisher = await startLightPublisher({
      url: server.url,
      room: 'room',
      identity: 'ann',
      ...pair,
      audio: await loadAudioLoop({ durationS: 2, identity: 1 }),
    });
    const listener = await Listener.join(relay.url);
    await listener.until(() => listener.packets > 200);
    const [heard] = listener.tracks.values();
    const missing = missingNumbers(heard!.sequenceNumbers);
    expect(relay.counters.dropped).toBe(10);
    // What the server sent again has come, what it did not is told after a second.
    expect(listener.participant.stats.lostPackets).toBe(missing);
    expect(listener.count('packets-lost') > 0).toBe(missing > 0);
    listener.participant.leave();
    await publisher.stop();
    relay.close();
    await server.dispose();
  });
});
