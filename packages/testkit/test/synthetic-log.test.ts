import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRtcp, parseRtpPacket, parseVp8Descriptor } from '@tapedeck/rtp';
import { readLogBatches } from '@tapedeck/rtplog';
import type { Seal } from '@tapedeck/rtplog';
import { createTimeline } from '@tapedeck/timeline';
import type { ArrivalUs, NtpUs, RecordingUs, Timeline } from '@tapedeck/timeline';
import { afterAll, expect, test } from 'vitest';
import { writeSyntheticLog } from '../src/index.ts';
import type { ExpectedPerson } from '../src/index.ts';

const dir = await mkdtemp(join(tmpdir(), 'tapedeck-synthetic-'));
afterAll(() => rm(dir, { recursive: true }));

/** Recording time (ms) at which picture `frame` of a person was taken. */
function takenMs(person: ExpectedPerson, frame: number): number {
  return person.startMs + (frame * 1000) / person.fps / (1 + person.driftPpm * 1e-6);
}

/** Feeds a log into a timeline; `onFrame` gets the first packet of each picture: frame number from the picture id, and its recording time in ms. */
async function play(recordingDir: string, onFrame: (identity: string, frame: number, shownMs: number) => void): Promise<void> {
  const timeline: Timeline = createTimeline();
  const frameOf = new Map<string, number>();
  for await (const { items } of readLogBatches(recordingDir, { follow: false })) {
    for (const item of items) {
      if (item.type === 'event') {
        if (item.event.type === 'started') timeline.startEpoch(1, item.event.us as ArrivalUs, item.event.recordingUs as RecordingUs);
        continue;
      }
      const { track, record } = item;
      const arrivalUs = record.arrivalUs as ArrivalUs;
      const line = timeline.track(track.trackSid, track.participantSid, track.formats[0]!.clockRateHz);
      if (record.kind === 'rtcp') {
        for (const report of parseRtcp(record.bytes) ?? []) {
          if (report.type === 'sender-report')
            line.observeSenderReport({ ssrc: report.ssrc, ntpUs: report.ntpUs as NtpUs, rtpTimestamp: report.rtpTimestamp }, arrivalUs);
        }
        continue;
      }
      const packet = parseRtpPacket(record.bytes)!;
      line.observePacket({ ...packet, clockRateHz: track.formats[0]!.clockRateHz }, arrivalUs);
      if (track.kind === 'audio') continue;
      const id = parseVp8Descriptor(packet.payload)!.pictureId!;
      const last = frameOf.get(track.trackSid) ?? 0;
      const frame = last + (((id - last) << 17) >> 17);
      frameOf.set(track.trackSid, frame);
      onFrame(track.participantIdentity, frame, line.toRecordingUs(packet.ssrc, packet.timestamp)! / 1000);
    }
  }
}

test(
  'an hour with drift, loss, jitter, a jump, a new SSRC, mutes and a late joiner: every picture stands where it was taken',
  { timeout: 60_000 },
  async () => {
    const recordingDir = join(dir, 'hour');
    const log = await writeSyntheticLog({
      dir: recordingDir,
      durationS: 3600,
      loss: { percent: 2, burst: 5 },
      jitterMs: 8,
      reorder: 0.5,
      duplicate: 0.5,
      participants: [
        {
          identity: 'alice',
          driftPpm: 100,
          timestampJumpAtS: 1200,
          startTimestamp: 0xffff_0000,
          mutes: [{ kind: 'video', fromS: 600, toS: 700 }],
        },
        {
          identity: 'bob',
          driftPpm: -100,
          joinS: 300,
          ssrcChangeAtS: 2000,
          audio: { dtx: true },
          mutes: [{ kind: 'audio', fromS: 900, toS: 960 }],
        },
      ],
    });
    expect(log.durationMs).toBe(3_600_000);
    expect(log.packetsLost / log.packetsSent).toBeGreaterThan(0.015);
    const people = new Map(log.people.map((person) => [person.identity, person]));
    const worst = new Map<string, number>();
    const frames = new Map<string, Set<number>>();
    await play(recordingDir, (identity, frame, shownMs) => {
      const person = people.get(identity)!;
      const error = shownMs - takenMs(person, frame);
      if (frame > 10 * person.fps) worst.set(identity, Math.max(worst.get(identity) ?? 0, Math.abs(error)));
      frames.set(identity, (frames.get(identity) ?? new Set()).add(frame));
    });
    for (const { identity } of log.people) {
      // Issue 3 asks for 20 ms; most of what remains is the jitter of the one packet that starts a stretch.
      expect(worst.get(identity)).toBeLessThan(20);
      expect(frames.get(identity)!.size).toBeGreaterThan(log.framesSent[identity]! * 0.97);
      expect(frames.get(identity)!.size).toBeLessThanOrEqual(log.framesSent[identity]!);
    }
  },
);

