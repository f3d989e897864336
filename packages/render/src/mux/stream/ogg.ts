import type { EncodedSample, Part, TrackConfig } from '../../parts/types.ts';
import type { FileFacts, MediaFacts } from '../container-file.ts';
import { opusHead } from '../mp4/codec-config.ts';
import { asLastPage, oggPage, pageSegments, segmentsOf } from './ogg-page.ts';
import { soundOf, ticksAt } from './packer.ts';
import type { PackedPart, Packer, PartNote, Patch } from './packer.ts';

const rateHz = 48_000;
/** Packets in a page: a second. */
const pagePackets = 50;
const vendor = 'Tapedeck';

interface OggNote extends PartNote {
  readonly channels: number;
  /** Samples (48 kHz) that a decoder gives before the file's first instant. */
  readonly preSkip: number;
  readonly pages: number;
  /** The part's last page: where it stands in the part and its length. */
  readonly lastAt: number;
  readonly lastBytes: number;
}

/** Opus in Ogg: pages of a second; the last one is marked and trimmed to the very sample when the file is finished. @see RFC 7845 */
export class OggPacker implements Packer {
  readonly headBytes = headPages(1, 0).length;
  readonly #baseUs: number;
  #first: OggNote | null = null;
  #pages = 2;
  #last = { at: 0, bytes: 0 };

  constructor(baseUs: number) {
    this.#baseUs = baseUs;
  }

  get media(): MediaFacts {
    return { width: null, height: null, videoCodec: null, audioCodec: this.#first === null ? null : 'opus' };
  }

  pack(part: Part, configs: readonly TrackConfig[]): PackedPart {
    const { config, samples } = soundOf(part, configs)!;
    const base = ticksAt(this.#baseUs, rateHz);
    const preSkip = this.#first?.preSkip ?? Math.max(0, base - (samples[0]?.pts ?? base));
    let sequence = this.#pages;
    const pages = inPages(samples).map((page) => {
      const granule = page.at(-1)!.pts + page.at(-1)!.duration - base + preSkip;
      return oggPage({ flags: 0, granule, sequence: sequence++, packets: page.map(({ data }) => data) });
    });
    const bytes = Buffer.concat(pages);
    const lastBytes = pages.at(-1)?.length ?? 0;
    const note: OggNote = { channels: config.channels, preSkip, pages: pages.length, lastAt: bytes.length - lastBytes, lastBytes };
    return { bytes, note, endS: (part.startUs + part.durationUs - this.#baseUs) / 1e6 };
  }

  recall(note: PartNote, at: number | null): void {
    const part = note as OggNote;
    this.#first ??= part;
    this.#pages += part.pages;
    if (part.lastBytes > 0) this.#last = { at: (at ?? this.headBytes) + part.lastAt, bytes: part.lastBytes };
  }

  head(): Uint8Array {
    return headPages(this.#first!.channels, this.#first!.preSkip);
  }

  ending({ endUs }: FileFacts, read: (at: number, length: number) => Uint8Array): readonly Patch[] {
    const { at, bytes } = this.#last;
    if (bytes === 0) return [];
    const granule = ticksAt(endUs - this.#baseUs, rateHz) + this.#first!.preSkip;
    return [{ at, bytes: asLastPage(read(at, bytes), granule) }];
  }
}

/** @see RFC 7845 §5 */
function headPages(channels: number, preSkip: number): Uint8Array {
  const tags = Buffer.alloc(8 + 4 + vendor.length + 4);
  tags.write('OpusTags', 0, 'latin1');
  tags.writeUInt32LE(vendor.length, 8);
  tags.write(vendor, 12, 'latin1');
  return Buffer.concat([
    oggPage({ flags: 2, granule: 0, sequence: 0, packets: [opusHead(channels, preSkip, rateHz)] }),
    oggPage({ flags: 0, granule: 0, sequence: 1, packets: [tags] }),
  ]);
}

function inPages(samples: readonly EncodedSample[]): EncodedSample[][] {
  const pages: EncodedSample[][] = [];
  let segments = pageSegments;
  for (const sample of samples) {
    const needed = segmentsOf(sample.data);
    const page = pages.at(-1);
    if (page === undefined || page.length === pagePackets || segments + needed > pageSegments) {
      pages.push([sample]);
      segments = needed;
    } else {
      page.push(sample);
      segments += needed;
    }
  }
  return pages;
}
