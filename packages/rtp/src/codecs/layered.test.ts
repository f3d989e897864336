import { describe, expect, it } from 'vitest';
import { createDepacketizer } from '../depacketizer.ts';
import { buildRtpPacket, parseRtpPacket } from '../rtp-packet.ts';
import { sniffFrame } from '../sniff-frame.ts';
import { startsKeyframe } from '../starts-keyframe.ts';
import type { EncodedFrame, VideoCodec } from '../types.ts';
import { parseVp8Descriptor } from './vp8-frame-builder.ts';
import { parseVp9Descriptor } from './vp9-descriptor.ts';

function depacketize(codec: VideoCodec, frames: readonly (readonly (readonly number[])[])[]): EncodedFrame[] {
  const depacketizer = createDepacketizer(codec);
  let sequenceNumber = 0;
  return frames
    .flatMap((payloads, frame) =>
      payloads.flatMap((payload, part) => {
        sequenceNumber++;
        const bytes = buildRtpPacket({
          payloadType: 96,
          marker: part === payloads.length - 1,
          sequenceNumber,
          timestamp: frame,
          ssrc: 1,
          payload: Uint8Array.from(payload),
        });
        return [...depacketizer.push(parseRtpPacket(bytes)!, sequenceNumber, 0)];
      }),
    )
    .filter((item) => item.type === 'frame');
}

describe('VP8', () => {
  it.each([
    ['the shortest form', [0x10, 1], { isPartitionStart: true, pictureId: null, temporalLayer: null, sizeBytes: 1 }],
    ['a 7-bit picture id', [0x80, 0x80, 0x7f, 1], { isPartitionStart: false, pictureId: 127, sizeBytes: 3 }],
    ['a 15-bit picture id', [0x90, 0x80, 0xff, 0xff, 1], { pictureId: 32_767, sizeBytes: 4 }],
    [
      'everything',
      [0xb3, 0xf0, 0x81, 0x02, 9, 0xa0, 1],
      { isNonReference: true, partition: 3, pictureId: 258, tl0PictureIndex: 9, temporalLayer: 2, sizeBytes: 6 },
    ],
    ['a key index without a layer', [0x90, 0x10, 0xff, 1], { temporalLayer: null, sizeBytes: 3 }],
  ])('reads a descriptor of %s', (_, bytes, expected) => {
    expect(parseVp8Descriptor(Uint8Array.from(bytes))).toMatchObject(expected);
  });

  it('has no descriptor where nothing follows it', () => {
    for (const bytes of [[], [0x10], [0x90, 0x80, 5], [0x90, 0xf0, 0x81, 2, 9, 0xa0]])
      expect(parseVp8Descriptor(Uint8Array.from(bytes))).toBeNull();
  });

  it('tells temporal layer and droppable frames', () => {
    const frames = depacketize('vp8', [[[0x90, 0x20, 0x00, 0x11, 0, 0]], [[0xb0, 0x20, 0x80, 0x11, 0, 0]]]);
    expect(frames.map(({ temporalLayer, isDroppable, isKeyframe }) => [temporalLayer, isDroppable, isKeyframe])).toEqual([
      [0, false, false],
      [2, true, false],
    ]);
  });

  it('finds keyframes by the first payload and by the frame', () => {
    const key = [0x10, 0, 0, 0x9d, 1, 0x2a, 0x80, 0x42, 0xe0, 0x41];
    expect(sniffFrame('vp8', Uint8Array.from(key))).toEqual({ isKeyframe: true, width: 640, height: 480 });
    expect(startsKeyframe('vp8', Uint8Array.from([0x10, ...key]))).toBe(true);
    expect(startsKeyframe('vp8', Uint8Array.from([0x00, ...key]))).toBe(false);
    expect(startsKeyframe('vp8', Uint8Array.of(0x10, 0x11))).toBe(false);
  });
});

const VP9_KEY = [0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xf0, 0x0b, 0x40, 1];
const VP9_INTER = [0x86, 0x00, 0x40, 0x92, 2];
const VP9_UNREFERENCED = [0x87, 0x00, 0x92, 3];
/** Not error resilient: its motion vectors go into the next one. */
const VP9_PREDICTED_FROM = [0x86, 0x00, 0x00, 0x92, 3];

