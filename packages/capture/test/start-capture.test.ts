import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { roomService, startLiveKitServer } from '@tapedeck/livekit';
import type { LiveKitServer } from '@tapedeck/livekit';
import { openLogWriter, readLogBatches } from '@tapedeck/rtplog';
import type { SessionEvent } from '@tapedeck/rtplog';
import { loadAudioLoop, loadVideoLoop, requirement, startLightPublisher } from '@tapedeck/testkit';
import type { LightPublisher, MediaLoop } from '@tapedeck/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startCapture } from '@tapedeck/capture';
import type { Capture, CaptureEvent, CaptureOptions } from '@tapedeck/capture';

const binary = requirement('livekit');
const pair = { key: 'devkey', secret: 'a-secret-of-at-least-thirty-two-bytes' };
const recordingId = 'rec_test';

/** A capture with its log and what it told. */
class Recording {
  readonly told: CaptureEvent[] = [];
  readonly dir: string;
  readonly #waiting = new Set<() => void>();
  readonly writer;
  capture!: Capture;

  private constructor(dir: string) {
    this.dir = dir;
    this.writer = openLogWriter({ dir: join(dir, 'e1'), recordingId, epoch: 1 });
  }

  static async start(dir: string, url: string, options: Partial<CaptureOptions> = {}): Promise<Recording> {
    const recording = new Recording(dir);
    const onEvent = (event: CaptureEvent): void => {
      recording.told.push(event);
      for (const look of [...recording.#waiting]) look();
    };
    recording.capture = await startCapture({
      log: recording.writer,
      url,
      auth: pair,
      room: 'room',
      recordingId,
      epoch: 1,
      onEvent,
      ...options,
    });
    return recording;
  }

  async told_(type: CaptureEvent['type']): Promise<CaptureEvent> {
    const found = (): CaptureEvent | undefined => this.told.find((event) => event.type === type);
    if (found() === undefined) {
      await new Promise<void>((resolve) => {
        const look = (): void => void (found() !== undefined && (this.#waiting.delete(look), resolve()));
        this.#waiting.add(look);
      });
    }
    return found()!;
  }

  /** Stops, seals and reads everything back. */
  async finish(
    reason = 'test',
  ): Promise<{ events: SessionEvent[]; packets: Map<string, { rtp: number[]; rtcp: number }>; identities: Set<string> }> {
    await this.capture.stop(reason);
    await this.writer.seal(reason);
    const events: SessionEvent[] = [];
    const packets = new Map<string, { rtp: number[]; rtcp: number }>();
    const identities = new Set<string>();
    for await (const { items } of readLogBatches(this.dir, { follow: false })) {
      for (const item of items) {
        if (item.type === 'event') {
          if (item.event.type !== 'clock') events.push(item.event);
          continue;
        }
        const { track, record } = item;
        identities.add(track.participantIdentity);
        const seen = packets.get(track.kind) ?? { rtp: [], rtcp: 0 };
        packets.set(track.kind, seen);
        if (record.kind === 'rtp') seen.rtp.push((record.bytes[2]! << 8) | record.bytes[3]!);
        else if (record.kind === 'rtcp') seen.rtcp++;
      }
    }
    return { events, packets, identities };
  }
}

const typesOf = (events: readonly SessionEvent[]): string[] =>
  events.map(({ type }) => type).filter((type) => type !== 'speakers' && type !== 'keyframe-requested');
const holes = (numbers: readonly number[]): number => {
  const relative = new Set(numbers.map((number) => ((number - numbers[0]!) << 16) >> 16));
  return Math.max(...relative) - Math.min(...relative) + 1 - relative.size;
};

describe.skipIf(binary === null)('capture', () => {
  let server: LiveKitServer;
  let serverDir: string;
  let dir: string;
  let audio: MediaLoop;
  let video: MediaLoop;
  const publishers: LightPublisher[] = [];
  const publish = async (identity: string, loops: { audio?: MediaLoop; video?: MediaLoop }): Promise<LightPublisher> => {
    const publisher = await startLightPublisher({ url: server.url, room: 'room', identity, ...pair, ...loops });
    publishers.push(publisher);
    return publisher;
  };
  const packetCount = async (recording: Recording, count: number): Promise<void> => {
    const goal = recording.writer.stats.packetsWritten + count;
    await expect.poll(() => recording.writer.stats.packetsWritten, { timeout: 20_000, interval: 20 }).toBeGreaterThan(goal);
  };

  beforeAll(async () => {
    serverDir = await mkdtemp(join(tmpdir(), 'tapedeck-capture-server-'));
    server = await startLiveKitServer({ binary: binary ?? '', dataDir: serverDir, keys: [pair] });
    audio = await loadAudioLoop({ durationS: 2, identity: 1 });
    video = await loadVideoLoop({ codec: 'vp8', width: 320, height: 180, fps: 15, durationS: 2, identity: 1, bitrateKbps: 200 });
    dir = await mkdtemp(join(tmpdir(), 'tapedeck-capture-'));
  });
  afterEach(async () => {
    await Promise.all(publishers.splice(0).map((publisher) => publisher.stop()));
    await rm(dir, { recursive: true, force: true });
    dir = await mkdtemp(join(tmpdir(), 'tapedeck-capture-'));
  });
  afterAll(async () => {
    await server.stop();
    await Promise.all([dir, serverDir].map((folder) => rm(folder, { recursive: true, force: true })));
  });

  test('writes every packet and the story of the room', async () => {
    const recording = await Recording.start(dir, server.url, { recordingUsAtStart: 7_000_000 });
    const ann = await publish('ann', { audio, video });
    await recording.told_('first-packet');
    recording.capture.setLayout({ name: 'speaker' });
    await packetCount(recording, 100);
    await expect.poll(() => recording.capture.stats.rtcpPackets, { timeout: 20_000 }).toBeGreaterThan(3); // reports come every 3 s
    await ann.stop();
    await recording.told_('left');
    const { events, packets, identities } = await recording.finish('done');
    expect(typesOf(events)).toEqual([
      'started',
      'joined',
      'published',
      'published',
      'layout',
      'unpublished',
      'unpublished',
      'left',
      'ended',
    ]);
    expect(events[0]).toMatchObject({ recordingId, epoch: 1, room: 'room', recordingUs: 7_000_000 });
    expect(events.at(-1)).toMatchObject({ reason: 'done' });
    expect([...identities]).toEqual(['ann']);
    expect(holes(packets.get('audio')!.rtp)).toBe(0);
    expect(holes(packets.get('video')!.rtp)).toBe(0);
    expect(packets.get('video')!.rtcp).toBeGreaterThan(0);
    expect(recording.writer.stats.packetsDropped).toBe(0);
    expect((await recording.capture.ended).reason).toBe('done');
  });

  test('writes no packet while paused and asks for a keyframe when it goes on', async () => {
    const recording = await Recording.start(dir, server.url);
    await publish('ann', { audio, video });
    await recording.told_('first-packet');
    await packetCount(recording, 50);
    recording.capture.pause();
    await recording.writer.flush();
    const before = recording.writer.stats.packetsWritten;
    await expect.poll(() => recording.capture.stats.skippedWhilePaused, { timeout: 10_000 }).toBeGreaterThan(60);
    await recording.writer.flush();
    expect(recording.writer.stats.packetsWritten).toBe(before);
    const requests = recording.capture.stats.keyframeRequests;
    recording.capture.resume();
    await expect.poll(() => recording.capture.stats.keyframeRequests, { timeout: 5000 }).toBeGreaterThan(requests);
    await packetCount(recording, 50);
    const { events } = await recording.finish();
    expect(typesOf(events).filter((type) => type === 'paused' || type === 'resumed')).toEqual(['paused', 'resumed']);
  });

  test('tells when the last media came, also while it is paused', async () => {
    const recording = await Recording.start(dir, server.url, {});
    expect(recording.capture.lastMediaUs).toBeNull();
    await publish('ann', { audio });
    await recording.told_('first-packet');
    const firstUs = recording.capture.lastMediaUs ?? 0;
    expect(firstUs).toBeGreaterThan(0);
    recording.capture.pause();
    await expect.poll(() => recording.capture.lastMediaUs, { interval: 20 }).toBeGreaterThan(firstUs);
    await recording.finish('stopped');
  });

  test('leaves out tracks beyond the limit and takes one when a place becomes free', async () => {
    const recording = await Recording.start(dir, server.url, { limits: { maxTracks: 1 } });
    const ann = await publish('ann', { audio });
    await recording.told_('first-packet');
    await publish('bob', { audio });
    expect(await recording.told_('track-limit')).toMatchObject({ identity: 'bob', maxTracks: 1 });
    await ann.stop();
    await recording.told_('left');
    await packetCount(recording, 50);
    const { identities } = await recording.finish();
    expect([...identities].sort()).toEqual(['ann', 'bob']);
  });

  test('ends with the room', async () => {
    const recording = await Recording.start(dir, server.url, { room: 'short' });
    await roomService(server.url, pair).deleteRoom('short');
    expect(await recording.capture.ended).toEqual({ reason: 'room-closed' });
    const { events } = await recording.finish('too late');
    expect(events.at(-1)).toMatchObject({ type: 'ended', reason: 'room-closed' });
  });

  test('two recordings of one room are whole', async () => {
    const one = await Recording.start(join(dir, 'one'), server.url, { identity: 'recorder-one' });
    const two = await Recording.start(join(dir, 'two'), server.url, { identity: 'recorder-two' });
    await publish('ann', { audio });
    await Promise.all([one, two].map((recording) => packetCount(recording, 100)));
    for (const recording of [one, two]) expect(holes((await recording.finish()).packets.get('audio')!.rtp)).toBe(0);
  });
});
