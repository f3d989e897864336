import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodeTracks, encodeTracks, readPartFile, writePartFile } from './part-file.ts';
import type { EncodedSample, TrackConfig } from './types.ts';

const sample = (byte: number, pts: number): EncodedSample => ({
  data: Uint8Array.of(byte, byte),
  pts,
  dts: pts,
  duration: 10,
  isKeyframe: pts === 0,
});
const bytes = (samples: readonly EncodedSample[] | undefined): unknown[] =>
  (samples ?? []).map(({ data, ...rest }) => ({ data: [...data], ...rest }));

it('keeps a part whole, with the sound before it, and takes a torn file for none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'part-file-'));
  const path = join(folder, '000002.part');
  const part = {
    index: 2,
    startUs: 4e6,
    durationUs: 4e6,
    video: [sample(1, 0), sample(2, 10)],
    audio: [sample(3, 0)],
    before: [sample(4, -10)],
  };
  writePartFile(path, part);
  const read = readPartFile(path);
  expect(read).toMatchObject({ index: 2, startUs: 4e6, durationUs: 4e6 });
  for (const name of ['video', 'audio', 'before'] as const) expect(bytes(read?.[name])).toEqual(bytes(part[name]));
  truncateSync(path, 200);
  expect(readPartFile(path)).toBeNull();
  expect(readPartFile(join(folder, 'none'))).toBeNull();
  rmSync(folder, { recursive: true });
});

it('keeps tracks with the bytes of their codec configuration', () => {
  const audio = { kind: 'audio', codec: 'aac', timescale: 48_000, sampleRateHz: 48_000, channels: 1, leadTicks: 1024 } as const;
  const tracks: TrackConfig[] = [
    { ...audio, codecConfig: Uint8Array.of(17, 136) },
    { kind: 'video', codec: 'vp8', timescale: 90_000, width: 2, height: 2, codecConfig: null },
  ];
  expect(decodeTracks(JSON.parse(JSON.stringify(encodeTracks(tracks))) as unknown[])).toEqual(tracks);
});
