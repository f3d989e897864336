import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { layoutTiles } from '@tapedeck/layout';
import type { LayoutOptions, Person } from '@tapedeck/layout';
import { checkFile, decodeFile, writeSyntheticLog } from '@tapedeck/testkit';
import type { DecodedPicture, ExpectedTile } from '@tapedeck/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';
import type { RenderNotice } from '../src/index.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-layouts-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const canvas = { width: 960, height: 540 };
const video = { ...canvas, fps: 15, bitrateKbps: 1500, preset: 'ultrafast' };
const sender = { width: 320, height: 180, bitrateKbps: 150 };

/** Where a layout puts people who joined in this order; tiles that are too small to be read, or lie under others, are left out. */
function tilesOf(name: string, identities: readonly string[], options: LayoutOptions, fromMs: number, toMs: number): ExpectedTile[] {
  const people = identities.map((identity, joinedOrder): Person => ({
    ...{ identity, joinedOrder, hasVideo: true, aspect: 16 / 9, isSpeaking: false, isScreen: false },
  }));
  const tiles = layoutTiles(name, canvas, people, options);
  return tiles
    .filter((tile) => tile.width >= 120 && tile.height >= 90 && !tiles.some((other) => other.z > tile.z))
    .map(({ identity, x, y, width, height }) => ({ identity, x, y, width, height, fromMs, toMs }));
}

