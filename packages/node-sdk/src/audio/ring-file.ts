import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { rotateSamples } from './rotate-samples.ts';
import type { SoundFile } from './sound-file.ts';
import { littleEndian, wavHeader, wavHeaderBytes } from './wav-file.ts';
import { writeFully } from './write-fully.ts';

/** What is kept, and what it becomes. */
export interface RingOptions {
  readonly path: string;
  readonly sampleRateHz: number;
  /** Seconds that are kept. */
  readonly lengthS: number;
  /** Opens the file that the ring is written out to, at a path that is not the final one. */
  readonly openFile: (path: string) => Promise<SoundFile>;
  /** The file is a WAV: the ring becomes the file itself, in order and with a header, and needs no more room on the disk. */
  readonly isWav: boolean;
}

const copiedSamples = 1 << 16;

/**
 * Keeps the last seconds of a sound on disk, in a hidden file beside the path, and becomes a file at the path when it is finished, by one rename. Memory does not grow
 * with its length. Until then the path is as it was.
 */
export class RingFile implements SoundFile {
  readonly isFull = false;
  readonly #ring: FileHandle;
  readonly #ringPath: string;
  readonly #options: RingOptions;
  readonly #capacity: number;
  /** Samples that came in all. */
  #total = 0;

  private constructor(ring: FileHandle, ringPath: string, options: RingOptions) {
    this.#ring = ring;
    this.#ringPath = ringPath;
    this.#options = options;
    this.#capacity = options.lengthS * options.sampleRateHz;
  }

  /** Rejects when there could not be a file at the path later. */
  static async open(options: RingOptions): Promise<RingFile> {
    await checkWritable(options.path);
    const ringPath = hiddenBeside(options.path, 'ring');
    return new RingFile(await open(ringPath, 'w+'), ringPath, options);
  }

  async write(samples: Int16Array): Promise<void> {
    for (let at = 0; at < samples.length;) {
      const place = this.#total % this.#capacity;
      const piece = samples.subarray(at, at + this.#capacity - place);
      await writeFully(this.#ring, littleEndian(piece), wavHeaderBytes + 2 * place);
      this.#total += piece.length;
      at += piece.length;
    }
  }

  async finish(): Promise<void> {
    try {
      if (this.#options.isWav) await this.#becomeWav();
      else await this.#copyOut();
    } finally {
      await this.#ring.close();
      await rm(this.#ringPath, { force: true });
    }
  }

  async rescue(): Promise<void> {
    await this.finish().catch(() => undefined);
  }

  async #becomeWav(): Promise<void> {
    const kept = Math.min(this.#total, this.#capacity);
    const oldest = this.#total % this.#capacity;
    if (this.#total > this.#capacity && oldest > 0) await rotateSamples(this.#ring, wavHeaderBytes, kept, oldest);
    await writeFully(this.#ring, wavHeader(this.#options.sampleRateHz, 2 * kept), 0);
    await this.#ring.truncate(wavHeaderBytes + 2 * kept); // half a sample may stand behind when the disk was full
    await this.#ring.sync();
    await rename(this.#ringPath, this.#options.path);
  }

  async #copyOut(): Promise<void> {
    const { path, openFile } = this.#options;
    const partPath = hiddenBeside(path, 'part');
    const file = await openFile(partPath);
    try {
      for (let at = Math.max(0, this.#total - this.#capacity); at < this.#total;) {
        const samples = await this.#read(at);
        await file.write(samples);
        at += samples.length;
      }
    } catch (error) {
      await file.rescue();
      await rm(partPath, { force: true });
      throw error;
    }
    await file.finish();
    await rename(partPath, path);
  }

  async #read(at: number): Promise<Int16Array> {
    const place = at % this.#capacity;
    const count = Math.min(copiedSamples, this.#total - at, this.#capacity - place);
    const bytes = Buffer.from(new ArrayBuffer(2 * count));
    const { bytesRead } = await this.#ring.read(bytes, 0, bytes.length, wavHeaderBytes + 2 * place);
    if (bytesRead !== bytes.length) throw new Error(`${this.#ringPath} is shorter than what was written to it.`);
    return Int16Array.from({ length: count }, (_, index) => bytes.readInt16LE(2 * index));
  }
}

function hiddenBeside(path: string, kind: 'ring' | 'part'): string {
  return join(dirname(path), `.${basename(path)}.${kind}`);
}

/** Rejects where no file can be written; leaves none behind. */
async function checkWritable(path: string): Promise<void> {
  const existing = await open(path, constants.O_WRONLY).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (existing !== null) return await existing.close();
  await (await open(path, 'wx')).close();
  await rm(path);
}
