import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readWav } from '../../test/support/wav.ts';
import { WavFile } from './wav-file.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tapedeck-wav-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is right after every write, and full when the header can count no more', async () => {
  const path = join(folder, 'a.wav');
  const wav = await WavFile.open(path, 16_000, 2 * 250 + 1);
  const seen: [number, boolean][] = [];
  for (let number = 0; number < 4; number++) {
    seen.push([readWav(path).samples.length, wav.isFull]);
    await wav.write(Int16Array.from({ length: 100 }, (_, index) => number * 100 + index));
  }
  await wav.finish();
  expect(seen).toEqual([
    [0, false],
    [100, false],
    [200, false],
    [250, true],
  ]);
  const { samples, surplusBytes } = readWav(path);
  expect([samples.length, samples[249], surplusBytes]).toEqual([250, 249, 0]);
});
