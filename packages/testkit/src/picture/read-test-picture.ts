import { BARCODE_AREA, BARCODE_COLUMNS, BARCODE_ROWS, decodeBarcode } from './barcode.ts';
import { identityColour } from './test-picture.ts';

/** A rectangle of a decoded picture: planes as FFmpeg hands them out (8 bits, 4:2:0), the rectangle in luma pixels. Nothing is copied. */
export interface PictureView {
  readonly luma: Uint8Array;
  readonly lumaStride: number;
  /** U and V; without them the colour is not judged. */
  readonly chroma?: { readonly u: Uint8Array; readonly v: Uint8Array; readonly stride: number };
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a test picture says about itself. */
export interface TestPictureReading {
  readonly identity: number;
  /** Modulo 2^20. */
  readonly frame: number;
  readonly isFlash: boolean;
  /** False when the strip's colour is not the identity's (planes swapped, tile mixed up); null without chroma or during the flash. */
  readonly isColourRight: boolean | null;
}

const MIN_CONTRAST = 60;
/** Every cell must be this clearly black or white: what lies between is not a barcode. */
const MIN_CLARITY = 0.35;
const FLASH_LUMA = 180;

/**
 * Reads the test picture shown in a rectangle, or returns null when none can be read there.
 *
 * The picture may fill the rectangle, stand letterboxed in it (`contain`) or be cropped by it (`cover`), as long as the barcode is visible: these three
 * placements are tried for `aspect` in this order. Scaling down to about 100 × 56 pixels and ordinary compression are survived.
 *
 * @param aspect Width by height of the source picture.
 */
export function readTestPicture(view: PictureView, aspect: number = 16 / 9): TestPictureReading | null {
  const own = view.width / view.height;
  const filled = readPlaced(view, view.x, view.y, view.width, view.height);
  if (filled !== null || Math.abs(own / aspect - 1) < 0.02) return filled;
  const inner = { width: Math.min(view.width, view.height * aspect), height: Math.min(view.height, view.width / aspect) };
  const outer = { width: Math.max(view.width, view.height * aspect), height: Math.max(view.height, view.width / aspect) };
  for (const { width, height } of [inner, outer]) {
    const reading = readPlaced(view, view.x + (view.width - width) / 2, view.y + (view.height - height) / 2, width, height);
    if (reading !== null) return reading;
  }
  return null;
}

const cellLuma = new Float64Array(BARCODE_COLUMNS * BARCODE_ROWS);

function readPlaced(view: PictureView, x: number, y: number, width: number, height: number): TestPictureReading | null {
  const left = x + BARCODE_AREA.x * width;
  const top = y + BARCODE_AREA.y * height;
  const cellWidth = (BARCODE_AREA.width * width) / BARCODE_COLUMNS;
  const cellHeight = (BARCODE_AREA.height * height) / (BARCODE_ROWS + 1);
  if (left < view.x || left + cellWidth * BARCODE_COLUMNS > view.x + view.width) return null;
  if (top < view.y || top + cellHeight * (BARCODE_ROWS + 1) > view.y + view.height) return null;
  let darkest = 255;
  let brightest = 0;
  for (let cell = 0; cell < cellLuma.length; cell++) {
    const centreX = left + ((cell % BARCODE_COLUMNS) + 0.5) * cellWidth;
    const centreY = top + (Math.floor(cell / BARCODE_COLUMNS) + 0.5) * cellHeight;
    const luma = meanAround(view.luma, view.lumaStride, centreX, centreY, cellWidth / 5, cellHeight / 5);
    cellLuma[cell] = luma;
    if (luma < darkest) darkest = luma;
    if (luma > brightest) brightest = luma;
  }
  if (brightest - darkest < MIN_CONTRAST) return null;
  const middle = (darkest + brightest) / 2;
  const clear = ((brightest - darkest) / 2) * MIN_CLARITY;
  for (const luma of cellLuma) if (Math.abs(luma - middle) < clear) return null;
  const decoded = decodeBarcode(Array.from(cellLuma, (luma) => luma > middle));
  if (decoded === null) return null;
  const stripX = left + (cellWidth * BARCODE_COLUMNS) / 2;
  const stripY = top + (BARCODE_ROWS + 0.5) * cellHeight;
  const isFlash = meanAround(view.luma, view.lumaStride, stripX, stripY, cellWidth, cellHeight / 5) > FLASH_LUMA;
  return {
    ...decoded,
    isFlash,
    isColourRight: isFlash ? null : judgeColour(view, decoded.identity, stripX, stripY, cellWidth, cellHeight),
  };
}

function judgeColour(view: PictureView, identity: number, x: number, y: number, cellWidth: number, cellHeight: number): boolean | null {
  if (!view.chroma) return null;
  const { u, v, stride } = view.chroma;
  const expected = identityColour(identity);
  const meanU = meanAround(u, stride, x / 2, y / 2, cellWidth / 2, cellHeight / 10);
  const meanV = meanAround(v, stride, x / 2, y / 2, cellWidth / 2, cellHeight / 10);
  return Math.hypot(meanU - expected.u, meanV - expected.v) < 40;
}

/** Mean of a small box: the nearest sample and those up to `radius` around it. */
function meanAround(plane: Uint8Array, stride: number, x: number, y: number, radiusX: number, radiusY: number): number {
  const fromX = Math.max(0, Math.floor(x - radiusX));
  const fromY = Math.max(0, Math.floor(y - radiusY));
  const toX = Math.max(fromX, Math.floor(x + radiusX - 0.5));
  const toY = Math.max(fromY, Math.floor(y + radiusY - 0.5));
  const stepX = Math.max(1, (toX - fromX) >> 2);
  const stepY = Math.max(1, (toY - fromY) >> 2);
  let sum = 0;
  let count = 0;
  for (let row = fromY; row <= toY; row += stepY) {
    for (let column = fromX; column <= toX; column += stepX) {
      sum += plane[row * stride + column] ?? 0;
      count++;
    }
  }
  return sum / count;
}
