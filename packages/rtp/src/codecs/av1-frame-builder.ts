import { FrameBuffer } from '../frame-buffer.ts';
import type { BuiltFrame, FrameBuilder } from '../frame-builder.ts';
import { sniffFrame } from '../sniff-frame.ts';
import {
  isAv1KeyframeHeader,
  OBU_FRAME,
  OBU_FRAME_HEADER,
  OBU_PADDING,
  OBU_SEQUENCE_HEADER,
  OBU_TEMPORAL_DELIMITER,
  OBU_TILE_GROUP,
  OBU_TILE_LIST,
  parseObu,
  readLeb128,
} from './av1-obu.ts';
import { isAv1Reference, parseAv1Sequence } from './av1-references.ts';
import type { Av1Sequence } from './av1-references.ts';

/**
 * AV1: OBU elements, whole or in fragments, become a temporal unit in the low-overhead format: each OBU with a size field, no temporal
 * delimiter, padding or tile list.
 *
 * ```
 * |Z|Y| W |N|-|-|-|   Z: first element continues one; Y: last element goes on; W: elements (0: every one has a length); N: new sequence
 * ```
 * @see AV1 RTP payload specification §4.3, §4.4
 */
export class Av1FrameBuilder implements FrameBuilder {
  /** Bytes of an OBU that goes on in the next packet. */
  readonly #fragment = new FrameBuffer();
  #hasFragment = false;
  #hasPicture = false;
  #hasReference = false;
  /** The newest one: it counts for the frames up to the next. */
  #sequence: Av1Sequence | null = null;
  #temporalLayer: number | null = null;

  isFrameStart(payload: Uint8Array): boolean {
    const aggregation = payload[0]!;
    if ((aggregation & 0x80) !== 0 || payload.length < 2) return false;
    if ((aggregation & 0x08) !== 0) return true;
    const isLengthGiven = ((aggregation >> 4) & 3) !== 1;
    const length = isLengthGiven ? readLeb128(payload, 1) : { value: 0, sizeBytes: 0 };
    if (length === null || length.sizeBytes + 1 >= payload.length) return false;
    return isFirstObu(payload.subarray(1 + length.sizeBytes));
  }

  start(): void {
    this.#hasFragment = false;
    this.#hasPicture = false;
    this.#hasReference = false;
    this.#temporalLayer = null;
    this.#fragment.clear();
  }

  add(payload: Uint8Array, buffer: FrameBuffer): boolean {
    const aggregation = payload[0]!;
    const goesOn = (aggregation & 0x40) !== 0;
    const elementCount = (aggregation >> 4) & 3;
    if (((aggregation & 0x80) !== 0) !== this.#hasFragment) return false;
    let offset = 1;
    for (let index = 1; offset < payload.length; index++) {
      let end = payload.length;
      if (index !== elementCount) {
        const length = readLeb128(payload, offset);
        if (length === null) return false;
        offset += length.sizeBytes;
        end = offset + length.value;
        if (end > payload.length) return false;
      }
      const isLast = end === payload.length;
      if (!this.#addElement(payload.subarray(offset, end), isLast && goesOn, buffer)) return false;
      offset = end;
    }
    return true;
  }

  finish(buffer: FrameBuffer): BuiltFrame | 'broken' | 'empty' {
    if (this.#hasFragment) return 'broken';
    if (!this.#hasPicture) return 'empty';
    const data = buffer.copy();
    const layer = this.#temporalLayer === null ? null : { temporalLayer: this.#temporalLayer };
    return { data, isDroppable: !this.#hasReference, ...layer, ...sniffFrame('av1', data) };
  }

  #addElement(element: Uint8Array, goesOn: boolean, buffer: FrameBuffer): boolean {
    if (!this.#hasFragment && !goesOn) return this.#addObu(element, buffer);
    this.#fragment.append(element);
    this.#hasFragment = goesOn;
    if (goesOn) return true;
    const isWellFormed = this.#addObu(this.#fragment.view(), buffer);
    this.#fragment.clear();
    return isWellFormed;
  }

  #addObu(element: Uint8Array, buffer: FrameBuffer): boolean {
    if (element.length === 0) return true;
    const obu = parseObu(element);
    if (obu === null) return false;
    if (obu.type === OBU_TEMPORAL_DELIMITER || obu.type === OBU_TILE_LIST || obu.type === OBU_PADDING) return true;
    if (obu.type === OBU_SEQUENCE_HEADER) this.#sequence = parseAv1Sequence(obu.payload);
    if (obu.type === OBU_FRAME || obu.type === OBU_FRAME_HEADER) {
      this.#hasPicture = true;
      this.#hasReference ||= isAv1Reference(obu.payload, this.#sequence);
      if (obu.header.length === 2) this.#temporalLayer = obu.header[1]! >> 5;
    }
    buffer.appendByte(obu.header[0]! | 0x02);
    if (obu.header.length === 2) buffer.appendByte(obu.header[1]!);
    appendLeb128(buffer, obu.payload.length);
    buffer.append(obu.payload);
    return true;
  }
}

/** False for tile groups, for higher spatial layers, and for a keyframe: its sequence would have started in a packet with the N bit. */
function isFirstObu(obu: Uint8Array): boolean {
  const header = obu[0]!;
  const type = (header >> 3) & 0x0f;
  const hasExtension = (header & 0x04) !== 0;
  if (type === OBU_TILE_GROUP || (hasExtension && (((obu[1] ?? 0) >> 3) & 0x03) > 0)) return false;
  if (type !== OBU_FRAME && type !== OBU_FRAME_HEADER) return true;
  const sizeAt = hasExtension ? 2 : 1;
  const sizeBytes = (header & 0x02) === 0 ? 0 : (readLeb128(obu, sizeAt)?.sizeBytes ?? 0);
  return !isAv1KeyframeHeader(obu.subarray(sizeAt + sizeBytes));
}

function appendLeb128(buffer: FrameBuffer, value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    buffer.appendByte((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  buffer.appendByte(rest);
}
