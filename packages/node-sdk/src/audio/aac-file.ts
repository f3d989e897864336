import { open, type FileHandle } from 'node:fs/promises';
import type { AudioSampleSource, Output } from 'mediabunny';
import { AudioRecordingQuality } from './recording-numbers.ts';
import type { SoundFile } from './sound-file.ts';
import { writeFully } from './write-fully.ts';

const frameSamples = 1024;

const bitratesBps: Readonly<Record<AudioRecordingQuality, number>> = {
  [AudioRecordingQuality.low]: 32_000,
  [AudioRecordingQuality.medium]: 64_000,
  [AudioRecordingQuality.high]: 96_000,
};

/** An ADTS file with AAC-LC: every frame stands for itself, so what is on disk is playable at any moment. */
export class AacFile implements SoundFile {
  readonly isFull = false;
  readonly #file: FileHandle;
  readonly #encoder: Encoder;
  readonly #sampleRateHz: number;
  #samples = 0;

  private constructor(file: FileHandle, encoder: Encoder, sampleRateHz: number) {
    this.#file = file;
    this.#encoder = encoder;
    this.#sampleRateHz = sampleRateHz;
  }

  /** Replaces what is at the path by an empty file. Rejects when it cannot be opened. */
  static async open(path: string, sampleRateHz: number, quality: AudioRecordingQuality): Promise<AacFile> {
    const file = await open(path, 'w');
    try {
      return new AacFile(file, await openEncoder(file, bitratesBps[quality]), sampleRateHz);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async write(samples: Int16Array): Promise<void> {
    if (samples.length === 0) return;
    await this.#encoder.add(samples.slice(), this.#sampleRateHz, this.#samples / this.#sampleRateHz);
    this.#samples += samples.length;
  }

  async finish(): Promise<void> {
    try {
      if (this.#samples === 0) await this.write(new Int16Array(frameSamples)); // no frame, no file that is known as AAC
      await this.#encoder.finish();
      await this.#file.sync();
    } finally {
      await this.#file.close();
    }
  }

  async rescue(): Promise<void> {
    await this.#encoder.cancel();
    await this.#file.close().catch(() => undefined);
  }
}

interface Encoder {
  add(data: Int16Array, sampleRateHz: number, atS: number): Promise<void>;
  finish(): Promise<void>;
  /** Never rejects. */
  cancel(): Promise<void>;
}

let isRegistered = false;

/** Loads the encoder (WebAssembly) on first use. */
async function openEncoder(file: FileHandle, bitrateBps: number): Promise<Encoder> {
  const [{ AdtsOutputFormat, AudioSample, AudioSampleSource, Output, StreamTarget }, { registerAacEncoder }] = await Promise.all([
    import('mediabunny'),
    import('@mediabunny/aac-encoder'),
  ]);
  if (!isRegistered) registerAacEncoder();
  isRegistered = true;
  const disk = { failure: null as Error | null, leftOut: 0 };
  const write = async ({ data, position }: { data: Uint8Array; position: number }): Promise<void> => {
    if (disk.failure !== null) return;
    // The encoder puts a frame in front that has nothing of the sound. Without it second n of the file is second n of the sound.
    if (position === 0) disk.leftOut = adtsFrameBytes(data);
    await writeFully(file, position === 0 ? data.subarray(disk.leftOut) : data, Math.max(0, position - disk.leftOut)).catch(
      (cause: unknown) => {
        disk.failure = cause instanceof Error ? cause : new Error('The file cannot be written.', { cause });
      },
    );
  };
  const output: Output = new Output({ format: new AdtsOutputFormat(), target: new StreamTarget(new WritableStream({ write })) });
  const source: AudioSampleSource = new AudioSampleSource({ codec: 'aac', bitrate: bitrateBps });
  output.addAudioTrack(source);
  await output.start();
  const check = (): void => {
    if (disk.failure !== null) throw disk.failure;
  };
  return {
    add: async (data, sampleRate, timestamp) => {
      check();
      const sample = new AudioSample({ data, format: 's16', numberOfChannels: 1, sampleRate, timestamp });
      try {
        await source.add(sample);
      } finally {
        sample.close();
      }
      check();
    },
    finish: async () => {
      await output.finalize();
      check();
    },
    cancel: async () => await output.cancel().catch(() => undefined),
  };
}

/** Length of the first frame, with its header. @see ISO/IEC 14496-3 §1.A.2 (adts_fixed_header, aac_frame_length) */
function adtsFrameBytes(data: Uint8Array): number {
  return ((data[3]! & 3) << 11) | (data[4]! << 3) | (data[5]! >> 5);
}