describe('VP9', () => {
  it.each([
    [
      'flexible with three references',
      [0xf8, 5, 0x22, 0x03, 0x05, 0x06, 1],
      { isFlexible: true, pictureId: 5, temporalLayer: 1, spatialLayer: 1, sizeBytes: 6 },
    ],
    [
      'non-flexible with TL0PICIDX',
      [0xac, 0x81, 0x02, 0x40, 7, 1],
      { isFlexible: false, isFrameStart: true, isFrameEnd: true, pictureId: 258, temporalLayer: 2, spatialLayer: 0, sizeBytes: 5 },
    ],
    [
      'a scalability structure',
      [0x8a, 5, 0x38, 1, 0x40, 0, 0xb4, 2, 0x80, 1, 0x68, 2, 0x04, 1, 0x08, 2, 3, 1],
      {
        layerSizes: [
          { width: 320, height: 180 },
          { width: 640, height: 360 },
        ],
        sizeBytes: 17,
      },
    ],
  ])('reads a descriptor that is %s', (_, bytes, expected) => {
    expect(parseVp9Descriptor(Uint8Array.from(bytes))).toMatchObject(expected);
  });

  it('has no descriptor where it is cut short', () => {
    const whole = [0x8a, 5, 0x38, 1, 0x40, 0, 0xb4, 2, 0x80, 1, 0x68, 2, 0x04, 1, 0x08, 2, 3, 1];
    for (let length = 0; length < whole.length; length++) expect(parseVp9Descriptor(Uint8Array.from(whole.slice(0, length)))).toBeNull();
  });

  it('takes the size of the highest layer received, and makes no superframe of a single one', () => {
    const structure = [0x30, 1, 0x40, 0, 0xb4, 2, 0x80, 1, 0x68];
    const base = [0xae, 5, 0x00, 7, ...structure, ...VP9_KEY];
    const upper = [0xec, 5, 0x02, 7, ...VP9_INTER];
    const [both, one] = depacketize('vp9', [[base, upper], [base]]);
    expect(both).toMatchObject({ isKeyframe: true, width: 640, height: 360, temporalLayer: 0 });
    // The lower layer is not shown.
    const hidden = [VP9_KEY[0]! & ~0x02, ...VP9_KEY.slice(1)];
    expect([...both!.data]).toEqual([...hidden, ...VP9_INTER, 0xc1, VP9_KEY.length, VP9_INTER.length, 0xc1]);
    expect(one).toMatchObject({ isKeyframe: true, width: 320, height: 180 });
    expect([...one!.data]).toEqual(VP9_KEY);
  });

  it('calls a picture droppable when no frame of it replaces a reference or is used by the next one all the same', () => {
    const pictures = [[0x0c, ...VP9_KEY], ...[VP9_UNREFERENCED, VP9_PREDICTED_FROM, VP9_INTER].map((frame) => [0x4c, ...frame])];
    const frames = depacketize('vp9', pictures.map((payload) => [payload])); // prettier-ignore
    expect(frames.map(({ isDroppable }) => isDroppable)).toEqual([false, true, false, false]);
  });

  it('finds keyframes by the first payload', () => {
    expect(startsKeyframe('vp9', Uint8Array.of(0x0c, ...VP9_KEY))).toBe(true);
    expect(startsKeyframe('vp9', Uint8Array.of(0x4c, ...VP9_INTER))).toBe(false);
  });
});

// Only its type matters here.
const AV1_SEQUENCE = [...Buffer.from('00000003bd6c69b5f200', 'hex')];
const FRAME = [0x30, 0x30, 7, 8, 9];

describe('AV1', () => {
  it('takes elements with and without lengths, with and without size fields of their own', () => {
    const expected = [0x32, 4, ...FRAME.slice(1)];
    const forms = [
      [0x10, ...FRAME],
      [0x00, FRAME.length, ...FRAME],
      [0x10, 0x32, 4, ...FRAME.slice(1)],
      [0x20, 2, 0x12, 0x00, ...FRAME],
      [0x30, 2, 0x12, 0x00, 2, 0x7a, 0, ...FRAME],
    ];
    for (const form of forms) expect(depacketize('av1', [[form]]).map(({ data }) => [...data])).toEqual([expected]);
  });

  it('joins an OBU over three packets, and two OBUs where they meet in one', () => {
    const [frame] = depacketize('av1', [
      [
        [0x50, 0x30, 0x30],
        [0xd0, 1, 2],
        [0xa0, 1, 3, 0x20, 0x55],
      ],
    ]);
    expect([...frame!.data]).toEqual([0x32, 4, 0x30, 1, 2, 3, 0x22, 1, 0x55]);
  });

  it('tells the temporal layer of the extension header', () => {
    expect(depacketize('av1', [[[0x10, 0x34, 0x40, 0x30, 7]]])[0]).toMatchObject({ temporalLayer: 2 });
  });

  it('makes no frame of a sequence header alone', () => {
    expect(depacketize('av1', [[[0x18, 0x08, ...AV1_SEQUENCE]], [[0x10, ...FRAME]]])).toMatchObject([{ followsGap: false }]);
  });

  it.each([
    ['a continuation of nothing', [0x90, ...FRAME]],
    ['a length beyond the end', [0x00, 99, ...FRAME]],
    ['the forbidden bit', [0x10, 0x80 | 0x30, 1]],
    ['a fragment that never ends', [0x50, ...FRAME]],
  ])('drops a frame with %s', (_, payload) => {
    expect(depacketize('av1', [[[0x10, ...FRAME]], [payload], [[0x10, ...FRAME]]])).toMatchObject([
      { followsGap: false },
      { followsGap: true },
    ]);
  });
});
