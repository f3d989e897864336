import type { Part, TrackConfig } from '../../parts/types.ts';
import type { MediaFacts } from '../container-file.ts';
import { soundOf, ticksAt } from './packer.ts';
import type { PackedPart, Packer, PartNote } from './packer.ts';

const headerBytes = 7;
const frameSamples = 1024;

/** An AAC frame behind its ADTS header, made after an AudioSpecificConfig. @see ISO/IEC 13818-7 §6.2 */
export function adtsFrame(audioSpecificConfig: Uint8Array, frame: Uint8Array): Uint8Array {
  const [first = 0, second = 0] = audioSpecificConfig;
  const profile = (first >> 3) - 1;
  const rateIndex = ((first & 7) << 1) | (second >> 7);
  const channels = (second >> 3) & 15;
  const length = frame.length + headerBytes;
  const out = new Uint8Array(length);
  out[0] = 0xff;
  out[1] = 0xf1;
  out[2] = (profile << 6) | (rateIndex << 2) | (channels >> 2);
  out[3] = ((channels & 3) << 6) | (length >> 11);
  out[4] = (length >> 3) & 0xff;
  out[5] = ((length & 7) << 5) | 0x1f;
  out[6] = 0xfc;
  out.set(frame, headerBytes);
  return out;
}

interface AdtsNote extends PartNote {
  readonly frames: number;
}

/**
 * AAC as an ADTS stream: frames alone, no times. The encoder's priming frame is left out, because nothing could tell a player to; slices joined byte by byte are the whole
 * stream.
 */
export class AdtsPacker implements Packer {
  readonly headBytes = 0;
  readonly #baseUs: number;
  #frames = 0;

  constructor(baseUs: number) {
    this.#baseUs = baseUs;
  }

  get media(): MediaFacts {
    return { width: null, height: null, videoCodec: null, audioCodec: 'aac' };
  }

  pack(part: Part, configs: readonly TrackConfig[]): PackedPart {
    const { config, samples } = soundOf(part, configs)!;
    const base = ticksAt(this.#baseUs, config.timescale);
    const frames = samples.filter(({ pts }) => pts >= base).map(({ data }) => adtsFrame(config.codecConfig!, data));
    const note: AdtsNote = { frames: frames.length };
    return { bytes: Buffer.concat(frames), note, endS: ((this.#frames + frames.length) * frameSamples) / config.sampleRateHz };
  }

  recall(note: PartNote): void {
    this.#frames += (note as AdtsNote).frames;
  }

  head(): Uint8Array {
    return new Uint8Array(0);
  }
}
