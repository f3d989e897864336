import type { EncodedSample, Part, TrackConfig } from '../../parts/types.ts';
import { lengthPrefixed, splitAnnexB } from '../annex-b.ts';
import { ByteWriter } from '../byte-writer.ts';
import type { FileFacts, MediaFacts } from '../container-file.ts';
import { nalConfig } from '../mp4/codec-config.ts';
import { flvHead, flvHeadBytes } from './flv-head.ts';
import { flvTag, tagTypes } from './flv-tag.ts';
import { ticksAt } from './packer.ts';
import type { PackedPart, Packer, PartNote } from './packer.ts';

interface FlvNote extends PartNote {
  /** Set in the part in which a track begins. */
  readonly video: { readonly width: number; readonly height: number; readonly fps: number } | null;
  readonly audio: { readonly sampleRateHz: number; readonly channels: number } | null;
  /** Keyframes: time in ms and place in the part. */
  readonly keys: readonly (readonly [ms: number, at: number])[];
}

interface TimedTag {
  readonly ms: number;
  readonly type: number;
  readonly body: Uint8Array;
  readonly isKeyframe: boolean;
}

/** FLV with H.264 and AAC. A track's configuration tag stands in front of its first frame. @see Adobe Flash Video File Format 10.1, Annex E */
export class FlvPacker implements Packer {
  readonly headBytes = flvHeadBytes;
  readonly #baseUs: number;
  #video: FlvNote['video'] = null;
  #audio: FlvNote['audio'] = null;
  #keys: (readonly [ms: number, at: number])[] = [];

  constructor(baseUs: number) {
    this.#baseUs = baseUs;
  }

  get media(): MediaFacts {
    const { width = null, height = null } = this.#video ?? {};
    return { width, height, videoCodec: this.#video && 'h264', audioCodec: this.#audio && 'aac' };
  }

  pack(part: Part, configs: readonly TrackConfig[]): PackedPart {
    const tags: TimedTag[] = [];
    const note = { video: null as FlvNote['video'], audio: null as FlvNote['audio'], keys: [] as [number, number][] };
    let endS = 0;
    for (const config of configs) {
      const samples = this.#usable(config.kind === 'video' ? part.video : part.audio, config);
      const last = samples.at(-1);
      if (last === undefined) continue;
      endS = Math.max(endS, (last.pts + last.duration) / config.timescale - this.#baseUs / 1e6);
      if (config.kind === 'video' && this.#video === null) {
        note.video = { width: config.width, height: config.height, fps: config.expectedFps ?? 0 };
        tags.push(this.#videoHeader(config.codecConfig!, samples[0]!, config));
      } else if (config.kind === 'audio' && this.#audio === null) {
        note.audio = { sampleRateHz: config.sampleRateHz, channels: config.channels };
        tags.push({ ms: this.#ms(samples[0]!, config), type: tagTypes.audio, body: aacBody(0, config.codecConfig!), isKeyframe: false });
      }
      for (const sample of samples) tags.push(this.#tag(sample, config));
    }
    const out = new ByteWriter(1 << 16);
    // Stable: a configuration stays in front of its first frame.
    for (const { ms, type, body, isKeyframe } of tags.sort((a, b) => a.ms - b.ms)) {
      if (isKeyframe) note.keys.push([ms, out.length]);
      flvTag(out, type, ms, body);
    }
    return { bytes: out.toBytes().slice(), note, endS };
  }

  recall(note: PartNote, at: number | null): void {
    const { video, audio, keys } = note as FlvNote;
    this.#video ??= video;
    this.#audio ??= audio;
    for (const [ms, place] of keys) this.#keys.push([ms, (at ?? this.headBytes) + place]);
  }

  head({ durationS }: FileFacts, fileBytes: number): Uint8Array {
    return flvHead({ video: this.#video, audio: this.#audio, keys: this.#keys, durationS, fileBytes });
  }

  /** Without the encoder's priming and what primes a decoder: FLV cannot say that it is not to be heard. */
  #usable(samples: readonly EncodedSample[], config: TrackConfig): readonly EncodedSample[] {
    const base = ticksAt(this.#baseUs, config.timescale);
    return samples.filter(({ pts }) => pts >= base);
  }

  #ms({ pts }: EncodedSample, { timescale }: TrackConfig): number {
    return Math.round((pts * 1000) / timescale - this.#baseUs / 1000);
  }

  #videoHeader(codecConfig: Uint8Array, first: EncodedSample, config: TrackConfig): TimedTag {
    const record = nalConfig('h264', codecConfig)!;
    return {
      ms: this.#ms(first, config),
      type: tagTypes.video,
      body: Buffer.concat([Uint8Array.of(0x17, 0, 0, 0, 0), record]),
      isKeyframe: false,
    };
  }

  #tag(sample: EncodedSample, config: TrackConfig): TimedTag {
    const ms = this.#ms(sample, config);
    if (config.kind === 'audio') return { ms, type: tagTypes.audio, body: aacBody(1, sample.data), isKeyframe: false };
    const { isKeyframe } = sample;
    const head = Uint8Array.of(isKeyframe ? 0x17 : 0x27, 1, 0, 0, 0);
    return { ms, type: tagTypes.video, body: Buffer.concat([head, lengthPrefixed(splitAnnexB(sample.data))]), isKeyframe };
  }
}

/** @param packetType 0: configuration, 1: a frame. */
function aacBody(packetType: 0 | 1, data: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(0xaf, packetType), data]);
}
