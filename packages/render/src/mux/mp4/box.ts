import { ByteWriter } from '../byte-writer.ts';

/** Writes one box: size, type, then what `body` writes. @see ISO/IEC 14496-12 §4.2 */
export function box(out: ByteWriter, type: string, body: (out: ByteWriter) => void): void {
  const at = out.length;
  out.u32(0).text(type);
  body(out);
  out.patchU32(at, out.length - at);
}

export function fullBox(out: ByteWriter, type: string, version: number, flags: number, body: (out: ByteWriter) => void): void {
  box(out, type, () => {
    out.u8(version).u24(flags);
    body(out);
  });
}

/** The bytes of what `body` writes, as a fresh buffer. */
export function boxBytes(body: (out: ByteWriter) => void): Uint8Array {
  const out = new ByteWriter();
  body(out);
  return out.toBytes().slice();
}

/** A box inside a buffer: `body` is a view behind size and type. */
export interface BoxView {
  readonly type: string;
  readonly body: Uint8Array;
  /** Offset of the box' first byte in the buffer given to {@link readBoxes}. */
  readonly offset: number;
  readonly size: number;
}

/** The boxes that follow each other in `bytes` from `from`; stops quietly at the first that does not fit. */
export function readBoxes(bytes: Uint8Array, from = 0): BoxView[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boxes: BoxView[] = [];
  for (let at = from; at + 8 <= bytes.length;) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > bytes.length) break;
    boxes.push({ type: boxType(bytes, at), body: bytes.subarray(at + 8, at + size), offset: at, size });
    at += size;
  }
  return boxes;
}

export function boxType(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at + 4]!, bytes[at + 5]!, bytes[at + 6]!, bytes[at + 7]!);
}

/** First box at this path, e.g. `findBox(moov, 'mdia', 'minf')`, searched among the direct children at each step. */
export function findBox(bytes: Uint8Array, ...path: string[]): BoxView | null {
  let found: BoxView | null = null;
  let inside = bytes;
  for (const type of path) {
    found = readBoxes(inside).find((box) => box.type === type) ?? null;
    if (found === null) return null;
    inside = found.body;
  }
  return found;
}
