import type { UsageQuery } from '@tapedeck/protocol';
import { usageTier } from '@tapedeck/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Claim, FileRow } from '../src/index.ts';
import { file, startTestCatalogue } from './test-catalogue.ts';
import type { TestCatalogue } from './test-catalogue.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time

let it: TestCatalogue;
beforeAll(async () => {
  it = await startTestCatalogue();
});
afterAll(async () => await it.close());
beforeEach(async () => {
  await it.sql('delete from tapedeck.usage');
});

/** A recording that started at this time, held by a recorder. */
async function recorded(startedAt: string): Promise<Claim> {
  const claim = await it.claimed();
  await it.catalogue.leases.transition(claim, 'recording', { startedAt: new Date(startedAt) });
  return claim;
}
const minute = 60_000;
const put = (claim: Claim, key: string, facts: Partial<FileRow>) =>
  it.catalogue.leases.file(claim, { ...file(`p/${claim.recordingId}/${key}`), ...facts });
const read = async (query: UsageQuery) => {
  const usage = await it.catalogue.usage(it.applicationId, query);
  return usage.items.map(({ period, mode, tier, minutes, recordings }) => `${period} ${mode} ${tier} ${minutes} ${recordings}`);
};
const may = { from: '2026-05-01', to: '2026-06-01' };

describe('usage', () => {
  test('counts by day, mode and tier, cut at midnight UTC and at the ends of the range', async () => {
    const claim = await recorded('2026-05-03T23:30:00Z');
    await put(claim, 'composite.mp4', { durationMs: 60 * minute });
    await put(claim, 'out2/ada.webm', { type: 'individual', participant: 'ada', durationMs: 10 * minute, width: 1920, height: 1080 });
    await put(claim, 'out2/bo.webm', { type: 'individual', participant: 'bo', durationMs: 20 * minute, width: 640, height: 480 });
    const second = await recorded('2026-05-04T08:00:00Z');
    await put(second, 'composite.m4a', { durationMs: 90_000, videoCodec: null, width: null, height: null, format: 'm4a' });
    await put(second, 'out2/composite.mp4', { startMs: minute, durationMs: 5 * minute });
    expect(await read(may)).toEqual([
      '2026-05-03 composite hd 30 1',
      '2026-05-03 individual fhd 10 1',
      '2026-05-03 individual sd 20 1',
      '2026-05-04 audio audio 1.5 1',
      '2026-05-04 composite hd 35 2',
    ]);
    expect(await read({ from: '2026-05-03T23:45:00Z', to: '2026-05-04T00:15:00Z' })).toEqual([
      '2026-05-03 composite hd 15 1',
      '2026-05-03 individual sd 5 1',
      '2026-05-04 composite hd 15 1',
    ]);
    expect(await read({ ...may, groupBy: 'month' })).toContain('2026-05 composite hd 65 2');
    const { total } = await it.catalogue.usage(it.applicationId, may);
    expect(total).toEqual({ recordings: 2, seconds: 96.5 * 60, minutes: 96.5 });
  });

  test('counts the formats and slices of one file once', async () => {
    const claim = await recorded('2026-05-05T08:00:00Z');
    await put(claim, 'composite.hls', { format: 'hls', durationMs: 20 * minute });
    await put(claim, 'composite.mp3', { format: 'mp3', durationMs: 20 * minute + 30, videoCodec: null, width: null, height: null });
    await put(claim, 'composite.flv', { format: 'flv', durationMs: 5 * minute });
    await put(claim, 'composite.mp4', { durationMs: 10 * minute });
    await put(claim, 'composite-2.mp4', { startMs: 10 * minute, durationMs: 10 * minute });
    expect(await read(may)).toEqual(['2026-05-05 composite hd 20 1']);
  });

  test('stays the same when a file is listed again, by a successor too, and when the recording is deleted', async () => {
    const claim = await recorded('2026-05-06T08:00:00Z');
    await put(claim, 'composite.mp4', { durationMs: 5 * minute });
    await it.catalogue.leases.release(claim);
    const next = await it.catalogue.leases.claimNext('next', { expiryMs: 60_000 });
    if (next === null) throw new Error('not claimed');
    await put(claim, 'composite.mp4', { durationMs: 500 * minute }); // the late owner counts nothing
    await put(next, 'composite.mp4', { durationMs: 6 * minute });
    for (const state of ['stopping', 'rendering', 'completed'] as const) await it.catalogue.leases.transition(next, state);
    await it.catalogue.recordings.delete(it.applicationId, next.recordingId);
    expect(await read(may)).toEqual(['2026-05-06 composite hd 6 1']);
  });

  test('leaves out what still grows, what has no media, and other applications', async () => {
    const claim = await recorded('2026-05-07T08:00:00Z');
    await put(claim, 'composite.mp4', { durationMs: 5 * minute, state: 'growing' });
    await put(claim, 'sprite.jpg', { videoCodec: null, audioCodec: null, format: 'jpg' });
    expect(await read(may)).toEqual([]);
    const other = await it.catalogue.applications.add('other', 'other-key', 'x');
    await put(claim, 'composite.mp4', { durationMs: 5 * minute });
    expect((await it.catalogue.usage(other.id, may)).items).toEqual([]);
    expect(await read(may)).toEqual(['2026-05-07 composite hd 5 1']);
  });

  test.each([
    [{ from: '2026-05-02', to: '2026-05-01' }, /before "to"/],
    [{ from: '2024-05-02', to: '2026-05-01' }, /at most 400 days/],
  ])('refuses %j', async (query, message) => {
    await expect(it.catalogue.usage(it.applicationId, query)).rejects.toThrow(message);
  });
});

test('tiers go by area, so that a portrait is as large as a landscape', () => {
  const sizes = [[null, null], [640, 480], [720, 1280], [1280, 722], [1920, 1080], [2560, 1440], [3840, 2160]] as const; // prettier-ignore
  expect(sizes.map(([width, height]) => usageTier(width, height))).toEqual(['audio', 'sd', 'hd', 'fhd', 'fhd', '2k', '4k']);
});
