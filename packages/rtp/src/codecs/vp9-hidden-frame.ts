import { BitReader } from '../bit-reader.ts';

/**
 * The same frame with `show_frame` off: it is decoded for others to refer to and not shown. Null when it cannot be told where its header ends (or nothing is to do).
 *
 * Encoders in calls mark every spatial layer of a picture as shown and leave it to the receiver to show the highest one alone; a player of files shows them all. A keyframe
 * needs one bit turned off; in others a hidden frame has one bit more (`intra_only`), which is put in.
 *
 * @param width Pixels of the frame: the tile columns in its header depend on it.
 * @see VP9 bitstream specification §6.2 (uncompressed_header)
 */
export function hideVp9Frame(frame: Uint8Array, width: number): Uint8Array | null {
  const first = frame[0] ?? 0;
  const isProfile3 = (first & 0x30) === 0x30;
  const isShowExisting = (first & 0x08) !== 0;
  const isShown = (first & 0x02) !== 0;
  if (first >> 6 !== 2 || isProfile3 || isShowExisting || !isShown) return null;
  const isKeyframe = (first & 0x04) === 0;
  if (isKeyframe) {
    const hidden = frame.slice();
    hidden[0] = first & ~0x02;
    return hidden;
  }
  const bits = interHeaderBits(frame, (first & 0x01) !== 0, width);
  return bits === null ? null : withIntraOnlyBit(frame, bits);
}

/** The first byte stays but for `show_frame`; a 0 follows it; the rest of the header moves by one bit. */
function withIntraOnlyBit(frame: Uint8Array, headerBits: number): Uint8Array {
  const before = Math.ceil(headerBits / 8);
  const after = Math.ceil((headerBits + 1) / 8);
  const hidden = new Uint8Array(frame.length - before + after);
  hidden[0] = frame[0]! & ~0x02;
  for (let index = 1; index < after; index++) {
    const carried = index === 1 ? 0 : (frame[index - 1]! & 1) << 7;
    hidden[index] = carried | (index < before ? frame[index]! >> 1 : 0);
  }
  hidden.set(frame.subarray(before), after);
  return hidden;
}

/** Length of the uncompressed header of a shown frame that is no keyframe; null when it is cut short. */
function interHeaderBits(frame: Uint8Array, isErrorResilient: boolean, width: number): number | null {
  const bits = new CountingReader(frame);
  bits.skip(8);
  if (!isErrorResilient) bits.skip(2); // reset_frame_context
  bits.skip(8 + 12); // refresh_frame_flags, three references
  let hasReferenceSize = false;
  for (let index = 0; index < 3 && !hasReferenceSize; index++) hasReferenceSize = bits.flag();
  if (!hasReferenceSize) bits.skip(32); // frame_size
  if (bits.flag()) bits.skip(32); // render_size
  bits.skip(1); // allow_high_precision_mv
  if (!bits.flag()) bits.skip(2); // interpolation filter
  if (!isErrorResilient) bits.skip(2); // refresh_frame_context, frame_parallel_decoding_mode
  bits.skip(2); // frame_context_idx
  skipLoopFilter(bits);
  bits.skip(8);
  for (let index = 0; index < 3; index++) if (bits.flag()) bits.skip(5); // delta_q
  skipSegmentation(bits);
  skipTiles(bits, width);
  bits.skip(16); // header_size_in_bytes
  return bits.position > frame.length * 8 ? null : bits.position;
}

function skipLoopFilter(bits: CountingReader): void {
  bits.skip(9);
  if (!bits.flag() || !bits.flag()) return;
  for (let index = 0; index < 6; index++) if (bits.flag()) bits.skip(7);
}

const featureBits = [9, 7, 2, 0];

function skipSegmentation(bits: CountingReader): void {
  if (!bits.flag()) return;
  if (bits.flag()) {
    for (let index = 0; index < 7; index++) if (bits.flag()) bits.skip(8);
    const isTemporal = bits.flag();
    for (let index = 0; index < 3; index++) if (isTemporal && bits.flag()) bits.skip(8);
  }
  if (!bits.flag()) return;
  bits.skip(1);
  for (let segment = 0; segment < 8; segment++) for (const size of featureBits) if (bits.flag()) bits.skip(size);
}

function skipTiles(bits: CountingReader, width: number): void {
  const columns = Math.ceil(width / 64);
  let least = 0;
  while (64 << least < columns) least++;
  let most = 1;
  while (columns >> most >= 4) most++;
  for (let log2 = least; log2 < most - 1; log2++) if (!bits.flag()) break;
  if (bits.flag()) bits.skip(1);
}

/** A bit reader that says where it is. */
class CountingReader {
  readonly #reader: BitReader;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#reader = new BitReader(bytes);
  }

  skip(count: number): void {
    this.#reader.skip(count);
    this.position += count;
  }

  flag(): boolean {
    this.position++;
    return this.#reader.flag();
  }
}
