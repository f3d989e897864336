import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideVp9Frame } from './vp9-hidden-frame.ts';

/** A field of a header: how many bits, and their value. */
type Field = readonly [size: number, value: number];

const bit = fc.integer({ min: 0, max: 1 });
const bits = (size: number): fc.Arbitrary<Field> => fc.integer({ min: 0, max: 2 ** size - 1 }).map((value): Field => [size, value]);
/** A flag, and what follows when it is set. */
const optional = (...inner: fc.Arbitrary<Field>[]): fc.Arbitrary<readonly Field[]> =>
  fc.oneof(
    fc.constant([[1, 0] as const]),
    fc.tuple(...inner).map((fields): Field[] => [[1, 1], ...fields]),
  );

/** The uncompressed header of a shown inter frame up to 511 pixels wide, as the specification lays it out. @see VP9 bitstream specification §6.2 */
const interHeader = fc
  .record({
    isErrorResilient: bit,
    references: fc.oneof(
      fc.constantFrom<readonly Field[]>([[1, 1]], [[1, 0], [1, 1]], [[1, 0], [1, 0], [1, 1]]), // prettier-ignore
      fc.tuple(bits(16), bits(16)).map(([w, h]): Field[] => [[3, 0], w, h]),
    ),
    renderSize: optional(bits(16), bits(16)),
    filter: fc.oneof(fc.constant<Field[]>([[1, 1]]), bits(2).map((two): Field[] => [[1, 0], two])), // prettier-ignore
    deltas: fc.oneof(
      fc.constant<Field[]>([[1, 0]]),
      fc.constant<Field[]>([[1, 1], [1, 0]]), // prettier-ignore
      fc.array(optional(bits(6), bits(1)), { minLength: 6, maxLength: 6 }).map((all): Field[] => [[1, 1], [1, 1], ...all.flat()]), // prettier-ignore
    ),
    quantiser: fc.array(optional(bits(4), bits(1)), { minLength: 3, maxLength: 3 }),
    segmentation: fc.constantFrom<readonly Field[]>([[1, 0]], [[1, 1], [1, 0], [1, 0]]), // prettier-ignore
    tileRows: optional(bits(1)),
    numbers: fc.tuple(bits(8), bits(12), bits(1), bits(2), bits(9), bits(8), bits(16), bits(2), bits(2)),
    body: fc.uint8Array({ minLength: 1, maxLength: 20 }),
  })
  .map((header) => {
    const [refresh, indices, precision, context, loop, base, size, reset, refreshContext] = header.numbers;
    const resilient = header.isErrorResilient === 1;
    const fields: Field[] = [
      ...(resilient ? [] : [reset]),
      ...[refresh, indices, ...header.references, ...header.renderSize, precision, ...header.filter],
      ...(resilient ? [] : [refreshContext]),
      ...[context, loop, ...header.deltas, base, ...header.quantiser.flat(), ...header.segmentation, ...header.tileRows, size],
    ];
    return { first: 0x86 | header.isErrorResilient, fields, body: header.body };
  });

function pack(first: number, fields: readonly Field[], body: Uint8Array): Uint8Array {
  const text = fields.map(([size, value]) => value.toString(2).padStart(size, '0')).join('');
  const bytes = (text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
  return Uint8Array.from([first, ...bytes, ...body]);
}

describe('hideVp9Frame', () => {
  it('puts intra_only behind show_frame, whatever the header holds, and moves nothing else', () => {
    fc.assert(
      fc.property(interHeader, ({ first, fields, body }) => {
        const shown = pack(first, fields, body);
        expect(hideVp9Frame(shown, 320)).toEqual(pack(first & ~0x02, [[1, 0], ...fields], body));
      }),
      { numRuns: 500 },
    );
  });

  it('reads the tile columns that a wide frame has', () => {
    const fixed: Field[] = [[2, 0], [8, 1], [12, 0], [1, 1], [1, 0], [1, 0], [1, 1], [2, 0], [2, 0], [9, 0], [1, 0], [8, 60], [3, 0], [1, 0]]; // prettier-ignore
    const wide: Field[] = [...fixed, [1, 1], [1, 0], [16, 7]]; // 640 pixels: one bit of columns, no rows
    const body = Uint8Array.of(1, 2, 3);
    expect(hideVp9Frame(pack(0x86, wide, body), 640)).toEqual(pack(0x84, [[1, 0], ...wide], body));
  });

  it('turns one bit of a keyframe, and leaves alone what is hidden, repeats another frame, or is no frame', () => {
    expect(hideVp9Frame(Uint8Array.of(0x82, 0x49, 0x83), 320)).toEqual(Uint8Array.of(0x80, 0x49, 0x83));
    for (const first of [0x84, 0x80, 0x8a, 0x06, 0xb2]) expect(hideVp9Frame(Uint8Array.of(first, 1, 2, 3), 320)).toBeNull();
    expect(hideVp9Frame(Uint8Array.of(0x86, 1, 2), 320)).toBeNull();
    expect(hideVp9Frame(new Uint8Array(0), 320)).toBeNull();
  });
});
