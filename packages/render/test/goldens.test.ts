import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas } from '@napi-rs/canvas';
import type { CustomTile } from '@tapedeck/layout';
import { afterAll, describe, expect, it } from 'vitest';
import { compareWithGolden, compose, contactSheet } from './contact-sheet.ts';
import type { GoldenCase } from './contact-sheet.ts';

/*
 * Every layout with 1 to 25 people, as contact sheets in test/goldens: look at them. After a change that is meant:
 * TAPEDECK_UPDATE_GOLDENS=1 npx vitest run packages/render/test/goldens.test.ts
 */
const goldens = fileURLToPath(new URL('goldens/', import.meta.url));
const [width, height] = [128, 72];
/** Pixels at the edges of a sheet's pictures that another processor may round to the other side. */
const mostDifferent = 0.002;

const counts = Array.from({ length: 25 }, (_, index) => index + 1);
type Variant = Partial<GoldenCase> & { readonly layout: string };

/** A hand-made layout: one large tile, a column beside it and overlapping ones in front, in fractions. */
const customTiles: readonly CustomTile[] = [
  { slot: 0, x: 0, y: 0, width: 0.75, height: 1, z: 0, fit: 'contain' },
  ...Array.from({ length: 4 }, (_, index) => ({ slot: index + 1, x: 0.75, y: index / 4, width: 0.25, height: 0.25, z: 1 })),
  ...Array.from({ length: 20 }, (_, index) => {
    const step = 0.035 * index;
    return { slot: index + 5, x: 0.02 + step, y: 0.6 - step / 2, width: 0.16, height: 0.16, z: 2 };
  }),
];

const variants: Readonly<Record<string, Variant>> = {
  grid: { layout: 'grid' },
  'grid-nine': { layout: 'grid', options: { cells: 'nine-grid' } },
  'grid-upright': { layout: 'grid', width: 72, height: 128 },
  speaker: { layout: 'speaker', speaker: 'p2' },
  'speaker-25': { layout: 'speaker', speaker: 'p2', options: { maxTiles: 25 } },
  'screen-share': { layout: 'screen-share', hasScreen: true },
  'screen-share-right': { layout: 'screen-share', options: { align: 'right', withoutShare: 'speaker' }, speaker: 'p3' },
  floating: { layout: 'floating' },
  vertical: { layout: 'vertical' },
  'side-by-side': { layout: 'side-by-side' },
  adaptive: { layout: 'adaptive' },
  'adaptive-screen': { layout: 'adaptive', hasScreen: true },
  single: { layout: 'single', speaker: 'p4' },
  custom: { layout: 'custom', options: { tiles: customTiles } },
};

