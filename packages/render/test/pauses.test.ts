import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFile, decodeFile, readTestPicture, writeSyntheticLog } from '@tapedeck/testkit';
import type { SyntheticLogResult } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';
import type { RenderedFile } from '../src/index.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-pauses-'));
const small = { width: 320, height: 180, fps: 15, bitrateKbps: 400 };
const pause = { fromS: 5, toS: 8 };

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.each(['cut', 'hold'] as const)('a pause that is %s', { timeout: 120_000 }, (mode) => {
  const dir = join(root, mode);
  const durationMs = mode === 'cut' ? 11_000 : 14_000;
  let written: SyntheticLogResult;
  let composite: string;
  let individual: readonly RenderedFile[];
  let copied: readonly RenderedFile[];

  beforeAll(async () => {
    // What she does while nobody looks must not be seen: in between she mutes her camera.
    const mutes = [{ kind: 'video' as const, fromS: 6, toS: 7 }];
    const participants = [{ identity: 'alice', driftPpm: 80, video: { width: 320, height: 180 }, mutes }];
    written = await writeSyntheticLog({ dir, durationS: 14, participants, pauses: [{ ...pause, mode }] });
    const render = async (name: string, output: Parameters<typeof planRender>[0]): Promise<readonly RenderedFile[]> =>
      renderLog(dir, planRender(output, 'rec_pause', 0, { fill: 'black' }), join(root, `${mode}-${name}`), { follow: false });
    const [mixed] = await render('composite', { type: 'composite', video: small });
    composite = join(root, `${mode}-composite`, mixed?.path ?? '');
    individual = await render('individual', { type: 'individual', video: small });
    copied = await render('copied', { type: 'individual', formats: ['webm'] });
  }, 120_000);

  it('leaves sound and picture together, in the composite and in individual files', async () => {
    const { people } = written;
    const files = [composite, ...individual.map(({ path }) => join(root, `${mode}-individual`, path))];
    expect(files).toHaveLength(2);
    for (const file of files) {
      const tiles = [{ identity: 'alice', x: 0, y: 0, ...small }];
      const report = await checkFile(file, { type: 'composite', people, tiles, durationMs });
      expect(report.problems, file).toEqual([]);
      expect(Math.abs(report.people[0]?.worstOffsetMs ?? 999)).toBeLessThanOrEqual(40);
    }
  });

  it('is as long as it should be in a copied file too', () => {
    expect(copied).toHaveLength(1);
    expect(copied[0]?.durationMs).toBeGreaterThan(durationMs - 150);
    expect(copied[0]?.durationMs).toBeLessThan(durationMs + 150);
  });

  if (mode === 'cut') return;
  it('keeps the last picture and silence for as long as it lasts', async () => {
    for (const file of [composite, join(root, 'hold-individual', individual[0]?.path ?? '')]) {
      const frames = new Set<number | null>();
      let loudest = 0;
      await decodeFile(file, {
        picture: ({ ms, planes, strides }) => {
          if (ms < 5_200 || ms > 7_900) return;
          const view = { luma: planes[0] ?? new Uint8Array(), lumaStride: strides[0] ?? 0, x: 0, y: 0, width: 320, height: 180 };
          frames.add(readTestPicture(view)?.frame ?? null);
        },
        sound: (first, samples) => {
          const ms = first / 48;
          if (ms > 5_300 && ms < 7_800) for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
        },
      });
      expect([...frames], file).toEqual([expect.any(Number)]);
      expect(loudest).toBeLessThan(0.001);
    }
  });
});
