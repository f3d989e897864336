import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSyntheticLog } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';
import { samplePictures } from './picture-samples.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-visits-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const video = { width: 160, height: 90 };

describe('individual files of somebody who leaves and comes back', { timeout: 120_000 }, () => {
  const dir = join(root, 'log');
  beforeAll(async () => {
    const participants = [
      { identity: 'alice', video, leaveS: 4 },
      { identity: 'alice', video, joinS: 7 },
      { identity: 'bob', video: null },
    ];
    await writeSyntheticLog({ dir, durationS: 11, participants });
  });

  const filesOf = async (format: 'mp4' | 'webm', resumeWaitS: number | null): Promise<{ startMs: number; durationMs: number }[]> => {
    const plan = planRender({ type: 'individual', formats: [format], video: { ...video, fps: 15 } }, 'rec_visits', 0, { resumeWaitS });
    const files = await renderLog(dir, plan, join(root, `${format}-${resumeWaitS}`), { follow: false });
    expect(files.filter(({ participant }) => participant === 'bob')).toHaveLength(1);
    expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
    return files.filter(({ participant }) => participant === 'alice').map(({ startMs, durationMs }) => ({ startMs, durationMs }));
  };

  it.each(['mp4', 'webm'] as const)('go on when they were away for no longer than the resume wait (%s)', async (format) => {
    for (const resumeWaitS of [null, 4]) {
      const [file, ...others] = await filesOf(format, resumeWaitS);
      expect(others).toEqual([]);
      expect(file?.durationMs).toBeGreaterThan(10_700);
    }
  });

  it.each(['mp4', 'webm'] as const)('are two when they were away for longer (%s)', async (format) => {
    const files = await filesOf(format, 2);
    expect(files).toHaveLength(2);
    expect(files[0]?.durationMs).toBeGreaterThan(3_700);
    expect(files[0]?.durationMs).toBeLessThan(4_400);
    expect(files[1]?.startMs).toBeGreaterThan(6_900);
    expect(files[1]?.startMs).toBeLessThan(7_300);
    expect(files[1]?.durationMs).toBeGreaterThan(3_500);
  });
});

describe('somebody who connects anew before the old connection is given up', { timeout: 60_000 }, () => {
  const dir = join(root, 'anew');
  beforeAll(async () => {
    const alice = { identity: 'alice', id: 1, video };
    await writeSyntheticLog({
      dir,
      durationS: 9,
      loopS: 10,
      participants: [
        { ...alice, leaveS: 5 },
        { ...alice, joinS: 3 },
      ],
    });
  });

  it.each(['individual', 'composite'] as const)('goes on being seen: %s', async (type) => {
    const plan = planRender({ type, formats: ['mp4'], video: { ...video, fps: 15 } }, 'rec_anew', 0);
    const outDir = join(root, `anew-${type}`);
    const [file] = await renderLog(dir, plan, outDir, { follow: false });
    const pictures = (await samplePictures(join(outDir, file!.path))).filter(({ ms }) => ms >= 5500 && ms < 8800);
    expect(new Set(pictures.map(({ frame }) => frame)).size).toBeGreaterThan(40);
  });
});
