import type { AudioTrackConfig, EncodedSample, Part, TrackConfig } from '../../parts/types.ts';
import type { FileFacts, MediaFacts } from '../container-file.ts';

/** What a packer has to remember of one part: plain JSON. */
export type PartNote = Readonly<Record<string, unknown>>;

/** A part as bytes of its container. */
export interface PackedPart {
  readonly bytes: Uint8Array;
  readonly note: PartNote;
  /** End of the part's last sample, seconds since the file's first instant. */
  readonly endS: number;
}

/** Bytes to be written somewhere in the file. */
export interface Patch {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * One container whose parts are simply appended behind a head of fixed size (FLV, Ogg, MP3, ADTS, WAV). What it knows of the parts comes in by `recall`
 * alone, be they just written or found by a later run: so a rebuilt file equals an undisturbed one.
 */
export interface Packer {
  /** Room of the head; parts begin behind it. Known from the first `recall` on. */
  readonly headBytes: number;
  readonly media: MediaFacts;
  /** The next part as bytes; changes nothing. */
  pack(part: Part, configs: readonly TrackConfig[]): PackedPart;
  /** Takes note of the next part, which stands at `at`; null: of the first one, behind the head. */
  recall(note: PartNote, at: number | null): void;
  /** The head for the parts so far, `headBytes` long. */
  head(facts: FileFacts, fileBytes: number): Uint8Array;
  /** Changes behind the head that complete the file. `read` gives what stands at a place. */
  ending?(facts: FileFacts, read: (at: number, length: number) => Uint8Array): readonly Patch[];
}

/** The sound's configuration and its frames; null when the output has none. */
export function soundOf(
  part: Part,
  configs: readonly TrackConfig[],
): { readonly config: AudioTrackConfig; readonly samples: readonly EncodedSample[] } | null {
  const config = configs.find((candidate) => candidate.kind === 'audio');
  return config === undefined ? null : { config, samples: part.audio };
}

/** A recording instant in ticks. */
export function ticksAt(us: number, timescale: number): number {
  return Math.round((us * timescale) / 1e6);
}
