import type { FileHandle } from 'node:fs/promises';
import { writeFully } from './write-fully.ts';

const bytesPerSample = 2;
/** Most samples that are held, twice. */
const heldSamples = 1 << 16;

/**
 * Brings 16-bit samples into order that begin in the middle: the first `by` of `count` go behind the rest, in the file itself, with little memory and no more room on the
 * disk. @param start Byte at which they begin.
 */
export async function rotateSamples(file: FileHandle, start: number, count: number, by: number): Promise<void> {
  await reverse(file, start, 0, by);
  await reverse(file, start, by, count);
  await reverse(file, start, 0, count);
}

async function reverse(file: FileHandle, start: number, first: number, end: number): Promise<void> {
  for (let [low, high] = [first, end]; high - low > 1;) {
    const count = Math.min(heldSamples, Math.floor((high - low) / 2));
    high -= count;
    const [front, back] = [await read(file, start, low, count), await read(file, start, high, count)];
    await writeFully(file, back, start + bytesPerSample * low);
    await writeFully(file, front, start + bytesPerSample * high);
    low += count;
  }
}

/** So many samples as bytes, the last one first. */
async function read(file: FileHandle, start: number, first: number, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(bytesPerSample * count);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start + bytesPerSample * first);
  if (bytesRead !== bytes.length) throw new Error(`The file ends at sample ${first + Math.floor(bytesRead / bytesPerSample)}.`);
  new Uint16Array(bytes.buffer).reverse();
  return bytes;
}
