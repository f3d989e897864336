import type { ByteWriter } from '../byte-writer.ts';

/** What a property of a script tag can be. */
export type AmfValue = number | boolean | string | readonly number[] | { readonly [name: string]: AmfValue };

/** Writes one AMF0 value; objects as ECMA arrays only where asked, numbers as strict arrays. @see Adobe AMF 0 §2 */
export function writeAmf(out: ByteWriter, value: AmfValue, isEcmaArray = false): void {
  if (typeof value === 'number') out.u8(0).f64(value);
  else if (typeof value === 'boolean') out.u8(1).u8(value ? 1 : 0);
  else if (typeof value === 'string') {
    out.u8(2);
    writeName(out, value);
  } else if (isNumbers(value)) {
    out.u8(10).u32(value.length);
    for (const item of value) out.u8(0).f64(item);
  } else {
    const entries = Object.entries(value);
    if (isEcmaArray) out.u8(8).u32(entries.length);
    else out.u8(3);
    for (const [name, item] of entries) {
      writeName(out, name);
      writeAmf(out, item);
    }
    out.u24(9);
  }
}

function isNumbers(value: AmfValue): value is readonly number[] {
  return Array.isArray(value);
}

function writeName(out: ByteWriter, text: string): void {
  const bytes = new TextEncoder().encode(text);
  out.u16(bytes.length).bytes(bytes);
}