describe('layouts drawn from a log', { timeout: 180_000 }, () => {
  it('puts the right person into the right tile, from the moment of each change on', async () => {
    const identities = ['alice', 'bob', 'carol', 'dave'];
    const tiles = [
      { slot: 1, x: 0, y: 0, width: 0.5, height: 0.5 },
      { identity: 'dave', x: 0.5, y: 0.5, width: 0.5, height: 0.5, fit: 'contain' as const, z: 3 },
    ];
    const steps: readonly { readonly name: string; readonly options: LayoutOptions }[] = [
      { name: 'floating', options: {} },
      { name: 'vertical', options: { main: { identity: 'car*' } } },
      { name: 'side-by-side', options: { gap: 8 } },
      { name: 'screen-share', options: { main: { identity: 'bob' }, align: 'right' } },
      { name: 'adaptive', options: {} },
      { name: 'single', options: { main: { identity: 'dave' } } },
      { name: 'custom', options: { tiles } },
      { name: 'grid', options: { cells: 9 } },
    ];
    const stepS = 2.5;
    const dir = join(root, 'steps');
    const log = await writeSyntheticLog({
      dir,
      durationS: stepS * steps.length,
      loopS: 10,
      participants: identities.map((identity) => ({ identity, video: sender })),
      layouts: steps.slice(1).map((layout, index) => ({ atS: (index + 1) * stepS, layout })),
    });
    const plan = planRender({ type: 'composite', video, layout: { ...steps[0]! } }, 'rec_steps', 0);
    const [file] = await renderLog(dir, plan, join(root, 'steps-out'), { follow: false });
    const expected = steps.flatMap(({ name, options }, index) => {
      // The picture in which a layout changes may show either; the next one (67 ms later) may not.
      const span = [index * stepS * 1000 + (index === 0 ? 0 : 70), (index + 1) * stepS * 1000 - 70] as const;
      return tilesOf(name, identities, options, ...span);
    });
    for (const identity of identities) expect(expected.some((tile) => tile.identity === identity)).toBe(true);
    const report = await checkFile(join(root, 'steps-out', file?.path ?? ''), {
      type: 'composite',
      people: log.people,
      tiles: expected,
      durationMs: steps.length * stepS * 1000,
      tolerance: { settleMs: 300, lostPercent: 5 },
    });
    for (const { identity, video: seen } of report.people) {
      // A hole is where nobody was to be seen: while the person had no tile, and nowhere else.
      const shown = expected.filter((tile) => tile.identity === identity);
      const unseen = (seen?.holes ?? []).filter(({ fromMs, toMs }) =>
        shown.some((tile) => Math.min(toMs, tile.toMs ?? 0) - Math.max(fromMs, tile.fromMs ?? 0, 300) > 100),
      );
      expect([identity, seen?.strangers, seen?.framesMisplaced, unseen]).toEqual([identity, [], 0, []]);
    }
    expect(report.durationErrorMs).toBeLessThanOrEqual(67);
  });

  it('loses no frame of eight people when a ninth comes', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `p${index + 1}`);
    const dir = join(root, 'nine');
    const log = await writeSyntheticLog({
      dir,
      durationS: 6,
      loopS: 10,
      participants: names.map((identity, index) => ({ identity, video: sender, ...(index === 8 ? { joinS: 3 } : {}) })),
    });
    const plan = planRender({ type: 'composite', video }, 'rec_nine', 0);
    const [file] = await renderLog(dir, plan, join(root, 'nine-out'), { follow: false });
    const tiles = [...tilesOf('grid', names.slice(0, 8), {}, 0, 2930), ...tilesOf('grid', names, {}, 3140, 6000)];
    const path = join(root, 'nine-out', file?.path ?? '');
    const report = await checkFile(path, { type: 'composite', people: log.people, tiles, durationMs: 6000 });
    expect(report.pictures).toBe(90);
    expect(report.longestPictureGapMs).toBeLessThanOrEqual(67);
    for (const { identity, video: seen } of report.people.slice(0, 8)) {
      // Two pictures around the change are in no expected tile.
      expect([identity, seen?.strangers, (seen?.framesLost ?? 99) <= 4]).toEqual([identity, [], true]);
    }
  });

  it.each([
    [2560, 1440],
    [720, 1280],
  ])('draws on %i × %i', async (width, height) => {
    const dir = join(root, `size-${width}`);
    await writeSyntheticLog({ dir, durationS: 1, loopS: 10, participants: [{ identity: 'alice', video: sender }] });
    const layout = { name: 'floating', labels: {}, radius: 40, background: { color: '#ffffff' } };
    const plan = planRender({ type: 'composite', video: { ...video, width, height }, layout }, 'rec_size', 0);
    const out = join(root, `size-${width}-out`);
    const [file] = await renderLog(dir, plan, out, { follow: false });
    expect(file).toMatchObject({ width, height });
    const corners: (readonly number[])[] = [];
    await decodeFile(join(out, file?.path ?? ''), {
      picture: (picture) =>
        corners.push(colourAt(picture, 0, height / 2 - Math.round((width * 9) / 32)), colourAt(picture, width / 2, height / 2)),
      sound: () => undefined,
    });
    // The picture's own corner is round: the white behind it shows there, and not in the middle.
    expect([corners.at(-2)![0]! > 220, corners.at(-1)![0]! > 220]).toEqual([true, false]);
  });

  it('draws watermarks, labels and backgrounds, and goes on without pictures that are missing or broken', async () => {
    const dir = join(root, 'marks');
    await writeSyntheticLog({
      dir,
      durationS: 4,
      loopS: 10,
      participants: [{ identity: 'alice', name: '爱丽丝', video: sender }],
      layouts: [
        {
          atS: 2,
          layout: { name: 'single', options: { background: { image: { url: 'https://x/a.png', file: `images/${'e'.repeat(64)}.png` } } } },
        },
      ],
    });
    mkdirSync(join(dir, 'images'));
    const red = createCanvas(8, 8);
    red.getContext('2d').fillStyle = '#ff0000';
    red.getContext('2d').fillRect(0, 0, 8, 8);
    writeFileSync(join(dir, `images/${'a'.repeat(64)}.png`), red.toBuffer('image/png'));
    writeFileSync(join(dir, `images/${'b'.repeat(64)}.png`), red.toBuffer('image/png').subarray(0, 40));
    const layout = {
      name: 'custom',
      options: {
        background: { color: '#0000ff', image: { url: 'https://x/gone.png', file: null } },
        labels: {},
        tiles: [{ identity: 'alice', x: 0.25, y: 0.25, width: 0.5, height: 0.5 }],
        watermarks: [
          {
            type: 'image',
            url: 'https://x/red.png',
            file: `images/${'a'.repeat(64)}.png`,
            x: 0,
            y: 0,
            width: 0.1,
            height: 0.1,
            fit: 'fill',
          },
          { type: 'image', url: 'https://x/broken.png', file: `images/${'b'.repeat(64)}.png`, x: 0.5, y: 0 },
          { type: 'timestamp', position: 'bottom-right', timeZone: '+08:00', fontSize: 30, background: '#000000' },
        ],
      },
    };
    const notices: RenderNotice[] = [];
    const plan = planRender({ type: 'composite', video, layout }, 'rec_marks', 0);
    const [file] = await renderLog(dir, plan, join(root, 'marks-out'), { follow: false, onNotice: (notice) => notices.push(notice) });
    const seen: Record<string, readonly number[]>[] = [];
    const clocks: string[] = [];
    await decodeFile(join(root, 'marks-out', file?.path ?? ''), {
      picture: (picture) => {
        seen.push({
          watermark: colourAt(picture, 48, 27),
          ground: colourAt(picture, 800, 80),
          label: brightest(picture, 245, 375, 120, 26),
        });
        clocks.push(inkOf(picture, 600, 490, 350, 40));
      },
      sound: () => undefined,
    });
    expect(seen).toHaveLength(60);
    const early = seen[10]!;
    expect(near(early['watermark']!, [81, 90, 240])).toBe(true);
    expect(near(early['ground']!, [41, 240, 110])).toBe(true);
    expect(early['label']![0]).toBeGreaterThan(200);
    expect(near(seen[50]!['watermark']!, [81, 90, 240])).toBe(false);
    // The clock changes once a second and stays the same in between.
    expect(new Set(clocks.slice(0, 29)).size).toBeGreaterThanOrEqual(2);
    expect(notices.map(({ url }) => url)).toEqual(['https://x/broken.png', 'https://x/a.png']);
  });
});

/** Y, U and V of one pixel. */
function colourAt({ planes, strides }: DecodedPicture, x: number, y: number): readonly number[] {
  return planes.map((plane, index) => plane[(y >> (index === 0 ? 0 : 1)) * strides[index]! + (x >> (index === 0 ? 0 : 1))]!);
}

function brightest({ planes, strides }: DecodedPicture, x: number, y: number, width: number, height: number): readonly number[] {
  let most = 0;
  for (let row = y; row < y + height; row++)
    for (let at = x; at < x + width; at++) most = Math.max(most, planes[0]![row * strides[0]! + at]!);
  return [most];
}

/** Which pixels of an area are bright, coarsely: a fingerprint of what is written there. */
function inkOf({ planes, strides }: DecodedPicture, x: number, y: number, width: number, height: number): string {
  let ink = '';
  for (let row = y; row < y + height; row += 4)
    for (let at = x; at < x + width; at += 4) ink += planes[0]![row * strides[0]! + at]! > 150 ? '#' : '.';
  return ink;
}

const near = (a: readonly number[], b: readonly number[]): boolean => a.every((value, index) => Math.abs(value - b[index]!) <= 14);