describe('golden pictures', { timeout: 60_000 }, () => {
  it.each(Object.keys(variants))('%s with 1 to 25 people', async (name) => {
    const variant = variants[name]!;
    const size = { width: variant.width ?? width, height: variant.height ?? height };
    const pictures = counts.map((people) => compose({ ...variant, ...size, people }));
    const sheet = contactSheet(pictures, size.width, size.height, 5);
    expect(await compareWithGolden(join(goldens, `${name}.png`), sheet)).toBeLessThanOrEqual(mostDifferent);
  });

  it('backgrounds, round corners, labels, placeholders and watermarks', async () => {
    const recordingDir = mkdtempSync(join(tmpdir(), 'tapedeck-goldens-'));
    afterAll(() => rmSync(recordingDir, { recursive: true, force: true }));
    const ramp = storePicture(recordingDir, 'a', 64, 36, (context) => {
      for (let x = 0; x < 64; x += 8) {
        context.fillStyle = `rgb(${x * 4}, 60, ${255 - x * 4})`;
        context.fillRect(x, 0, 8, 36);
      }
    });
    const logo = storePicture(recordingDir, 'b', 40, 40, (context) => {
      context.fillStyle = '#ff2200';
      context.beginPath();
      context.arc(20, 20, 18, 0, 7);
      context.fill();
    });
    const base = { width: 240, height: 136, recordingDir };
    const tile = { width: 0.4, height: 0.4, fit: 'cover' } as const;
    const cases: readonly GoldenCase[] = [
      { ...base, layout: 'grid', people: 3, options: { background: { color: '#203060' }, gap: 8, radius: 16, fit: 'cover' } },
      { ...base, layout: 'grid', people: 2, options: { background: { image: { url: 'x', file: ramp } }, labels: {} } },
      {
        ...{ ...base, layout: 'grid', people: 4, audioOnly: [1, 2, 3] },
        options: { showAudioOnly: true, labels: { position: 'top-right', background: null }, placeholder: { color: '#304050' } },
      },
      {
        ...{ ...base, layout: 'floating', people: 5, audioOnly: [1, 3] },
        options: {
          showAudioOnly: true,
          radius: 10,
          labels: { fontSize: 10 },
          placeholder: { image: { url: 'x', file: ramp }, text: 'name' },
        },
      },
      {
        ...{ ...base, layout: 'custom', people: 2 },
        options: {
          background: { color: '#808080' },
          tiles: [
            { identity: 'p1', x: 0.05, y: 0.1, ...tile, radius: 30 },
            { identity: 'p2', x: 0.3, y: 0.3, ...tile, opacity: 0.5, z: 1 },
            { identity: 'p9', x: 0.55, y: 0.1, ...tile, placeholder: { image: { url: 'x', file: logo, fit: 'contain' } } },
            { slot: 3, x: 0.1, y: 0.75, width: 0.2, height: 0.2, background: { color: '#00aa44' } },
            {
              identity: 'p1',
              x: 0.6,
              y: 0.6,
              width: 0.3,
              height: 0.35,
              fit: 'contain',
              background: { image: { url: 'x', file: ramp } },
              radius: 12,
            },
          ],
        },
      },
      {
        ...{ ...base, layout: 'grid', people: 1 },
        options: {
          watermarks: [
            { type: 'image', url: 'x', file: logo, x: 0.02, y: 0.6, width: 0.2, height: 0.35 },
            { type: 'image', url: 'x', file: logo, x: 30, y: 90, opacity: 0.4 },
            { type: 'text', text: '会议记录 Tapedeck', position: 'bottom-right', fontSize: 14, color: '#FFFF00', background: '#00000080' },
            { type: 'text', text: 'two\nlines', x: 100, y: 20, fontSize: 12, opacity: 0.6 },
            { type: 'timestamp', timeZone: 'Asia/Shanghai', fontSize: 14 },
          ],
        },
      },
      { ...base, layout: 'grid', people: 9, options: { fit: 'fill', labels: {}, tileBackground: { color: '#552200' } } },
      { ...base, layout: 'side-by-side', people: 2, options: { fit: 'smart', tileBackground: { color: '#552200' } } },
      {
        ...{ ...base, layout: 'custom', people: 1 },
        options: {
          tiles: [
            { identity: 'p1', x: 0, y: 0, width: 0.5, height: 1, crop: { x: 0, y: 0, width: 0.5, height: 1 }, fit: 'fill' },
            { identity: 'p1', x: 0.5, y: 0, width: 0.5, height: 0.5, crop: { x: 0.5, y: 0.5, width: 0.5, height: 0.5 } },
          ],
          watermarks: [{ type: 'text', text: 'box', x: 130, y: 80, width: 100, height: 50, background: '#0000FF', fontSize: 12 }],
        },
      },
      { ...base, layout: 'single', people: 1, options: { fit: 'cover', radius: 90, background: { color: '#ffffff' } } },
    ];
    const sheet = contactSheet(cases.map((wanted) => compose(wanted)), base.width, base.height, 3); // prettier-ignore
    // Letters are drawn by another library, whose edges vary a little more.
    expect(await compareWithGolden(join(goldens, 'looks.png'), sheet)).toBeLessThanOrEqual(0.01);
  });
});

type Context = ReturnType<ReturnType<typeof createCanvas>['getContext']>;

/** Puts a PNG where a recording keeps its pictures. Returns the name that a plan gives it. */
function storePicture(dir: string, letter: string, sizeX: number, sizeY: number, draw: (context: Context) => void): string {
  const canvas = createCanvas(sizeX, sizeY);
  draw(canvas.getContext('2d'));
  const file = `images/${letter.repeat(64)}.png`;
  mkdirSync(join(dir, 'images'), { recursive: true });
  writeFileSync(join(dir, file), canvas.toBuffer('image/png'));
  return file;
}
