import type { Part, TrackConfig } from '../../parts/types.ts';
import type { FileFacts, MediaFacts } from '../container-file.ts';
import { infoFrame, infoFrameBytes } from './mp3-info.ts';
import { soundOf, ticksAt } from './packer.ts';
import type { PackedPart, Packer, PartNote } from './packer.ts';

interface Mp3Note extends PartNote {
  readonly frames: number;
  /** First four bytes of a frame. */
  readonly header: number;
  readonly sampleRateHz: number;
  readonly frameSamples: number;
  /** Samples that a decoder gives before the file's first instant. */
  readonly leadSamples: number;
}

/** MP3 frames behind an info frame that tells their number, the encoder's delay and the padding at the end, so that players give exactly the samples that were encoded. */
export class Mp3Packer implements Packer {
  readonly #baseUs: number;
  #first: Mp3Note | null = null;
  #frames = 0;

  constructor(baseUs: number) {
    this.#baseUs = baseUs;
  }

  get headBytes(): number {
    return infoFrameBytes(this.#first!.header);
  }
  get media(): MediaFacts {
    return { width: null, height: null, videoCodec: null, audioCodec: this.#first === null ? null : 'mp3' };
  }

  pack(part: Part, configs: readonly TrackConfig[]): PackedPart {
    const { config, samples } = soundOf(part, configs)!;
    const { sampleRateHz } = config;
    const first = samples[0];
    const header = first === undefined ? 0 : Buffer.from(first.data.subarray(0, 4)).readUInt32BE(0);
    const leadSamples = first === undefined ? 0 : Math.max(0, ticksAt(this.#baseUs, sampleRateHz) - first.pts);
    const frameSamples = sampleRateHz > 24_000 ? 1152 : 576;
    const note: Mp3Note = { frames: samples.length, header, sampleRateHz, frameSamples, leadSamples };
    return {
      bytes: Buffer.concat(samples.map(({ data }) => data)),
      note,
      endS: (part.startUs + part.durationUs - this.#baseUs) / 1e6,
    };
  }

  recall(note: PartNote): void {
    const part = note as Mp3Note;
    this.#first ??= part;
    this.#frames += part.frames;
  }

  head({ endUs }: FileFacts, fileBytes: number): Uint8Array {
    const { header, leadSamples, frameSamples, sampleRateHz } = this.#first!;
    const samples = ticksAt(endUs - this.#baseUs, sampleRateHz);
    const endSamples = this.#frames * frameSamples - leadSamples - samples;
    return infoFrame({ header, frames: this.#frames, fileBytes, leadSamples, endSamples });
  }
}
