import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFile, writeSyntheticLog } from '@tapedeck/testkit';
import type { SyntheticLogResult } from '@tapedeck/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';
import type { RenderedFile } from '../src/index.ts';
import { decodeFile } from './decode-file.ts';
import { samplePictures } from './picture-samples.ts';
import { readFiles } from '../src/parts/files-journal.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-size-'));
const plan = planRender({ type: 'individual', formats: ['mp4'] }, 'rec_size', 0);
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the size of an individual file', { timeout: 120_000 }, () => {
  const growing = { width: 160, height: 90 };
  const participants = [
    { identity: 'alice', video: growing, resolutionChange: { atS: 6, width: 320, height: 180 } },
    { identity: 'turned', video: { width: 192, height: 108 }, resolutionChange: { atS: 1, width: 108, height: 192 } },
    { identity: 'small', video: growing, audio: null, resolutionChange: { atS: 5, width: 112, height: 64 } },
  ];

  async function expectRight(files: readonly RenderedFile[], outDir: string, log: SyntheticLogResult): Promise<void> {
    for (const file of files) {
      const person = log.people.find(({ identity }) => identity === file.participant)!;
      // 16:9 fills the width; turned, it stands between bars.
      const { width, height } = { width: file.width!, height: file.height! };
      const tiles =
        person.identity === 'turned'
          ? [
              { identity: 'turned', x: 0, y: 42, width: 192, height: 108, toMs: 2020 },
              { identity: 'turned', x: 42, y: 0, width: 108, height: 192, fromMs: 2020 },
            ]
          : [{ identity: person.identity, x: 0, y: 0, width, height }];
      const report = await checkFile(join(outDir, file.path), {
        type: 'composite',
        people: [person],
        tiles,
        width,
        height,
        durationMs: 11_000,
      });
      expect(report.problems, person.identity).toEqual([]);
    }
  }

  it('is the largest width by the largest height that was sent, and smaller pictures are scaled up and centred', async () => {
    const dir = join(root, 'log');
    const log = await writeSyntheticLog({ dir, durationS: 11, loopS: 12, participants });
    const outDir = join(root, 'out');
    const files = await renderLog(dir, plan, outDir, { follow: false });
    const sizes = Object.fromEntries(files.map(({ participant, width, height }) => [participant, `${width}x${height}`]));
    expect(sizes).toEqual({ alice: '320x180', turned: '192x192', small: '160x90' });
    expect(files.every(({ state }) => state === 'complete')).toBe(true);
    await expectRight(files, outDir, log);
  });

  it('grows while the log is followed: the file begins again and what was made before is replaced', async () => {
    const dir = join(root, 'followed');
    const outDir = join(root, 'followed-out');
    const steps: string[] = [];
    const both = planRender({ type: 'individual', formats: ['mp4', 'hls'] }, 'rec_size', 0);
    const following = renderLog(dir, both, outDir, { follow: true, log: (message) => void steps.push(message) });
    const log = await writeSyntheticLog({ dir, durationS: 11, loopS: 12, participants });
    const files = await following;
    expect(steps).toContain('pictures outgrew their files');
    expect(files.map(({ format }) => format).toSorted()).toEqual(['hls', 'hls', 'hls', 'mp4', 'mp4', 'mp4']);
    await expectRight(files, outDir, log);
    const complete = readFiles(outDir).filter(({ state }) => state === 'complete');
    expect(complete.map(({ path }) => path).toSorted()).toEqual(files.map(({ path }) => path).toSorted());
  });

  it('is even where a side of the pictures is odd, and nothing is lost', async () => {
    const dir = join(root, 'odd');
    const participants = [
      { identity: 'upright', video: { width: 135, height: 241 } },
      { identity: 'wide', video: { codec: 'vp9' as const, width: 321, height: 181 } },
    ];
    const log = await writeSyntheticLog({ dir, durationS: 5, loopS: 6, jitterMs: 5, participants });
    const outDir = join(root, 'odd-out');
    const files = await renderLog(dir, plan, outDir, { follow: false });
    expect(files.every(({ startMs }) => Number.isInteger(startMs))).toBe(true);
    for (const [index, [width, height, aspect]] of [
      [136, 242, 135 / 241],
      [322, 182, 321 / 181],
    ].entries()) {
      const file = files.find(({ participant }) => participant === participants[index]!.identity)!;
      const person = log.people[index]!;
      const expected = { type: 'composite', people: [person], width: width!, height: height!, aspect: aspect!, durationMs: 5000 } as const;
      const report = await checkFile(join(outDir, file.path), expected);
      expect(report.problems).toEqual([]);
    }
  });

  it('is what the request says when it says so', async () => {
    const dir = join(root, 'log');
    const fixed = planRender({ type: 'individual', formats: ['mp4'], video: { width: 128, height: 96 } }, 'rec_size', 0);
    const files = await renderLog(dir, fixed, join(root, 'fixed'), { follow: false });
    expect(files.map(({ width, height }) => [width, height])).toEqual([[128, 96], [128, 96], [128, 96]]); // prettier-ignore
  });

  it.each([
    ['while the log is followed', true, {}],
    ['while the log is followed, in the size that was asked for', true, { width: 320, height: 180 }],
    ['from a sealed log', false, {}],
  ] as const)('of HLS is that of sound alone until a picture comes: %s', async (name, follow, size) => {
    const dir = join(root, `hls-${name}`);
    const outDir = join(root, `hls-${name}-out`);
    const formats = ['hls', 'mp4'] as const;
    const hls = planRender({ type: 'individual', formats, video: { fps: 15, ...size } }, 'rec_sound', 0);
    const written = {
      dir,
      durationS: 14,
      loopS: 15,
      participants: [
        { identity: 'ada', video: { width: 320, height: 180 } },
        { identity: 'listener', video: null },
        { identity: 'late', video: { width: 320, height: 180 }, mutes: [{ kind: 'video' as const, fromS: 0, toS: 8 }] },
      ],
    };
    if (!follow) await writeSyntheticLog(written);
    const rendering = renderLog(dir, hls, outDir, { follow });
    const log = follow ? await writeSyntheticLog(written) : null;
    const files = await rendering;
    const facts = files.map(({ participant, format, width, startMs }) => [participant, format, width, startMs]);
    expect(facts.toSorted()).toEqual(
      ['ada', 'late', 'listener'].flatMap((participant) =>
        formats.map((format) => [participant, format, participant === 'listener' ? null : 320, expect.any(Number)]),
      ),
    );
    const complete = readFiles(outDir).filter(({ state }) => state === 'complete');
    expect(complete.map(({ path }) => path).toSorted()).toEqual(files.map(({ path }) => path).toSorted());
    for (const { participant, path, startMs } of files) {
      const decoded = await decodeFile(join(outDir, path));
      expect([path, decoded.errors]).toEqual([path, 0]);
      expect(Math.abs(decoded.durationS - 14), path).toBeLessThan(0.3);
      if (participant === 'listener') expect(decoded.pictures).toHaveLength(0);
      const person = log?.people.find(({ identity }) => identity === participant);
      if (participant !== 'late' || person === undefined) continue;
      const tiles = [{ identity: 'late', x: 0, y: 0, width: 320, height: 180 }];
      const report = await checkFile(join(outDir, path), { type: 'composite', people: [person], tiles, startMs });
      expect(report.problems, path).toEqual([]);
    }
  });

  it('does not follow the blank pictures with which the SFU ends a mute', async () => {
    const dir = join(root, 'blank');
    const log = await writeSyntheticLog({
      dir,
      durationS: 12,
      loopS: 12,
      participants: (['vp8', 'h264'] as const).map((codec) => ({
        identity: codec,
        video: { codec, width: 160, height: 90 },
        mutes: [{ kind: 'video' as const, fromS: 4, toS: 7 }],
        blankFrames: true,
        leaveS: 10.5,
      })),
    });
    const copies = planRender({ type: 'individual', formats: ['webm'] }, 'rec_size', 1);
    for (const [type, made] of [
      ['composite', plan],
      ['individual', copies],
    ] as const) {
      const outDir = join(root, `blank-${type}`);
      const files = await renderLog(dir, made, outDir, { follow: false });
      expect(files).toHaveLength(2);
      for (const file of files) {
        const person = log.people.find(({ identity }) => identity === file.participant)!;
        const report = await checkFile(join(outDir, file.path), { type, people: [person], width: 160, height: 90 });
        expect(report.problems, file.path).toEqual([]);
        // Sound may begin a moment before the first picture.
        const pictures = (await samplePictures(join(outDir, file.path))).filter(({ ms }) => ms > 100);
        expect(new Set(pictures.map((picture) => `${picture.width} ${picture.identity}`)), file.path).toEqual(
          new Set([`160 ${person.id}`]),
        );
      }
    }
  });
});
