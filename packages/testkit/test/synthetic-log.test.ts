import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRtcp, parseRtpPacket, parseVp8Descriptor } from '@tapedeck/rtp';
import { readLogBatches } from '@tapedeck/rtplog';
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
