import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLogBatches } from '@tapedeck/rtplog';
import type { LogBatch, LogItem } from '@tapedeck/rtplog';
import { writeSyntheticLog } from '@tapedeck/testkit';
import { TrackFrames } from '../src/engine/track-frames.ts';
import type { FrameItem, TrackItem } from '../src/engine/track-item.ts';

const holdbackMs = 800;
const small = { width: 320, height: 180 };
let folder = '';
let items: LogItem[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'track-frames-'));
  const people = [
    { identity: 'alice', video: small, driftPpm: 150, startTimestamp: 2 ** 32 - 90_000 },
    { identity: 'bob', video: { ...small, codec: 'h264' as const }, ssrcChangeAtS: 9, audio: { red: false } },
    { identity: 'carol', video: small, codecChange: { atS: 8, codec: 'vp9' as const }, timestampJumpAtS: 14, leaveS: 18 },
  ];
  const weather = { loss: { percent: 3, burst: 3 }, jitterMs: 60, reorder: 5, duplicate: 3 };
  await writeSyntheticLog({ dir: folder, durationS: 20, loopS: 4, participants: people, pauses: [{ fromS: 5, toS: 6 }], ...weather });
  items = [];
  for await (const batch of readLogBatches(folder, { follow: false })) for (const item of batch.items) items.push(copied(item));
}, 180_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function copied(item: LogItem): LogItem {
  return item.type === 'event' ? item : { ...item, record: { ...item.record, bytes: item.record.bytes.slice() } };
}

/** Cuts the log into batches of `size` items and runs them; clock items are left out. */
function run(size: number): Exclude<TrackItem, { type: 'clock' }>[] {
  const frames = new TrackFrames({ holdbackMs });
  const output: Exclude<TrackItem, { type: 'clock' }>[] = [];
  for (let at = 0; at < items.length; at += size) {
    // A reader's bytes live until the next batch only: give each batch bytes that are spoilt afterwards.
    const batchItems = items.slice(at, at + size).map(copied);
    const last = batchItems.at(-1)!;
    const watermarkUs = last.type === 'event' ? last.event.us : last.record.arrivalUs;
    const batch: LogBatch = { items: batchItems, watermarkUs, hasEnded: at + size >= items.length };
    for (const item of frames.push(batch)) if (item.type !== 'clock') output.push(item);
    for (const item of batchItems) if (item.type === 'record') item.record.bytes.fill(0xaa);
  }
  return output;
}

/** One line per item: everything but the media, and the media's checksum. */
function summary(output: readonly TrackItem[]): string {
  return output
    .map((item) => JSON.stringify(item.type !== 'frame' ? item : { ...item, frame: { ...item.frame, data: crc32(item.frame.data) } }))
    .join('\n');
}

function framesOf(output: readonly TrackItem[]): FrameItem[] {
  return output.filter((item) => item.type === 'frame');
}

describe('TrackFrames', () => {
  it('gives the same items however the log is cut into batches', () => {
    const whole = run(items.length);
    expect(framesOf(whole).length).toBeGreaterThan(3000);
    for (const size of [1, 7, 1000]) expect(summary(run(size))).toBe(summary(whole));
  });

  it('orders items by release and never releases a frame before it arrived', () => {
    let releasedUs = 0;
    for (const item of run(500)) {
      expect(item.releasedUs).toBeGreaterThanOrEqual(releasedUs);
      releasedUs = item.releasedUs;
    }
  });

  it('keeps each track in send order, and says what follows a loss', () => {
    const byTrack = Map.groupBy(framesOf(run(500)), (item) => item.track);
    expect(byTrack.size).toBe(6);
    for (const [track, frames] of byTrack) {
      let before: FrameItem | null = null;
      let gaps = 0;
      for (const item of frames) {
        const { frame, us } = item;
        if (before !== null && frame.codec === before.frame.codec && frame.firstSequence > before.frame.lastSequence) {
          expect(us).toBeGreaterThanOrEqual(before.us);
          if (frame.firstSequence > before.frame.lastSequence + 1 && frame.followsGap) gaps++;
        }
        before = item;
      }
      // RED repairs most of what is lost of the others' sound.
      if (track.kind === 'video' || track.identity === 'bob') expect(gaps).toBeGreaterThan(0);
    }
  });

  it('waits for lost packets no longer than the holdback allows', () => {
    for (const { releasedUs, us, frame } of framesOf(run(500))) {
      if (!frame.followsGap) continue;
      expect(releasedUs - us).toBeLessThan((holdbackMs + 150) * 1000);
    }
  });

  it('begins again with a keyframe after another SSRC or codec, or says that something is missing', () => {
    const video = framesOf(run(500)).filter((item) => item.track.kind === 'video');
    const codecs = (identity: string): string[] => [
      ...new Set(video.filter(({ track }) => track.identity === identity).map(({ frame }) => frame.codec)),
    ];
    expect(codecs('carol')).toEqual(['vp8', 'vp9']);
    for (const identity of ['alice', 'bob', 'carol']) {
      const first = video.find(({ track }) => track.identity === identity)!.frame;
      expect(first.isKeyframe || first.followsGap).toBe(true);
    }
  });

  it('takes a pause out of recording time', () => {
    const output = run(500);
    const [paused, resumed] = ['paused', 'resumed'].map((type) =>
      output.find((item) => item.type === 'event' && item.event.type === type)!,
    );
    expect(resumed!.releasedUs - paused!.releasedUs).toBeLessThan(20_000);
    expect(Math.max(...output.map((item) => item.releasedUs))).toBeLessThan(19.1e6);
  });

  it('counts packets that are none and goes on', () => {
    const frames = new TrackFrames({ holdbackMs });
    const spoilt = items.map((item, i) =>
      item.type === 'record' && i % 10 === 0 ? { ...item, record: { ...item.record, bytes: Uint8Array.of(1, 2, 3) } } : item,
    );
    const output = frames.push({ items: spoilt, watermarkUs: 1e15, hasEnded: true });
    expect(frames.malformedPackets).toBeGreaterThan(100);
    expect(framesOf(output).length).toBeGreaterThan(1000);
    expect(output.at(-1)).toMatchObject({ type: 'clock', hasEnded: true });
  });
});
