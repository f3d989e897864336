import { describe, expect, it } from 'vitest';
import { lengthPrefixed, parameterSetsOf, splitAnnexB, unescapeNal } from './annex-b.ts';

describe('splitAnnexB', () => {
  it('finds units behind start codes of three and four bytes', () => {
    const units = splitAnnexB(Uint8Array.from([0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x68, 3, 0, 0, 0, 1, 0x65, 0, 0, 3, 1]));
    expect(units.map((unit) => [...unit])).toEqual([
      [0x67, 1, 2],
      [0x68, 3],
      [0x65, 0, 0, 3, 1],
    ]);
  });
  it.each([[[]], [[0, 0]], [[0, 0, 1]], [[1, 2, 3, 4]]])('gives nothing for %j', (bytes) => {
    expect(splitAnnexB(Uint8Array.from(bytes))).toEqual([]);
  });
});

describe('lengthPrefixed', () => {
  it('puts the length in front of each unit', () => {
    expect([...lengthPrefixed([Uint8Array.of(9, 8), Uint8Array.of(7)])]).toEqual([0, 0, 0, 2, 9, 8, 0, 0, 0, 1, 7]);
  });
});

describe('parameterSetsOf', () => {
  it('wants SPS and PPS', () => {
    const [sps, pps, slice] = [Uint8Array.of(0x67), Uint8Array.of(0x68), Uint8Array.of(0x65)];
    expect(parameterSetsOf('h264', [sps, pps, slice])).toEqual({ vps: [], sps: [sps], pps: [pps] });
    expect(parameterSetsOf('h264', [sps, slice])).toBeNull();
  });
});

describe('unescapeNal', () => {
  it('removes emulation prevention and nothing else', () => {
    expect([...unescapeNal(Uint8Array.of(0, 0, 3, 1, 3, 0, 0, 3, 0, 0, 3))]).toEqual([0, 0, 1, 3, 0, 0, 0, 0]);
  });
});
