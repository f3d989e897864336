import type { FrameBuffer } from '../frame-buffer.ts';
import type { BuiltFrame, FrameBuilder } from '../frame-builder.ts';
import { sniffFrame } from '../sniff-frame.ts';

/** The payload descriptor in front of each VP8 payload. */
export interface Vp8Descriptor {
  readonly isNonReference: boolean;
  readonly isPartitionStart: boolean;
  readonly partition: number;
  /** 7 or 15 bits as sent, null when absent. */
  readonly pictureId: number | null;
  readonly tl0PictureIndex: number | null;
  readonly temporalLayer: number | null;
  readonly sizeBytes: number;
}

/**
 * Decodes the VP8 payload descriptor; null when it is cut short or nothing follows it.
 *
 * ```
 *  |X|R|N|S|R| PID | (required)
 *  |I|L|T|K| RSV   | (X)
 *  |M| PictureID   | (I), 16 bits when M
 *  |   TL0PICIDX   | (L)
 *  |TID|Y| KEYIDX  | (T or K)
 * ```
 * @see RFC 7741 §4.2
 */
export function parseVp8Descriptor(payload: Uint8Array): Vp8Descriptor | null {
  if (payload.length < 2) return null;
  const first = payload[0]!;
  let offset = 1;
  let pictureId: number | null = null;
  let tl0PictureIndex: number | null = null;
  let temporalLayer: number | null = null;
  if ((first & 0x80) !== 0) {
    const flags = payload[offset++]!;
    if ((flags & 0x80) !== 0) {
      const high = payload[offset++] ?? 0;
      pictureId = high < 0x80 ? high : ((high & 0x7f) << 8) | (payload[offset++] ?? 0);
    }
    if ((flags & 0x40) !== 0) tl0PictureIndex = payload[offset++] ?? 0;
    if ((flags & 0x30) !== 0) {
      const layers = payload[offset++] ?? 0;
      if ((flags & 0x20) !== 0) temporalLayer = layers >> 6;
    }
  }
  if (offset >= payload.length) return null;
  return {
    isNonReference: (first & 0x20) !== 0,
    isPartitionStart: (first & 0x10) !== 0,
    partition: first & 0x07,
    pictureId,
    tl0PictureIndex,
    temporalLayer,
    sizeBytes: offset,
  };
}

/** VP8: partitions are concatenated. @see RFC 7741 §4 */
export class Vp8FrameBuilder implements FrameBuilder {
  #isFirst = true;
  #isDroppable = false;
  #temporalLayer: number | null = null;

  isFrameStart(payload: Uint8Array): boolean {
    const descriptor = parseVp8Descriptor(payload);
    return descriptor !== null && descriptor.isPartitionStart && descriptor.partition === 0;
  }

  start(): void {
    this.#isFirst = true;
  }

  add(payload: Uint8Array, buffer: FrameBuffer): boolean {
    const descriptor = parseVp8Descriptor(payload);
    if (descriptor === null) return false;
    if (this.#isFirst) {
      if (!descriptor.isPartitionStart || descriptor.partition !== 0) return false;
      this.#isDroppable = descriptor.isNonReference;
      this.#temporalLayer = descriptor.temporalLayer;
      this.#isFirst = false;
    }
    buffer.append(payload.subarray(descriptor.sizeBytes));
    return true;
  }

  finish(buffer: FrameBuffer): BuiltFrame | 'broken' {
    // Shorter than the frame tag: not a picture (RFC 6386 §9.1).
    if (buffer.length < 3) return 'broken';
    const data = buffer.copy();
    const layer = this.#temporalLayer === null ? {} : { temporalLayer: this.#temporalLayer };
    return { data, isDroppable: this.#isDroppable, ...layer, ...sniffFrame('vp8', data) };
  }
}
