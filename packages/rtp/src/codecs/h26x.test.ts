import { describe, expect, it } from 'vitest';
import { createDepacketizer } from '../depacketizer.ts';
import type { DepacketizerOptions } from '../depacketizer.ts';
import { buildRtpPacket, parseRtpPacket } from '../rtp-packet.ts';
import type { EncodedFrame } from '../types.ts';

/** Each inner list is one frame's payloads; null stands for a lost packet. */
function depacketize(
  codec: 'h264' | 'h265',
  frames: readonly (readonly (readonly number[] | null)[])[],
  options: DepacketizerOptions = {},
): EncodedFrame[] {
  const depacketizer = createDepacketizer(codec, options);
  let sequence = 0;
  const output = frames.flatMap((payloads, frame) =>
    payloads.flatMap((payload, part) => {
      sequence++;
      if (payload === null) return [];
      const marker = part === payloads.length - 1;
      const bytes = buildRtpPacket({
        payloadType: 96,
        marker,
        sequenceNumber: sequence,
        timestamp: frame * 3000,
        ssrc: 1,
        payload: Uint8Array.from(payload),
      });
      return [...depacketizer.push(parseRtpPacket(bytes)!, sequence, 0)];
    }),
  );
  return [...output, ...depacketizer.flush()].filter((item) => item.type === 'frame');
}
const annexB = (...nals: readonly (readonly number[])[]): number[] => nals.flatMap((nal) => [0, 0, 0, 1, ...nal]);
const bytesOf = (frames: readonly EncodedFrame[]): number[][] => frames.map(({ data }) => [...data]);

// 320×180, constrained baseline; the PPS and slices are told apart by their last bytes alone.
const SPS = [...Buffer.from('6742c00bd901419f9f011000000300100000030140f142a480', 'hex')];
const PPS = [0x68, 0xcb, 0x83, 0xcb, 0x20];
const IDR = [0x65, 0x88, 1];
const SLICE = [0x41, 0x9a, 2];
const UNREFERENCED = [0x01, 0x9a, 3];

describe('H.264', () => {
  it('puts kept parameter sets in front of a keyframe that comes without', () => {
    const frames = depacketize('h264', [[SPS, PPS, IDR], [SLICE], [IDR]]);
    expect(bytesOf(frames)).toEqual([annexB(SPS, PPS, IDR), annexB(SLICE), annexB(SPS, PPS, IDR)]);
    expect(frames.map(({ isKeyframe, width, height }) => [isKeyframe, width, height])).toEqual([
      [true, 320, 180],
      [false, undefined, undefined],
      [true, 320, 180],
    ]);
  });

  it('keeps parameter sets that come in a frame of their own, and makes no frame of them', () => {
    expect(bytesOf(depacketize('h264', [[SPS], [PPS], [IDR]]))).toEqual([annexB(SPS, PPS, IDR)]);
  });

  it('takes parameter sets from the signalling', () => {
    const fmtp = `packetization-mode=1;sprop-parameter-sets=${[SPS, PPS].map((set) => Buffer.from(set).toString('base64')).join(',')};profile-level-id=42c00d`;
    expect(bytesOf(depacketize('h264', [[IDR]], { fmtp }))).toEqual([annexB(SPS, PPS, IDR)]);
  });

  it('calls a frame droppable when no slice of it is a reference', () => {
    expect(
      depacketize('h264', [[SPS, PPS, IDR], [UNREFERENCED], [SLICE], [UNREFERENCED, SLICE]]).map(({ isDroppable }) => isDroppable),
    ).toEqual([false, true, false, false]);
  });

  it('leaves out delimiters and filler', () => {
    expect(bytesOf(depacketize('h264', [[[9, 0xf0], SPS, PPS, IDR, [12, 0xff, 0xff]]]))).toEqual([annexB(SPS, PPS, IDR)]);
  });

  it('does not take a keyframe for whole when its parameter sets may be lost', () => {
    const frames = depacketize('h264', [[SPS, PPS, IDR], [SLICE], [null, null, IDR], [SLICE]]);
    expect(frames.map(({ isKeyframe, followsGap }) => [isKeyframe, followsGap])).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ]);
    // A sender that never repeats them loses nothing.
    expect(depacketize('h264', [[SPS, PPS, IDR], [IDR], [null], [IDR]])).toHaveLength(3);
  });

  it.each([
    ['a fragment without a start', [[0x7c, 0x05, 1]]],
    ['a fragment without an end', [[0x7c, 0x85, 1]]],
    [
      'a start inside a fragment',
      [
        [0x7c, 0x85, 1],
        [0x7c, 0x85, 1],
        [0x7c, 0x45, 1],
      ],
    ],
    ['an aggregate with a wrong length', [[0x78, 0, 9, 1]]],
    ['a type nobody uses', [[0x1e, 1, 2]]],
  ])('drops a frame with %s', (_, payloads) => {
    const frames = depacketize('h264', [[SPS, PPS, IDR], payloads, [SLICE]]);
    expect(frames.map(({ isKeyframe, followsGap }) => [isKeyframe, followsGap])).toEqual([
      [true, false],
      [false, true],
    ]);
  });
});

const VPS_5 = [0x40, 0x01, 0x0c];
const PPS_5 = [0x44, 0x01, 0xc1];
const SPS_5 = [0x42, 0x01, 0x01];
const IDR_5 = [0x26, 0x01, 0xaf];
const TRAIL_R = [0x02, 0x01, 0xd0];
const TRAIL_N_LAYER_1 = [0x00, 0x02, 0xd0];

describe('H.265', () => {
  it('keeps parameter sets and repeats them where a keyframe lacks them', () => {
    const frames = depacketize('h265', [[VPS_5, SPS_5, PPS_5, IDR_5], [TRAIL_R], [IDR_5]]);
    expect(bytesOf(frames)).toEqual([annexB(VPS_5, SPS_5, PPS_5, IDR_5), annexB(TRAIL_R), annexB(VPS_5, SPS_5, PPS_5, IDR_5)]);
  });

  it('takes parameter sets from the signalling', () => {
    const base64 = (set: readonly number[]): string => Buffer.from(set).toString('base64');
    const fmtp = `sprop-vps=${base64(VPS_5)}; sprop-sps=${base64(SPS_5)}; sprop-pps=${base64(PPS_5)}`;
    expect(bytesOf(depacketize('h265', [[IDR_5]], { fmtp }))).toEqual([annexB(VPS_5, SPS_5, PPS_5, IDR_5)]);
  });

  it('calls only non-reference pictures of the highest temporal layer droppable', () => {
    const trailN = [0x00, 0x01, 0xd0];
    const frames = depacketize('h265', [[VPS_5, SPS_5, PPS_5, IDR_5], [trailN], [TRAIL_N_LAYER_1], [trailN], [TRAIL_R]]);
    expect(frames.map(({ temporalLayer, isDroppable }) => [temporalLayer, isDroppable])).toEqual([
      [0, false],
      [0, true],
      [1, true],
      [0, false],
      [0, false],
    ]);
  });
});
