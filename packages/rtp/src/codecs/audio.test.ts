import { describe, expect, it } from 'vitest';
import { createDepacketizer } from '../depacketizer.ts';
import { buildRed, splitRed } from '../red.ts';
import { buildRtpPacket, parseRtpPacket } from '../rtp-packet.ts';
import type { EncodedFrame, PacketGap, RtpPacket } from '../types.ts';
import { OpusRedDepacketizer } from './opus-red-depacketizer.ts';

const RED = 63;
const OPUS = 111;
const opus = (index: number): Uint8Array => Uint8Array.of(0x78, index);
const ticks = (index: number): number => (0xffff_fc40 + index * 960) >>> 0;

function packet(payloadType: number, index: number, payload: Uint8Array): RtpPacket {
  return parseRtpPacket(buildRtpPacket({ payloadType, sequenceNumber: index, timestamp: ticks(index), ssrc: 1, payload }))!;
}

function red(index: number, redundancy: number): RtpPacket {
  const redundant = Array.from({ length: redundancy }, (_, age) => redundancy - age).map((age) => ({
    payloadType: OPUS,
    timestampOffset: age * 960,
    payload: opus(index - age),
  }));
  return packet(RED, index, buildRed({ payloadType: OPUS, payload: opus(index) }, redundant));
}

const describeItem = (item: EncodedFrame | PacketGap): string =>
  item.type === 'gap'
    ? `${item.firstSequence}…${item.lastSequence} missing`
    : `${item.data[1]}${item.isRecovered === true ? ' recovered' : ''}${item.followsGap ? ' after gap' : ''}`;

describe('OpusRedDepacketizer', () => {
  const receive = (indices: readonly number[], redundancy: number): (EncodedFrame | PacketGap)[] => {
    const depacketizer = new OpusRedDepacketizer(RED);
    return [...indices.flatMap((index) => [...depacketizer.push(red(index, redundancy), index, index * 20_000)]), ...depacketizer.flush()];
  };

  it('gives out each frame once when nothing is lost', () => {
    expect(receive([10, 11, 12], 2).map(describeItem)).toEqual(['10', '11', '12']);
  });

  it('fills a loss from the redundant blocks with the timestamps they were sent with', () => {
    const output = receive([10, 13], 2);
    expect(output.map(describeItem)).toEqual(['10', '11 recovered', '12 recovered', '13']);
    expect(output.map((item) => item.type === 'frame' && [item.rtpTimestamp, item.firstSequence, item.arrivalUs])).toEqual([
      [ticks(10), 10, 200_000],
      [ticks(11), 11, 260_000],
      [ticks(12), 12, 260_000],
      [ticks(13), 13, 260_000],
    ]);
  });

  it('names what stays lost', () => {
    expect(receive([10, 15], 2).map(describeItem)).toEqual(['10', '11…12 missing', '13 recovered after gap', '14 recovered', '15']);
    expect(receive([10, 12], 0).map(describeItem)).toEqual(['10', '11…11 missing', '12 after gap']);
  });

  it('gives out no frame twice when the SFU has lost the packet before and repeats the one before that', () => {
    const depacketizer = new OpusRedDepacketizer(RED);
    const older = { payloadType: OPUS, timestampOffset: 2 * 960, payload: opus(10) };
    const after = packet(RED, 12, buildRed({ payloadType: OPUS, payload: opus(12) }, [older]));
    const output = [...depacketizer.push(red(10, 2), 10, 0), ...depacketizer.push(after, 12, 40_000)];
    expect(output.map(describeItem)).toEqual(['10', '11…11 missing', '12 after gap']);
  });

  it('tells a gap at the end, and takes plain Opus between', () => {
    const depacketizer = new OpusRedDepacketizer(RED);
    const output = [
      ...depacketizer.push(packet(OPUS, 1, opus(1)), 1, 0),
      ...depacketizer.push(red(2, 1), 2, 0),
      ...depacketizer.gap(3, 4),
      ...depacketizer.flush(),
    ];
    expect(output.map(describeItem)).toEqual(['1', '2', '3…4 missing']);
  });
});

describe('splitRed', () => {
  it('reads back what buildRed writes', () => {
    const blocks = splitRed(
      buildRed({ payloadType: 111, payload: Uint8Array.of(9) }, [
        { payloadType: 110, timestampOffset: 16_383, payload: new Uint8Array(1023).fill(4) },
      ]),
    )!;
    expect(
      blocks.map(({ payloadType, timestampOffset, isPrimary, payload }) => [payloadType, timestampOffset, isPrimary, payload.length]),
    ).toEqual([
      [110, 16_383, false, 1023],
      [111, 0, true, 1],
    ]);
  });

  it('returns null when the lengths do not fit', () => {
    for (const bytes of [[], [0x80], [0x80 | 111, 0, 0, 5, 111, 1]]) expect(splitRed(Uint8Array.from(bytes))).toBeNull();
  });

  it('cannot write what does not fit', () => {
    expect(() => buildRed({ payloadType: 1, payload: opus(1) }, [{ payloadType: 1, timestampOffset: 16_384, payload: opus(0) }])).toThrow(
      RangeError,
    );
  });
});

describe.each(['opus', 'pcmu', 'pcma'] as const)('%s', (codec) => {
  it('makes a frame of each packet, marks gaps, and skips empty payloads', () => {
    const depacketizer = createDepacketizer(codec);
    const frames = [1, 2, 5].flatMap((index) => [...depacketizer.push(packet(0, index, opus(index)), index, 7)]);
    expect(frames.map(describeItem)).toEqual(['1', '2', '3…4 missing', '5 after gap']);
    expect(depacketizer.push(packet(0, 6, new Uint8Array(0)), 6, 7)).toEqual([]);
    expect(frames[0]).toMatchObject({ codec, isKeyframe: true, isDroppable: false, arrivalUs: 7 });
  });
});
