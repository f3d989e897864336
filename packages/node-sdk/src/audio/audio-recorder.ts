import { RecordingDeck } from './recording-deck.ts';
import type { AudioRecording, AudioRecordingEvents } from './recording-deck.ts';
import { AudioRecordingResult } from './recording-numbers.ts';
import type { EventEmitter } from 'node:events';

/** What is written to an {@link AudioRecorder}. */
export interface AudioRecorderOptions {
  /** Hz of what is written; default 48000. */
  readonly sampleRate?: number;
  /** Default 1; the file has one channel in any case. */
  readonly channels?: 1 | 2;
}

/** Records PCM that the caller has, from a device or a call of its own, without a room. Time is counted in samples: it may be written as fast as it comes. */
export interface AudioRecorder extends AudioRecording, EventEmitter<AudioRecordingEvents> {
  /**
   * Takes 16-bit samples (interleaved, copied): `local` is the own side, `remote` the other one, mixed. Of two lengths the shorter is filled with silence. What is
   * written while nothing is being recorded is forgotten. Resolves when more can be taken; a writer that does not wait must not be a minute ahead of the disk.
   *
   * @throws {RangeError} when a length is no multiple of the channels.
   */
  write(local: Int16Array, remote?: Int16Array): Promise<void>;
  /** Stops, and resolves when the file is complete. Idempotent. */
  close(): Promise<void>;
}

/** @throws {RangeError} when rate or channels cannot be. */
export function createAudioRecorder(options: AudioRecorderOptions = {}): AudioRecorder {
  const { sampleRate = 48_000, channels = 1 } = options;
  if (!Number.isInteger(sampleRate) || sampleRate < 8000 || sampleRate > 192_000)
    throw new RangeError(`sampleRate must be an integer from 8000 to 192000; it is ${sampleRate}.`);
  if (channels !== 1 && channels !== 2) throw new RangeError(`channels must be 1 or 2; it is ${String(channels)}.`);
  return new PcmRecorder(sampleRate, channels);
}

class PcmRecorder extends RecordingDeck implements AudioRecorder {
  readonly #channels: 1 | 2;
  readonly #state: { written: number; isClosed: boolean };

  constructor(sampleRateHz: number, channels: 1 | 2) {
    const state = { written: 0, isClosed: false };
    super({
      sampleRateHz,
      now: () => state.written,
      mayStart: () => (state.isClosed ? AudioRecordingResult.invalidState : AudioRecordingResult.ok),
    });
    this.#channels = channels;
    this.#state = state;
  }

  async write(local: Int16Array, remote: Int16Array = new Int16Array(0)): Promise<void> {
    for (const { length } of [local, remote])
      if (length % this.#channels !== 0) throw new RangeError(`${length} samples are no multiple of ${this.#channels} channels.`);
    const first = this.#state.written;
    const count = Math.max(local.length, remote.length) / this.#channels;
    this.#state.written += count;
    if (!this.isRecording) return;
    this.push(first, toMono(local, this.#channels, count), toMono(remote, this.#channels, count));
    await this.room();
  }

  async close(): Promise<void> {
    this.#state.isClosed = true;
    await this.finish();
  }
}

/** One channel (their mean), with silence behind. */
export function toMono(samples: Int16Array, channels: number, count: number): Int32Array<ArrayBuffer> {
  const mono = new Int32Array(count);
  if (channels === 1) {
    mono.set(samples);
    return mono;
  }
  for (let index = 0; index < samples.length / channels; index++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[index * channels + channel]!;
    mono[index] = Math.round(sum / channels);
  }
  return mono;
}
