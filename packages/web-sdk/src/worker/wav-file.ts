import type { DiskFile } from './disk-file.ts';
import type { MediaSink } from './media-sink.ts';

/** Length of {@link wavHeader}. */
export const wavHeaderBytes = 80;
const largestPlainBytes = 0xffff_ffff - wavHeaderBytes;

/**
 * Writes 16-bit PCM whose header is right after every block, so that the file plays whenever writing ends. Over 4 GiB it becomes an RF64 file, for which room is kept from the beginning.
 *
 * @see EBU Tech 3306 (RF64)
 */
export class WavFile implements MediaSink {
  readonly canTakePicture = false;
  readonly #disk: DiskFile;
  readonly #channels: number;
  readonly #rateHz: number;
  readonly #onFailure: (cause: unknown) => void;
  #dataBytes = 0;

  constructor(disk: DiskFile, rateHz: number, channels: number, onFailure: (cause: unknown) => void) {
    this.#disk = disk;
    this.#channels = channels;
    this.#rateHz = rateHz;
    this.#onFailure = onFailure;
    disk.write(wavHeader(0, rateHz, channels), 0);
  }

  addPicture(frame: VideoFrame): void {
    frame.close();
  }

  addSound(planes: Float32Array<ArrayBuffer>, channels: number): void {
    try {
      const bytes = interleaved16(planes, channels);
      this.#disk.write(bytes, wavHeaderBytes + this.#dataBytes);
      this.#dataBytes += bytes.length;
      this.#disk.write(wavHeader(this.#dataBytes, this.#rateHz, this.#channels), 0);
    } catch (cause) {
      this.#onFailure(cause);
    }
  }

  finish(): Promise<boolean> {
    this.#disk.flush();
    return Promise.resolve(this.#dataBytes > 0);
  }
}

/** Little-endian 16-bit samples, channels alternating, of planes that follow each other. */
export function interleaved16(planes: Float32Array, channels: number): Uint8Array {
  const frames = planes.length / channels;
  const view = new DataView(new ArrayBuffer(planes.length * 2));
  for (let channel = 0; channel < channels; channel++) {
    for (let frame = 0; frame < frames; frame++) {
      const value = Math.max(-1, Math.min(1, planes[channel * frames + frame] ?? 0));
      view.setInt16((frame * channels + channel) * 2, Math.round(value * 32_767), true);
    }
  }
  return new Uint8Array(view.buffer);
}

/** The 80 bytes before the samples. */
export function wavHeader(dataBytes: number, rateHz: number, channels: number): Uint8Array {
  const isLarge = dataBytes > largestPlainBytes;
  const view = new DataView(new ArrayBuffer(wavHeaderBytes));
  const say = (at: number, text: string): void => [...text].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  const frameBytes = channels * 2;
  say(0, isLarge ? 'RF64' : 'RIFF');
  view.setUint32(4, isLarge ? 0xffff_ffff : wavHeaderBytes - 8 + dataBytes, true);
  say(8, isLarge ? 'WAVEds64' : 'WAVEJUNK');
  view.setUint32(16, 28, true);
  if (isLarge) {
    view.setBigUint64(20, BigInt(wavHeaderBytes - 8 + dataBytes), true);
    view.setBigUint64(28, BigInt(dataBytes), true);
    view.setBigUint64(36, BigInt(dataBytes / frameBytes), true);
  }
  say(48, 'fmt ');
  view.setUint32(52, 16, true);
  view.setUint16(56, 1, true);
  view.setUint16(58, channels, true);
  view.setUint32(60, rateHz, true);
  view.setUint32(64, rateHz * frameBytes, true);
  view.setUint16(68, frameBytes, true);
  view.setUint16(70, 16, true);
  say(72, 'data');
  view.setUint32(76, isLarge ? 0xffff_ffff : dataBytes, true);
  return new Uint8Array(view.buffer);
}
