import { describe, expect, it } from 'vitest';
import { buildRtpPacket, detachRtpPacket, isRtcp, parseRtpPacket } from './rtp-packet.ts';
import { restoreRtx } from './rtx.ts';

const fields = {
  payloadType: 96,
  marker: true,
  sequenceNumber: 65_535,
  timestamp: 0xffff_fffe,
  ssrc: 0xdead_beef,
  payload: Uint8Array.of(1, 2, 3),
};

describe('parseRtpPacket', () => {
  it('reads back every field', () => {
    const packet = parseRtpPacket(buildRtpPacket(fields))!;
    expect({ ...packet, payload: [...packet.payload] }).toMatchObject({ ...fields, payload: [1, 2, 3] });
    expect(packet.extension(1)).toBeNull();
  });

  it('finds one-byte extensions, past padding, and stops at id 15', () => {
    const bytes = Uint8Array.of(
      0x90,
      96,
      0,
      1,
      0,
      0,
      0,
      2,
      0,
      0,
      0,
      3,
      0xbe,
      0xde,
      0,
      3,
      0x10,
      7,
      0,
      0x31,
      8,
      9,
      0,
      0,
      0xf0,
      0x40,
      5,
      0,
      42,
    );
    const packet = parseRtpPacket(bytes)!;
    expect(packet.extension(1)).toEqual(Uint8Array.of(7));
    expect(packet.extension(3)).toEqual(Uint8Array.of(8, 9));
    expect(packet.extension(4)).toBeNull();
    expect(packet.payload).toEqual(Uint8Array.of(42));
  });

  it('finds two-byte extensions, also empty ones', () => {
    const extensions = [
      { id: 20, value: Uint8Array.of(1, 2) },
      { id: 3, value: new Uint8Array(0) },
      { id: 200, value: new Uint8Array(40).fill(9) },
    ];
    const packet = parseRtpPacket(buildRtpPacket({ ...fields, extensions }))!;
    for (const { id, value } of extensions) expect(packet.extension(id)).toEqual(value);
    expect([...packet.payload]).toEqual([1, 2, 3]);
  });

  it('removes padding and skips contributing sources', () => {
    const bytes = Uint8Array.of(0xa2, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 1, 1, 1, 2, 2, 2, 2, 42, 43, 0, 2);
    expect([...parseRtpPacket(bytes)!.payload]).toEqual([42, 43]);
  });

  it.each([
    ['empty', []],
    ['short', [0x80, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0]],
    ['version 1', [0x40, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]],
    ['padding of 0', [0xa0, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0]],
    ['more padding than packet', [0xa0, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9]],
    ['extension beyond the end', [0x90, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xbe, 0xde, 0, 1]],
  ])('returns null for a packet that is %s', (_, bytes) => {
    expect(parseRtpPacket(Uint8Array.from(bytes))).toBeNull();
  });

  it('gives a detached packet its own bytes', () => {
    const bytes = buildRtpPacket({ ...fields, extensions: [{ id: 1, value: Uint8Array.of(5) }] });
    const detached = detachRtpPacket(parseRtpPacket(bytes)!);
    bytes.fill(0);
    expect(detached).toMatchObject({ sequenceNumber: 65_535, ssrc: 0xdead_beef });
    expect([...detached.payload]).toEqual([1, 2, 3]);
    expect([...detached.extension(1)!]).toEqual([5]);
  });
});

describe('isRtcp', () => {
  it('tells packet types 192…223 from RTP, marker bit or not', () => {
    expect([191, 192, 200, 223, 224, 96, 96 | 0x80].map((second) => isRtcp(Uint8Array.of(0x80, second)))).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('restoreRtx', () => {
  it('puts back the original number, type and SSRC, and removes padding', () => {
    const original = buildRtpPacket({ ...fields, extensions: [{ id: 1, value: Uint8Array.of(5) }] });
    const rtx = buildRtpPacket({
      ...fields,
      payloadType: 97,
      sequenceNumber: 7,
      ssrc: 1,
      payload: Uint8Array.of(0xff, 0xff, 1, 2, 3, 0, 0, 3),
      extensions: [{ id: 1, value: Uint8Array.of(5) }],
    });
    rtx[0]! |= 0x20;
    expect(restoreRtx(rtx, 96, 0xdead_beef)).toEqual(original);
  });

  it('has nothing to restore in padding and garbage', () => {
    expect(restoreRtx(buildRtpPacket({ ...fields, payload: new Uint8Array(0) }), 96, 1)).toBeNull();
    expect(restoreRtx(Uint8Array.of(1, 2, 3), 96, 1)).toBeNull();
  });
});
