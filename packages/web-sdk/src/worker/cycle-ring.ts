import type { RingShape } from '../store/recording-store.ts';
import type { DiskFile } from './disk-file.ts';
import type { MediaSink } from './media-sink.ts';
import { rotateFrames } from './rotate-frames.ts';
import { interleaved16, wavHeader, wavHeaderBytes } from './wav-file.ts';

/** Number of the sample after the newest, as 64 bits little-endian. */
const headBytes = 8;
/** Where the sound begins: a WAV's header fits in front of it. */
const soundStart = wavHeaderBytes;
const readFrames = 16_384;

/** 16-bit PCM of the last seconds, on disk. The head of the file says where the newest sample is, so that the ring outlives a crash. */
export class CycleRing implements MediaSink {
  readonly canTakePicture = false;
  readonly #disk: DiskFile;
  readonly #shape: RingShape;
  readonly #onFailure: (cause: unknown) => void;
  #next: number;

  constructor(disk: DiskFile, shape: RingShape, onFailure: (cause: unknown) => void = () => undefined) {
    this.#disk = disk;
    this.#shape = shape;
    this.#onFailure = onFailure;
    const head = disk.read(0, headBytes);
    this.#next = head.length < headBytes ? 0 : Number(new DataView(head.buffer).getBigUint64(0, true));
  }

  /** Samples per channel that are in it. */
  get length(): number {
    return Math.min(this.#next, this.#shape.capacity);
  }

  addPicture(frame: VideoFrame): void {
    frame.close();
  }

  addSound(planes: Float32Array<ArrayBuffer>, channels: number): void {
    try {
      this.#append(interleaved16(planes, channels));
    } catch (cause) {
      this.#onFailure(cause);
    }
  }

  #append(bytes: Uint8Array): void {
    const frameBytes = this.#shape.channels * 2;
    const ringBytes = this.#shape.capacity * frameBytes;
    let at = (this.#next * frameBytes) % ringBytes;
    for (let done = 0; done < bytes.length;) {
      const piece = bytes.subarray(done, done + Math.min(bytes.length - done, ringBytes - at));
      this.#disk.write(piece, soundStart + at);
      done += piece.length;
      at = (at + piece.length) % ringBytes;
    }
    this.#next += bytes.length / frameBytes;
    const head = new DataView(new ArrayBuffer(headBytes));
    head.setBigUint64(0, BigInt(this.#next), true);
    this.#disk.write(new Uint8Array(head.buffer), 0);
  }

  finish(): Promise<boolean> {
    this.#disk.flush();
    return Promise.resolve(this.#next > 0);
  }

  /** Hands everything in the ring, oldest first, to a sink. */
  async pourInto(sink: MediaSink): Promise<boolean> {
    const { capacity, channels, rateHz } = this.#shape;
    const frameBytes = channels * 2;
    const first = this.#next - this.length;
    for (let frame = first; frame < this.#next;) {
      const inRing = frame % capacity;
      const count = Math.min(readFrames, this.#next - frame, capacity - inRing);
      const bytes = this.#disk.read(soundStart + inRing * frameBytes, count * frameBytes);
      sink.addSound(planesOf(bytes, channels), channels, rateHz, frame - first);
      await sink.drained?.();
      frame += count;
    }
    return sink.finish();
  }

  /** Makes a WAV file of the ring's own: for a disk that has no room for another. It is no ring afterwards, and a crash in the middle would cost the sound. */
  becomeWav(): void {
    const { capacity, channels, rateHz } = this.#shape;
    const frameBytes = channels * 2;
    const oldest = this.#next % capacity;
    if (this.#next > capacity && oldest > 0) rotateFrames(this.#disk, { start: soundStart, frameBytes, count: capacity }, oldest);
    const dataBytes = this.length * frameBytes;
    this.#disk.write(wavHeader(dataBytes, rateHz, channels), 0);
    this.#disk.truncate(soundStart + dataBytes);
    this.#disk.flush();
  }
}

function planesOf(bytes: Uint8Array, channels: number): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames = Math.floor(bytes.length / (channels * 2));
  const planes = new Float32Array(frames * channels);
  for (let channel = 0; channel < channels; channel++)
    for (let frame = 0; frame < frames; frame++)
      planes[channel * frames + frame] = view.getInt16((frame * channels + channel) * 2, true) / 32_767;
  return planes;
}
