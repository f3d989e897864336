import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinAsRecorder, startLiveKitServer } from '@tapedeck/livekit';
import type { LiveKitServer, RecorderParticipant } from '@tapedeck/livekit';
import { parseRtcp, parseRtpPacket } from '@tapedeck/rtp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAudioLoop, loadVideoLoop, requirement, startLightPublisher, startTestPublisher } from '../src/index.ts';

const livekit = requirement('livekit');
const pair = { key: 'devkey', secret: 'a-secret-that-is-long-enough-for-livekit' };

/** Everything a recorder gets, by participant and kind; emits `packet` for each. */
class Received extends EventEmitter {
  readonly frames = new Map<string, Set<number>>();
  readonly reports = new Map<string, number>();
  recorder: RecorderParticipant | null = null;

  framesOf(identity: string, kind: string): number {
    return this.frames.get(`${identity}/${kind}`)?.size ?? 0;
  }

  /** Resolves when `isEnough` says so; asked after every packet. */
  async until(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) await once(this, 'packet');
  }
}

async function receive(url: string, room: string): Promise<Received> {
  const received = new Received();
  received.recorder = await joinAsRecorder({
    url,
    auth: { ...pair, room, identity: `recorder-${room}` },
    onEvent: () => undefined,
    openTrack: (track) => {
      const name = `${track.participant.identity}/${track.kind}`;
      const timestamps = new Set<number>();
      received.frames.set(name, timestamps);
      return (kind, bytes) => {
        if (kind === 'rtp') timestamps.add(parseRtpPacket(bytes)?.timestamp ?? 0);
        else if (parseRtcp(bytes)?.some(({ type }) => type === 'sender-report'))
          received.reports.set(name, (received.reports.get(name) ?? 0) + 1);
        received.emit('packet');
      };
    },
  });
  return received;
}

describe.skipIf(livekit === null)('publishers', () => {
  let server: LiveKitServer;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tapedeck-publishers-'));
    server = await startLiveKitServer({ binary: livekit ?? '', dataDir, keys: [pair] });
  });
  afterAll(async () => {
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('send again what was lost on the way to the server', { timeout: 20_000 }, async () => {
    const video = await loadVideoLoop({ codec: 'vp8', identity: 1, width: 320, height: 180, fps: 30, bitrateKbps: 300, durationS: 2 });
    const received = await receive(server.url, 'lossy');
    const seen = new Set<number>();
    let lost = 0;
    const path = (packet: Buffer, send: (packet: Buffer) => void): void => {
      const sequenceNumber = packet.readUInt16BE(2);
      const isLost = !seen.has(sequenceNumber) && seen.size % 20 === 19;
      seen.add(sequenceNumber);
      if (isLost) lost++;
      else send(packet);
    };
    const publisher = await startLightPublisher({ url: server.url, ...pair, room: 'lossy', identity: 'light', video, path });
    await received.until(() => received.framesOf('light', 'video') >= 90);
    await publisher.stop();
    received.recorder?.leave();
    expect(lost).toBeGreaterThan(3);
    const ticks = [...(received.frames.get('light/video') ?? [])].toSorted((a, b) => a - b).slice(0, 85);
    expect(Math.max(...ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0)))).toBe(3000);
  });

  it('publish the test picture and the beep through rtc-node', async () => {
    const received = await receive(server.url, 'raw');
    const publisher = await startTestPublisher({
      url: server.url,
      ...pair,
      room: 'raw',
      identity: 'ada',
      id: 1,
      width: 320,
      height: 180,
      fps: 15,
    });
    await received.until(() => received.framesOf('ada', 'video') >= 20 && received.framesOf('ada', 'audio') >= 50);
    expect(publisher.framesPublished).toBeGreaterThanOrEqual(received.framesOf('ada', 'video'));
    await publisher.stop();
    await publisher.stop();
    received.recorder?.leave();
  });

  it.each(['vp8', 'h264'] as const)('replay %s and Opus with sender reports, every frame in order', async (codec) => {
    const video = await loadVideoLoop({ codec, identity: 2, width: 320, height: 180, fps: 15, bitrateKbps: 300, durationS: 2, gopS: 1 });
    const audio = await loadAudioLoop({ identity: 2, durationS: 2 });
    const received = await receive(server.url, `light-${codec}`);
    const people = await Promise.all(
      ['bob', 'cleo'].map((identity) => startLightPublisher({ url: server.url, ...pair, room: `light-${codec}`, identity, video, audio })),
    );
    const hasAll = (identity: string): boolean => received.framesOf(identity, 'video') >= 45 && received.framesOf(identity, 'audio') >= 100;
    await received.until(() => hasAll('bob') && hasAll('cleo') && [...received.reports.values()].length === 4);
    for (const [name, timestamps] of received.frames) {
      const ticks = name.endsWith('video') ? 6000 : 960;
      const sorted = [...timestamps].toSorted((a, b) => a - b);
      const steps = sorted.slice(1).map((timestamp, index) => timestamp - (sorted[index] ?? 0));
      // A wrap of the timestamp splits the sorted list once.
      expect(steps.filter((step) => step !== ticks).length, name).toBeLessThanOrEqual(1);
    }
    await Promise.all(people.map((person) => person.stop()));
    received.recorder?.leave();
  });
});
