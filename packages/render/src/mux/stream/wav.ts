import type { AudioTrackConfig, Part, TrackConfig } from '../../parts/types.ts';
import type { FileFacts, MediaFacts } from '../container-file.ts';
import { soundOf, ticksAt } from './packer.ts';
import type { PackedPart, Packer, PartNote } from './packer.ts';

const bytesPerSample = 2;

interface WavNote extends PartNote {
  readonly sampleRateHz: number;
  readonly channels: number;
}

/**
 * WAV with 16-bit PCM. Each part gives exactly the samples between its instants: frames that reach over a part's border are cut there (the piece behind it comes with
 * `part.before`). @see Multimedia Programming Interface and Data Specifications 1.0 (RIFF WAVE)
 */
export class WavPacker implements Packer {
  readonly headBytes = 44;
  readonly #baseUs: number;
  #format: WavNote | null = null;

  constructor(baseUs: number) {
    this.#baseUs = baseUs;
  }

  get media(): MediaFacts {
    return { width: null, height: null, videoCodec: null, audioCodec: this.#format === null ? null : 'pcm' };
  }

  pack(part: Part, configs: readonly TrackConfig[]): PackedPart {
    const { config } = soundOf(part, configs)!;
    const { sampleRateHz, channels } = config;
    const endUs = part.startUs + part.durationUs;
    const bytes = samplesBetween(part, config, ticksAt(part.startUs, sampleRateHz), ticksAt(endUs, sampleRateHz));
    return { bytes, note: { sampleRateHz, channels }, endS: (endUs - this.#baseUs) / 1e6 };
  }

  recall(note: PartNote): void {
    this.#format ??= note as WavNote;
  }

  head(_facts: FileFacts, fileBytes: number): Uint8Array {
    const { sampleRateHz, channels } = this.#format!;
    const block = channels * bytesPerSample;
    const out = Buffer.alloc(this.headBytes);
    out.write('RIFF', 0, 'latin1');
    out.writeUInt32LE(fileBytes - 8, 4);
    out.write('WAVEfmt ', 8, 'latin1');
    out.writeUInt32LE(16, 16);
    out.writeUInt16LE(1, 20);
    out.writeUInt16LE(channels, 22);
    out.writeUInt32LE(sampleRateHz, 24);
    out.writeUInt32LE(sampleRateHz * block, 28);
    out.writeUInt16LE(block, 32);
    out.writeUInt16LE(8 * bytesPerSample, 34);
    out.write('data', 36, 'latin1');
    out.writeUInt32LE(fileBytes - this.headBytes, 40);
    return out;
  }
}

/** Samples `from` … `to` of the output as bytes; where there is none, silence. */
function samplesBetween({ before = [], audio }: Part, { channels }: AudioTrackConfig, from: number, to: number): Uint8Array {
  const block = channels * bytesPerSample;
  const out = new Uint8Array((to - from) * block);
  for (const { data, pts } of [...before, ...audio]) {
    const first = Math.max(from, pts);
    const end = Math.min(to, pts + data.length / block);
    if (end > first) out.set(data.subarray((first - pts) * block, (end - pts) * block), (first - from) * block);
  }
  return out;
}
