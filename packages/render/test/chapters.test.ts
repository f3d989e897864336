import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSyntheticLog } from '@tapedeck/testkit';
import { afterAll, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';
import { findBox, readBoxes } from '../src/mux/mp4/box.ts';
import { decodeFile } from './decode-file.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-chapters-'));

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Chapters of a finished file as [seconds, title]. */
function chaptersOf(path: string): readonly (readonly [number, string])[] {
  const moov = readBoxes(readFileSync(path)).find(({ type }) => type === 'moov')!;
  const list = findBox(moov.body, 'udta', 'chpl')?.body;
  if (list === undefined) return [];
  const bytes = Buffer.from(list);
  const chapters: (readonly [number, string])[] = [];
  for (let at = 9; chapters.length < bytes[8]!;) {
    const length = bytes[at + 8]!;
    chapters.push([Math.round(Number(bytes.readBigUInt64BE(at)) / 1e6) / 10, bytes.toString('utf8', at + 9, at + 9 + length)]);
    at += 9 + length;
  }
  return chapters;
}

it('a composite’s MP4 has chapters: who joins, who speaks, who shares; each slice its own', { timeout: 60_000 }, async () => {
  const dir = join(root, 'log');
  const small = { width: 320, height: 180 };
  await writeSyntheticLog({
    dir,
    durationS: 16,
    participants: [
      { identity: 'alice', video: small },
      { identity: 'bob', joinS: 4, video: small },
      { identity: 'carol', joinS: 12, audio: null, video: { ...small, source: 'screen_share' } },
    ],
    speakers: [{ atS: 8, identity: 'bob' }],
  });
  const video = { ...small, fps: 15, bitrateKbps: 300 };
  const plan = planRender({ type: 'composite', formats: ['mp4', 'm4a'], video }, 'rec_chapters', 0, { sliceS: 10 });
  const files = await renderLog(dir, plan, join(root, 'out'), { follow: false });
  const first = [
    [0, 'alice joins'],
    [4, 'bob joins'],
    [8, 'bob speaks'],
  ];
  const second = [
    [0, 'bob speaks'],
    [2, 'carol joins, carol shares a screen'],
  ];
  const found = files.map(({ path }) => chaptersOf(join(root, 'out', path)).map(([s, title]) => [Math.round(s), title]));
  expect(found).toEqual([first, second, first, second]);
  expect((await decodeFile(join(root, 'out', 'composite.mp4'))).pictures).toHaveLength(150);
});
