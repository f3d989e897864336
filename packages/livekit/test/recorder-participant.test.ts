import { roomService } from '@tapedeck/livekit';
import type { LiveKitServer } from '@tapedeck/livekit';
import { loadAudioLoop, loadVideoLoop, requirement, startLightPublisher } from '@tapedeck/testkit';
import type { LightPublisher, MediaLoop } from '@tapedeck/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Listener, missingNumbers, pair, startServer } from './room-fixture.ts';
import { startTcpProxy } from './tcp-proxy.ts';

const binary = requirement('livekit');

describe.skipIf(binary === null)('a recorder participant', () => {
  let server: LiveKitServer & { dispose(): Promise<void> };
  let audio: MediaLoop;
  let video: MediaLoop;
  const cleanups: (() => unknown)[] = [];
  const publish = async (identity: string, loops: { audio?: MediaLoop; video?: MediaLoop }, room = 'room'): Promise<LightPublisher> => {
    const publisher = await startLightPublisher({ url: server.url, room, identity, ...pair, ...loops });
    cleanups.push(() => publisher.stop());
    return publisher;
  };
  const listen = async (url = server.url, options: Parameters<typeof Listener.join>[1] = {}): Promise<Listener> => {
    const listener = await Listener.join(url, options);
    cleanups.push(() => listener.participant.leave());
    return listener;
  };

  beforeAll(async () => {
    server = await startServer(binary ?? '');
    audio = await loadAudioLoop({ durationS: 2, identity: 1 });
    video = await loadVideoLoop({ codec: 'vp8', width: 320, height: 180, fps: 15, durationS: 2, identity: 1, bitrateKbps: 200, gopS: 0.2 });
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  afterAll(() => server.dispose());

  test('receives both tracks whole, with sender reports, and names their formats', async () => {
    await publish('ann', { audio, video });
    const listener = await listen();
    await listener.until(() => listener.packets > 200 && [...listener.tracks.values()].every(({ rtcpPackets }) => rtcpPackets > 0));
    expect(listener.events.filter(({ type }) => type === 'joined' || type === 'published')).toHaveLength(3);
    const heard = [...listener.tracks.values()].sort((a, b) => a.track.kind.localeCompare(b.track.kind));
    expect(heard.map(({ track }) => [track.kind, track.participant.identity])).toEqual([
      ['audio', 'ann'],
      ['video', 'ann'],
    ]);
    for (const { track, sequenceNumbers, ssrcs } of heard) {
      expect(missingNumbers(sequenceNumbers)).toBe(0);
      expect([...ssrcs]).toEqual([track.ssrc]);
      expect(track.formats.map(({ codec }) => codec)).toContain(track.kind === 'audio' ? 'opus' : 'vp8');
    }
    expect(heard[1]?.track.rtxSsrc).toBeGreaterThan(0);
  });

  test('goes on without a missed packet when the signal connection is reset', async () => {
    await publish('ann', { audio, video });
    const proxy = await startTcpProxy(server.port);
    cleanups.push(() => proxy.close());
    const listener = await listen(`ws://127.0.0.1:${proxy.port}`);
    await listener.until(() => listener.packets > 100);
    proxy.refuse = true;
    proxy.dropAll();
    await listener.until(() => listener.has('disconnected'));
    const during = listener.packets;
    await listener.until(() => listener.packets > during + 60); // media does not need the signal connection
    proxy.refuse = false;
    await listener.until(() => listener.has('reconnected'));
    const after = listener.packets;
    await publish('bob', { audio }); // and the new connection carries changes again
    await listener.until(() => listener.tracks.size === 3 && listener.packets > after + 100);
    expect(listener.events.find(({ type }) => type === 'reconnected')).toEqual({ type: 'reconnected', how: 'resumed' });
    for (const { sequenceNumbers, ssrcs } of listener.tracks.values()) {
      expect(missingNumbers(sequenceNumbers)).toBe(0);
      expect(ssrcs.size).toBe(1);
    }
  });

  test('learns after a resume who left meanwhile', async () => {
    const ann = await publish('ann', { audio });
    const proxy = await startTcpProxy(server.port);
    cleanups.push(() => proxy.close());
    const listener = await listen(`ws://127.0.0.1:${proxy.port}`);
    await listener.until(() => listener.packets > 10);
    proxy.refuse = true;
    proxy.dropAll();
    await listener.until(() => listener.has('disconnected'));
    await ann.stop();
    const present = async (): Promise<string[]> =>
      (await roomService(server.url, pair).listParticipants('room')).map(({ identity }) => identity);
    await expect.poll(present).not.toContain('ann'); // else the leave would come after the resume as a change
    proxy.refuse = false;
    await listener.until(() => listener.has('left'));
    expect(listener.participant.participants).toEqual([]);
  });

  test('comes to an empty room, and ends when the room is deleted', async () => {
    const listener = await listen(server.url, { room: 'empty' });
    expect(listener.participant.participants).toEqual([]);
    await roomService(server.url, pair).deleteRoom('empty');
    await listener.until(() => listener.has('ended'));
    expect(listener.events.at(-1)).toEqual({ type: 'ended', reason: 'room-closed' });
  });

  test('ends when the room was deleted while it could not be told', async () => {
    const proxy = await startTcpProxy(server.port);
    cleanups.push(() => proxy.close());
    const listener = await listen(`ws://127.0.0.1:${proxy.port}`, { room: 'gone' });
    proxy.refuse = true;
    proxy.dropAll();
    await listener.until(() => listener.has('disconnected'));
    await roomService(server.url, pair).deleteRoom('gone');
    proxy.refuse = false;
    await listener.until(() => listener.has('ended'));
    expect(listener.events.at(-1)).toEqual({ type: 'ended', reason: 'room-closed' });
  });

  test('ends when it is removed, and when another takes its identity', async () => {
    await publish('ann', { audio });
    // In mid call: while a join is still being negotiated, LiveKit at times cuts the connection before its goodbye is through (one time of a hundred).
    const inCall = async (identity: string): Promise<Listener> => {
      const listener = await listen(server.url, { identity });
      await listener.until(() => listener.packets > 20);
      return listener;
    };
    const removed = await inCall('one');
    await roomService(server.url, pair).removeParticipant('room', 'one');
    await removed.until(() => removed.has('ended'));
    expect(removed.events.at(-1)).toEqual({ type: 'ended', reason: 'removed' });
    const first = await inCall('two');
    await listen(server.url, { identity: 'two' });
    await first.until(() => first.has('ended'));
    expect(first.events.at(-1)).toEqual({ type: 'ended', reason: 'duplicate-identity' });
  });

  test('two recorders hear the same room and not each other', async () => {
    await publish('ann', { audio });
    const [one, two] = await Promise.all([listen(server.url, { identity: 'one' }), listen(server.url, { identity: 'two' })]);
    await Promise.all([one, two].map((listener) => listener.until(() => listener.packets > 50)));
    expect(one.participant.participants.map(({ identity }) => identity)).toEqual(['ann']);
    expect(two.participant.participants.map(({ identity }) => identity)).toEqual(['ann']);
  });

  test('subscribes by rule, and again when the rule changes', async () => {
    await publish('ann', { audio, video });
    let wanted = 'audio';
    const listener = await listen(server.url, { shouldSubscribe: ({ kind }) => kind === wanted });
    await listener.until(() => listener.packets > 50);
    expect([...listener.tracks.values()].map(({ track }) => track.kind)).toEqual(['audio']);
    wanted = 'video';
    listener.participant.updateSubscriptions();
    await listener.until(() => listener.tracks.size === 2);
    await listener.until(() =>
      [...listener.tracks.values()].some(({ track, sequenceNumbers }) => track.kind === 'video' && sequenceNumbers.length > 20),
    );
  });

  test('a participant that joins and leaves 100 times', async () => {
    const listener = await listen(server.url, { room: 'busy' });
    let heard = 0;
    const happened = (type: string, identity: string): number =>
      listener.events.filter((event) => 'participant' in event && event.type === type && event.participant.identity === identity).length;
    const isHeard = (identity: string): boolean =>
      [...listener.tracks.values()].filter(
        ({ track, sequenceNumbers }) => track.participant.identity === identity && sequenceNumbers.length > 0,
      ).length > 0;
    for (let turn = 1; turn <= 100; turn++) {
      const identity = `ann-${turn}`;
      const options = { url: server.url, room: 'busy', ...pair, audio, ...(turn % 2 === 0 ? { video } : {}) };
      // A publisher whose port the server still knows from an earlier one cannot connect: not what is tested here.
      const publisher = await startLightPublisher({ ...options, identity }).catch(() => null);
      if (publisher === null) continue;
      await listener.until(() => isHeard(identity));
      await publisher.stop();
      heard++;
      await listener.until(() => happened('left', identity) === 1);
      expect(happened('joined', identity)).toBe(1);
    }
    expect(heard).toBeGreaterThan(90);
    await listener.until(() => listener.participant.participants.length === 0);
    expect(listener.count('unpublished')).toBe(listener.count('published'));
    expect(listener.count('disconnected')).toBe(0);
  }, 120_000);
});

describe.skipIf(binary === null)('a recorder participant and its server', () => {
  test('joins a restarted server anew', async () => {
    const first = await startServer(binary ?? '');
    const audio = await loadAudioLoop({ durationS: 2, identity: 1 });
    const before = await startLightPublisher({ url: first.url, room: 'room', identity: 'ann', ...pair, audio });
    const listener = await Listener.join(first.url);
    await listener.until(() => listener.packets > 20);
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    await before.stop();
    const second = await startServer(binary ?? '', { port: first.port, rtcTcpPort: first.rtcTcpPort, rtcUdpPort: first.rtcUdpPort });
    const after = await startLightPublisher({ url: second.url, room: 'room', identity: 'ann', ...pair, audio });
    await listener.until(() => listener.has('reconnected') && listener.tracks.size === 2);
    const received = listener.packets;
    await listener.until(() => listener.packets > received + 50);
    expect(listener.events.find(({ type }) => type === 'reconnected')).toEqual({ type: 'reconnected', how: 'rejoined' });
    expect(listener.participant.participants).toHaveLength(1);
    listener.participant.leave();
    await after.stop();
    await Promise.all([first.dispose(), second.dispose()]);
  });

  test('ends with a reason when the server is told to stop', async () => {
    const server = await startServer(binary ?? '');
    const listener = await Listener.join(server.url, { reconnectS: 1 });
    await server.stop();
    await listener.until(() => listener.has('ended'));
    // The server does not always manage to say goodbye.
    expect(['server-shutdown', 'connection-lost']).toContain((listener.events.at(-1) as { reason: string }).reason);
    expect(listener.has('disconnected')).toBe(true);
    await server.dispose();
  });
});