/** What a log holds, track by track. */
async function survey(recordingDir: string) {
  const tracks = new Map<string, { payloadTypes: Set<number>; ssrcs: Set<number>; packets: number; reports: number; sizes: Set<string> }>();
  const events: string[] = [];
  let lastUs = 0;
  for await (const { items } of readLogBatches(recordingDir, { follow: false })) {
    for (const item of items) {
      if (item.type === 'event') {
        if (item.event.type !== 'clock') events.push(item.event.type);
        continue;
      }
      const { identity, kind } = { identity: item.track.participantIdentity, kind: item.track.kind };
      const key = `${identity}.${kind}`;
      const track = tracks.get(key) ?? { payloadTypes: new Set(), ssrcs: new Set(), packets: 0, reports: 0, sizes: new Set() };
      tracks.set(key, track);
      expect(item.record.arrivalUs).toBeGreaterThanOrEqual(lastUs);
      lastUs = item.record.arrivalUs;
      if (item.record.kind === 'rtcp') {
        track.reports++;
        continue;
      }
      const packet = parseRtpPacket(item.record.bytes)!;
      track.packets++;
      track.payloadTypes.add(packet.payloadType);
      track.ssrcs.add(packet.ssrc);
      const size = packet.payloadType === 96 ? vp8Size(packet.payload.subarray(4)) : null;
      if (size !== null) track.sizes.add(size);
    }
  }
  return { tracks, events };
}

/** Size in a VP8 keyframe's first bytes, or null. @see RFC 6386 §9.1 */
function vp8Size(frame: Uint8Array): string | null {
  if ((frame[0]! & 1) !== 0 || frame[3] !== 0x9d || frame[4] !== 0x01 || frame[5] !== 0x2a) return null;
  return `${(frame[6]! | (frame[7]! << 8)) & 0x3fff}x${(frame[8]! | (frame[9]! << 8)) & 0x3fff}`;
}

test('changes of codec, size and SSRC, mute, DTX, RED, pauses and a crash are in the log as asked', async () => {
  const recordingDir = join(dir, 'events');
  const log = await writeSyntheticLog({
    dir: recordingDir,
    durationS: 20,
    loopS: 4,
    seal: false,
    senderReportS: 2,
    pauses: [{ fromS: 8, toS: 10 }],
    speakers: [{ atS: 3, identity: 'a' }],
    participants: [
      { identity: 'a', video: { fps: 20 }, audio: { red: false }, codecChange: { atS: 9, codec: 'h264' }, ssrcChangeAtS: 13 },
      { identity: 'b', video: { width: 320, height: 180 }, resolutionChange: { atS: 9, width: 160, height: 90 }, audio: { dtx: true } },
      { identity: 'c', video: null, joinS: 5, leaveS: 15, mutes: [{ kind: 'audio', fromS: 7, toS: 9 }] },
    ],
  });
  const { tracks, events } = await survey(recordingDir);
  expect(log.durationMs).toBe(18_000);
  expect([...tracks.get('a.video')!.payloadTypes]).toEqual([96, 102]);
  expect(tracks.get('a.video')!.ssrcs.size).toBe(2);
  expect([...tracks.get('a.audio')!.payloadTypes]).toEqual([111]);
  expect([...tracks.get('b.video')!.sizes]).toEqual(['320x180', '160x90']);
  expect(tracks.get('b.audio')!.packets).toBeLessThan(500);
  // Nothing is written in the pause; what was sent in its last moment comes after it, what was sent in the recording's last moment does not come any more.
  expect(tracks.get('c.audio')!.packets).toBe((7 - 5 + 15 - 10) * 50 + 1);
  expect(tracks.get('a.audio')!.packets).toBe((8 + 20 - 10) * 50 - 1);
  expect(tracks.get('a.video')!.reports).toBe(9); // every 2 s, and one fell into the pause
  expect(tracks.has('c.video')).toBe(false);
  expect(events).toEqual(
    expect.arrayContaining(['started', 'joined', 'published', 'speakers', 'muted', 'unmuted', 'paused', 'resumed', 'unpublished', 'left']),
  );
  expect(events).not.toContain('ended');
  expect(log.people.find(({ identity }) => identity === 'c')!.audio).toEqual([
    { fromMs: 5020, toMs: 7000 },
    { fromMs: 8020, toMs: 13_000 },
  ]);
});

test('the same options give the same bytes', async () => {
  const sums: string[][] = [];
  for (const name of ['one', 'two']) {
    const log = await writeSyntheticLog({
      dir: join(dir, name),
      durationS: 5,
      loopS: 4,
      loss: { percent: 5 },
      jitterMs: 5,
      participants: [{ identity: 'a' }],
    });
    const seal = JSON.parse(await readFile(join(log.epochDir, 'sealed.json'), 'utf8')) as Seal;
    sums.push(
      seal.segments
        .filter(({ path }) => path.startsWith('tracks/'))
        .map(({ sha256 }) => sha256)
        .sort(),
    );
  }
  expect(sums[0]!.length).toBeGreaterThan(1);
  expect(sums[0]).toEqual(sums[1]);
});
