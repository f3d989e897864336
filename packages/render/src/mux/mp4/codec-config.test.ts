import { describe, expect, it } from 'vitest';
import { splitAnnexB } from '../annex-b.ts';
import { esDescriptor, nalConfig, opusBox, opusHead } from './codec-config.ts';

/** Parameter sets of x264's main profile, 1280 × 720. */
const annexB = Uint8Array.from([
  0, 0, 0, 1, 0x67, 0x4d, 0x40, 0x1f, 0xec, 0xa0, 0x28, 0x02, 0xdd, 0x80, 0x88, 0, 0, 0, 1, 0x68, 0xeb, 0xec, 0xb2, 0x2c,
]);

describe('nalConfig', () => {
  it('makes avcC of Annex B', () => {
    const record = nalConfig('h264', annexB)!;
    const [sps, pps] = splitAnnexB(annexB);
    expect([...record]).toEqual([1, 0x4d, 0x40, 0x1f, 0xff, 0xe1, 0, sps!.length, ...sps!, 1, 0, pps!.length, ...pps!]);
  });
  it('leaves a record as it is and gives null without parameter sets', () => {
    const record = nalConfig('h264', annexB)!;
    expect(nalConfig('h264', record)).toBe(record);
    expect(nalConfig('h264', Uint8Array.of(0, 0, 0, 1, 0x65, 1))).toBeNull();
  });
});

it('writes Opus headers in the byte order of each container', () => {
  expect([...opusBox(2, 312, 48_000)]).toEqual([0, 2, 1, 56, 0, 0, 0xbb, 0x80, 0, 0, 0]);
  expect([...opusHead(2, 312, 48_000)].slice(8)).toEqual([1, 2, 56, 1, 0x80, 0xbb, 0, 0, 0, 0, 0]);
});

it('wraps an AudioSpecificConfig', () => {
  expect([...esDescriptor(Uint8Array.of(0x11, 0x90))].slice(-7)).toEqual([5, 2, 0x11, 0x90, 6, 1, 2]);
});
