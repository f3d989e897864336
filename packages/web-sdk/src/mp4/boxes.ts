/** One box of an ISO base media file: `from` is its first byte, `body` the first after its header, `to` the first after it. */
export interface Box {
  readonly type: string;
  readonly from: number;
  readonly body: number;
  readonly to: number;
}

/** The boxes between two offsets, in file order; stops before one that does not fit. Offsets are those of the view. */
export function* boxesIn(view: DataView, from = 0, to = view.byteLength): Generator<Box> {
  let at = from;
  while (at + 8 <= to) {
    const box = boxAt(view, at, to);
    if (box === null) return;
    yield box;
    at = box.to;
  }
}

/** The box that begins at `at`, or null when its size is impossible. */
export function boxAt(view: DataView, at: number, to: number): Box | null {
  const size = view.getUint32(at);
  const type = typeOf(view.getUint32(at + 4));
  if (size === 1 && at + 16 <= to) return fitting({ type, from: at, body: at + 16, to: at + Number(view.getBigUint64(at + 8)) }, to);
  return size < 8 ? null : fitting({ type, from: at, body: at + 8, to: at + size }, to);
}

function fitting(box: Box, to: number): Box | null {
  return box.to > to || box.to < box.body ? null : box;
}

/** The first box at the end of a path such as `mdia/minf/stbl`, or null. */
export function findBox(view: DataView, path: string, inside: Box): Box | null {
  let at: Box | null = inside;
  for (const type of path.split('/')) {
    if (at === null) return null;
    at = [...boxesIn(view, at.body, at.to)].find((box) => box.type === type) ?? null;
  }
  return at;
}

/** A box's bytes, header included; a view, not a copy. */
export function bytesOf(view: DataView, box: Box): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + box.from, box.to - box.from);
}

function typeOf(value: number): string {
  return String.fromCharCode(value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
}

/** A box around parts, which are copied. */
export function makeBox(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 8);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, size);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Big-endian 32-bit numbers in a row. */
export function uint32s(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint32(index * 4, value >>> 0));
  return bytes;
}

/** Big-endian 64-bit numbers in a row; below zero as two's complement. */
export function uint64s(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setBigInt64(index * 8, BigInt(value)));
  return bytes;
}
