import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { layoutTiles } from '@tapedeck/layout';
import type { LayoutOptions, Person } from '@tapedeck/layout';
import { PictureCanvas } from '../src/composite/canvas.ts';
import { yuvOf } from '../src/composite/colour.ts';
import { Scene } from '../src/composite/scene.ts';

const digits = ['75557', '26227', '71747', '71717', '55711', '74717', '74757', '71111', '75757', '75717'];
/** Rows of a digit as three bits each. */
const rowsOf = (digit: number): readonly number[] => [...(digits[digit] ?? '')].map(Number);

/** A picture of one flat colour with a number on it: what a person "sends" in a golden picture. */
export function numberedPicture(number: number, width = 64, height = 36): PictureCanvas {
  const canvas = new PictureCanvas(width, height);
  const angle = (number * 2.399963) % (2 * Math.PI);
  canvas.fill({ x: 0, y: 0, width, height }, [110 + ((number * 37) % 70), 128 + 60 * Math.cos(angle), 128 + 60 * Math.sin(angle)]);
  const white = yuvOf(255, 255, 255);
  const dot = 4;
  const text = [...String(number)].map(Number);
  const left = Math.floor((width - (text.length * 4 - 1) * dot) / 4) * 2;
  const top = Math.floor((height - 5 * dot) / 4) * 2;
  for (const [at, digit] of text.entries()) {
    for (const [row, bits] of rowsOf(digit).entries()) {
      for (let column = 0; column < 3; column++) {
        if ((bits & (4 >> column)) !== 0)
          canvas.fill({ x: left + (at * 4 + column) * dot, y: top + row * dot, width: dot, height: dot }, white);
      }
    }
  }
  return canvas;
}

/** One picture of a sheet: a layout with so many people in it. */
export interface GoldenCase {
  readonly layout: string;
  readonly options?: LayoutOptions & Readonly<Record<string, unknown>>;
  readonly people: number;
  readonly speaker?: string;
  /** Person 1 shares a screen besides the camera; its number is 26. */
  readonly hasScreen?: boolean;
  /** These people send no picture. */
  readonly audioOnly?: readonly number[];
  readonly width: number;
  readonly height: number;
  /** Where `images/…` stands. */
  readonly recordingDir?: string;
}

/** Composes a case the way a render does, and returns it as red, green, blue and alpha bytes. */
export function compose(wanted: GoldenCase): Uint8ClampedArray {
  const { width, height, options = {} } = wanted;
  const canvas = new PictureCanvas(width, height);
  const scene = new Scene(canvas, 'last-frame', {
    recordingDir: wanted.recordingDir ?? null,
    onNotice: ({ detail }) => {
      throw new Error(detail);
    },
  });
  const people: Person[] = Array.from({ length: wanted.people }, (_, index) => ({
    ...{ identity: `p${index + 1}`, hasVideo: wanted.audioOnly?.includes(index + 1) !== true, aspect: 16 / 9 },
    ...{ isSpeaking: false, isScreen: false, joinedOrder: index },
  }));
  if (wanted.hasScreen === true) people.push({ ...people[0]!, isScreen: true });
  const pictures = new Map<string, PictureCanvas>();
  scene.setLook(options);
  scene.setTiles(layoutTiles(wanted.layout, { width, height }, people, { ...options, speaker: wanted.speaker ?? null }), (identity) =>
    identity.replace('p', 'Person '),
  );
  scene.draw(0, Date.UTC(2026, 0, 2, 3, 4, 5), (tile) => {
    const number = tile.source === 'screen' ? 26 : Number(tile.identity.slice(1));
    if (tile.source === 'camera' && wanted.audioOnly?.includes(number) === true) return null;
    const picture = pictures.get(`${number}`) ?? numberedPicture(number);
    pictures.set(`${number}`, picture);
    return { track: picture, picture: picture.frame, isNew: true, isMuted: false, shownUs: 0 };
  });
  const rgba = toRgba(canvas);
  scene.close();
  canvas.close();
  for (const picture of pictures.values()) picture.close();
  return rgba;
}

function toRgba({ width, height, planes, strides }: PictureCanvas): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const luma = (planes[0][y * strides[0] + x]! - 16) * 1.164;
      const u = planes[1][(y >> 1) * strides[1] + (x >> 1)]! - 128;
      const v = planes[2][(y >> 1) * strides[2] + (x >> 1)]! - 128;
      rgba.set([luma + 1.596 * v, luma - 0.392 * u - 0.813 * v, luma + 2.017 * u, 255], (y * width + x) * 4);
    }
  }
  return rgba;
}

/** Pictures of one size side by side, with a line between them, as one. */
export function contactSheet(pictures: readonly Uint8ClampedArray[], width: number, height: number, columns: number): Sheet {
  const line = 2;
  const rows = Math.ceil(pictures.length / columns);
  const sheet = { width: columns * (width + line), height: rows * (height + line) };
  const canvas = createCanvas(sheet.width, sheet.height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, sheet.width, sheet.height);
  for (const [index, picture] of pictures.entries()) {
    const cell = context.createImageData(width, height);
    cell.data.set(picture);
    context.putImageData(cell, (index % columns) * (width + line), Math.floor(index / columns) * (height + line));
  }
  const image = context.getImageData(0, 0, sheet.width, sheet.height);
  const rgba = image.data.slice();
  for (let at = 0; at < rgba.length; at++) image.data[at] = at % 4 === 3 ? 255 : Math.round(rgba[at]! / colourStep) * colourStep;
  context.putImageData(image, 0, 0);
  return { ...sheet, rgba, png: canvas.toBuffer('image/png') };
}

interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
  readonly png: Buffer;
}

/** Goldens keep colours in steps: a fraction of the bytes, and nobody sees it. */
const colourStep = 16;
/** A channel may differ by so much besides the steps: scalers of other processors round differently. */
const tolerance = colourStep / 2 + 8;

/**
 * Share of the pixels (0…1) in which a sheet differs from the committed one; 1 when there is none or it has another size. With TAPEDECK_UPDATE_GOLDENS=1 the
 * committed one is replaced first.
 */
export async function compareWithGolden(path: string, sheet: Sheet): Promise<number> {
  if (process.env['TAPEDECK_UPDATE_GOLDENS'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, sheet.png);
  }
  if (!existsSync(path)) return 1;
  const golden = await loadImage(readFileSync(path));
  if (golden.width !== sheet.width || golden.height !== sheet.height) return 1;
  const context = createCanvas(sheet.width, sheet.height).getContext('2d');
  context.drawImage(golden, 0, 0);
  const { data } = context.getImageData(0, 0, sheet.width, sheet.height);
  let different = 0;
  for (let at = 0; at < data.length; at += 4) {
    const isSame = [0, 1, 2].every((channel) => Math.abs(data[at + channel]! - sheet.rgba[at + channel]!) <= tolerance);
    if (!isSame) different++;
  }
  return different / (sheet.width * sheet.height);
}
