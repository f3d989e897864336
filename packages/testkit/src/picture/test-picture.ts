import { BARCODE_AREA, BARCODE_COLUMNS, BARCODE_ROWS, encodeBarcode } from './barcode.ts';

const BLACK = 16;
const WHITE = 235;
const BACKGROUND_LUMA = 90;

/** One picture of the test pattern. Sizes in pixels. */
export interface TestPicture {
  /** 0…255. */
  readonly identity: number;
  readonly width: number;
  readonly height: number;
  /** Pictures per second of media time: decides which pictures flash. */
  readonly fps: number;
  /** Frame number; media time is `frame / fps` seconds. */
  readonly frame: number;
}

/** True for the pictures in the first 100 ms of each second of media time. */
export function isFlashFrame(frame: number, fps: number): boolean {
  return ((frame * 1000) / fps) % 1000 < 100 - 1e-6;
}

/** U and V (limited range, 128 = none) of a person's colour: hues 99° apart, so that neighbouring identities never look alike. */
export function identityColour(identity: number): { readonly u: number; readonly v: number } {
  const angle = ((identity * 99 + 20) % 360) * (Math.PI / 180);
  return { u: Math.round(128 + 60 * Math.cos(angle)), v: Math.round(128 + 60 * Math.sin(angle)) };
}

/** Bytes of an I420 picture: of an odd side, half a chroma sample counts as a whole one. */
export function testPictureBytes(width: number, height: number): number {
  return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
}

/**
 * Paints one test picture as I420 (Y, then U, then V, no padding) into `target`, every byte of it; allocates next to nothing.
 *
 * The picture: a background in the person's colour with a moving texture at both sides, a barcode of identity and frame number in the middle and
 * a strip under it. In the first 100 ms of each second background and strip are white (the flash); the barcode never changes brightness.
 *
 * @throws {RangeError} if `target` is not {@link testPictureBytes} long.
 */
export function paintTestPicture(target: Uint8Array, picture: TestPicture): void {
  const { width, height, frame } = picture;
  const lumaBytes = width * height;
  const sizeBytes = testPictureBytes(width, height);
  const chromaBytes = (sizeBytes - lumaBytes) / 2;
  if (target.length !== sizeBytes) throw new RangeError(`${target.length} bytes do not hold a picture of ${width}x${height}.`);
  const isFlash = isFlashFrame(frame, picture.fps);
  const colour = identityColour(picture.identity);
  target.fill(isFlash ? WHITE : BACKGROUND_LUMA, 0, lumaBytes);
  target.fill(isFlash ? 128 : colour.u, lumaBytes, lumaBytes + chromaBytes);
  target.fill(isFlash ? 128 : colour.v, lumaBytes + chromaBytes);
  if (!isFlash) paintTexture(target, width, height, frame);
  paintBarcode(target, picture);
}

/** A texture that moves every frame in the left and right margins, so that an encoder has something to spend bits on. */
function paintTexture(target: Uint8Array, width: number, height: number, frame: number): void {
  const margin = Math.floor(width * (BARCODE_AREA.x - 0.02));
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < margin; x++) {
      const wave = (((x + frame * 3) * 13) ^ ((y + frame) * 7)) & 0x3f;
      target[row + x] = BACKGROUND_LUMA - 32 + wave;
      target[row + width - 1 - x] = BACKGROUND_LUMA - 32 + wave;
    }
  }
}

function paintBarcode(target: Uint8Array, { identity, width, height, frame }: TestPicture): void {
  const bits = encodeBarcode(identity, frame);
  const left = BARCODE_AREA.x * width;
  const top = BARCODE_AREA.y * height;
  const cellWidth = (BARCODE_AREA.width * width) / BARCODE_COLUMNS;
  const cellHeight = (BARCODE_AREA.height * height) / (BARCODE_ROWS + 1);
  for (let row = 0; row < BARCODE_ROWS; row++) {
    const fromY = Math.round(top + row * cellHeight);
    const toY = Math.round(top + (row + 1) * cellHeight);
    for (let column = 0; column < BARCODE_COLUMNS; column++) {
      const luma = bits[row * BARCODE_COLUMNS + column] === true ? WHITE : BLACK;
      const fromX = Math.round(left + column * cellWidth);
      const toX = Math.round(left + (column + 1) * cellWidth);
      for (let y = fromY; y < toY; y++) target.fill(luma, y * width + fromX, y * width + toX);
    }
  }
}
