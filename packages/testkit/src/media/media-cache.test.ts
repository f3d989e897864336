import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { cachedFrames } from './media-cache.ts';

it('may be asked for the same frames many times at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-media-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  vi.stubEnv('TAPEDECK_TEST_CACHE', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  const frames = [{ data: Uint8Array.of(1, 2, 3), isKeyframe: true }];
  const asked = Array.from({ length: 50 }, () => cachedFrames({ kind: 'same' }, () => Promise.resolve(frames)));
  for (const given of await Promise.all(asked)) expect(given.map(({ data }) => [...data])).toEqual([[1, 2, 3]]);
  expect(readdirSync(folder)).toHaveLength(1);
});
