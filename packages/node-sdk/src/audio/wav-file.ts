import { open, type FileHandle } from 'node:fs/promises';
import type { SoundFile } from './sound-file.ts';
import { writeFully } from './write-fully.ts';

/** Length of {@link wavHeader}. */
export const wavHeaderBytes = 44;
const mostDataBytes = 0xffff_ffff - wavHeaderBytes;

/** The header of a WAV file of mono 16-bit PCM. @see Multimedia Programming Interface and Data Specifications 1.0 (RIFF WAVE) */
export function wavHeader(sampleRateHz: number, dataBytes: number): Buffer {
  const header = Buffer.alloc(wavHeaderBytes);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(wavHeaderBytes - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // mono
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(2 * sampleRateHz, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}

/**
 * A WAV file whose header is right after every write: first the samples go to disk, then the header counts them. Whenever the process is killed, what the header
 * counts is there. It holds at most 4 GiB (12 h at 48 kHz).
 */
export class WavFile implements SoundFile {
  readonly #file: FileHandle;
  readonly #sampleRateHz: number;
  readonly #mostBytes: number;
  #dataBytes = 0;

  private constructor(file: FileHandle, sampleRateHz: number, mostBytes: number) {
    this.#file = file;
    this.#sampleRateHz = sampleRateHz;
    this.#mostBytes = mostBytes;
  }

  /**
   * Replaces what is at the path by an empty WAV file. Rejects when it cannot be opened or written.
   *
   * @param mostBytes Of sound; default: as many as the header can count.
   */
  static async open(path: string, sampleRateHz: number, mostBytes = mostDataBytes): Promise<WavFile> {
    const file = await open(path, 'w');
    try {
      const wav = new WavFile(file, sampleRateHz, mostBytes);
      await wav.#count();
      return wav;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get isFull(): boolean {
    return this.#dataBytes >= this.#mostBytes - 1;
  }

  async write(samples: Int16Array): Promise<void> {
    const room = Math.floor((this.#mostBytes - this.#dataBytes) / 2);
    const fitting = samples.length > room ? samples.subarray(0, room) : samples;
    const bytes = littleEndian(fitting);
    await writeFully(this.#file, bytes, wavHeaderBytes + this.#dataBytes, (count) => (this.#dataBytes += count));
    await this.#count();
  }

  async finish(): Promise<void> {
    try {
      await this.#file.sync();
    } finally {
      await this.#file.close();
    }
  }

  async rescue(): Promise<void> {
    await this.#count().catch(() => undefined); // then the header counts what was there before
    await this.#file.close().catch(() => undefined);
  }

  async #count(): Promise<void> {
    await writeFully(this.#file, wavHeader(this.#sampleRateHz, this.#dataBytes - (this.#dataBytes % 2)), 0);
  }
}

/** The samples as the bytes of a WAV file: a view where the machine has that order, else a copy. */
export function littleEndian(samples: Int16Array): Uint8Array {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return isLittleEndian ? bytes : Buffer.from(bytes).swap16();
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
