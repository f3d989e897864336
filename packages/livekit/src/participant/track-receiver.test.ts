import { buildSenderReport, parseRtcp, parseRtpPacket } from '@tapedeck/rtp';
import { describe, expect, test } from 'vitest';
import type { DescribedTrack } from './sdp-tracks.ts';
import { TrackReceiver } from './track-receiver.ts';

const SSRC = 0x1111_1111;
const RTX_SSRC = 0x2222_2222;
const second = 1_000_000;
const track: DescribedTrack = {
  ...{ mid: '0', kind: 'video', participantSid: 'PA_a', trackSid: 'TR_a', ssrc: SSRC, rtxSsrc: RTX_SSRC, headerExtensions: [] },
  formats: [
    { payloadType: 96, codec: 'vp8', clockRateHz: 90_000, fmtp: '' },
    { payloadType: 97, codec: 'rtx', clockRateHz: 90_000, fmtp: 'apt=96', associatedPayloadType: 96 },
  ],
};
const KEYFRAME = [0x10, 0x00, 0, 0];
const INTERFRAME = [0x10, 0x01, 0, 0];

function packet(sequenceNumber: number, payload: readonly number[] = INTERFRAME, { type = 96, ssrc = SSRC } = {}): Buffer {
  const bytes = Buffer.alloc(12 + payload.length);
  bytes[0] = 0x80;
  bytes[1] = type;
  bytes.writeUInt16BE(sequenceNumber, 2);
  bytes.writeUInt32BE(sequenceNumber * 3000, 4);
  bytes.writeUInt32BE(ssrc, 8);
  bytes.set(payload, 12);
  return bytes;
}

const rtx = (sequenceNumber: number, original: number, payload: readonly number[] = INTERFRAME): Buffer =>
  packet(sequenceNumber, [original >> 8, original & 0xff, ...payload], { type: 97, ssrc: RTX_SSRC });

function makeReceiver(keyframeS = Infinity) {
  const out: { kind: string; bytes: Uint8Array }[] = [];
  const sent: Uint8Array[] = [];
  const lost: number[] = [];
  const handlers = {
    sendRtcp: (bytes: Uint8Array) => sent.push(bytes) > 0,
    onKeyframeRequested: () => {},
    onPacketsLost: (count: number) => void lost.push(count),
  };
  const receiver = new TrackReceiver(track, (kind, bytes) => void out.push({ kind, bytes }), handlers, keyframeS);
  const feedback = (type: string) => sent.flatMap((bytes) => parseRtcp(bytes) ?? []).filter((one) => one.type === type);
  return { receiver, out, lost, feedback };
}

describe('a track receiver', () => {
  test('asks for what is missing and hands out the restored original once', () => {
    const { receiver, out, feedback } = makeReceiver();
    receiver.receive(packet(10, KEYFRAME), 0);
    receiver.receive(packet(13), 1000);
    receiver.repair(20_000);
    expect(feedback('nack')).toEqual([{ type: 'nack', senderSsrc: 1, mediaSsrc: SSRC, sequenceNumbers: [11, 12] }]);
    receiver.receive(rtx(500, 11), 30_000);
    receiver.receive(rtx(501, 12), 31_000);
    receiver.receive(rtx(502, 12), 32_000);
    expect(receiver.hasMissing).toBe(false);
    const packets = out.map(({ bytes }) => parseRtpPacket(bytes));
    expect(packets.map((one) => one?.sequenceNumber)).toEqual([10, 13, 11, 12]);
    expect(packets.every((one) => one?.ssrc === SSRC && one.payloadType === 96)).toBe(true);
    expect([...(packets[2]?.payload ?? [])]).toEqual(INTERFRAME);
    expect(receiver.stats).toMatchObject({ rtpPackets: 4, restoredPackets: 2, duplicatePackets: 1, lostPackets: 0 });
  });

  test('gives up after a second, says so and asks for a keyframe', () => {
    const { receiver, lost, feedback } = makeReceiver();
    receiver.receive(packet(1, KEYFRAME), 0);
    receiver.receive(packet(3), 1000);
    const before = feedback('pli').length;
    for (let now = 0; now < 1.2 * second; now += 20_000) receiver.repair(now);
    expect(lost).toEqual([1]);
    expect(feedback('pli').length).toBe(before + 1);
  });

  test('a padding-only probe is dropped', () => {
    const { receiver, out } = makeReceiver();
    receiver.receive(packet(7, [], { type: 97, ssrc: RTX_SSRC }), 0);
    expect(out).toEqual([]);
    expect(receiver.stats.rtpPackets).toBe(0);
  });

  test('reports reception with the sender report it saw last', () => {
    const { receiver, out, feedback } = makeReceiver();
    for (const number of [1, 2, 4]) receiver.receive(packet(number, KEYFRAME), number * 33_333);
    const report = buildSenderReport({
      ssrc: SSRC,
      ntpSeconds: 0x1234_5678,
      ntpFraction: 0x9abc_def0,
      rtpTimestamp: 1,
      packetCount: 3,
      octetCount: 12,
      reports: [],
    });
    receiver.receive(report, second);
    expect(out.at(-1)).toEqual({ kind: 'rtcp', bytes: report });
    receiver.report(1.5 * second);
    const [block] = (feedback('receiver-report')[0] as unknown as { reports: object[] }).reports;
    expect(block).toMatchObject({
      ssrc: SSRC,
      cumulativeLost: 1,
      highestSequence: 4,
      lastSenderReport: 0x5678_9abc,
      delaySinceLastSenderReport: 32_768,
    });
  });

  test('asks for a keyframe until one comes, but not a silent track', () => {
    const { receiver, feedback } = makeReceiver();
    receiver.requestKeyframe(0);
    receiver.receive(packet(1), 600_000);
    expect(feedback('pli')).toHaveLength(2);
    receiver.report(10 * second);
    expect(feedback('pli')).toHaveLength(2);
    receiver.receive(packet(2, KEYFRAME), 11 * second);
    receiver.receive(packet(3), 20 * second);
    expect(feedback('pli')).toHaveLength(2);
  });

  test('survives 100,000 fuzzed packets', () => {
    const { receiver, out } = makeReceiver();
    const report = Buffer.from(
      buildSenderReport({ ssrc: SSRC, ntpSeconds: 1, ntpFraction: 1, rtpTimestamp: 1, packetCount: 3, octetCount: 12, reports: [] }),
    );
    let seed = 1;
    const random = (below: number): number => ((seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) >>> 8) % below;
    for (let turn = 0; turn < 100_000; turn++) {
      const source = [packet(random(65_536), KEYFRAME), rtx(random(65_536), random(65_536)), report, Buffer.alloc(random(40))][random(4)]!;
      const bytes = Buffer.from(source.subarray(0, random(4) === 0 ? random(source.length + 1) : source.length));
      for (let flips = random(6); flips > 0 && bytes.length > 0; flips--) bytes[random(bytes.length)] = random(256);
      receiver.receive(bytes, turn * 100);
      if (turn % 50 === 0) receiver.repair(turn * 100);
      if (turn % 5000 === 0) receiver.report(turn * 100);
    }
    expect(receiver.stats.malformedPackets).toBeGreaterThan(1000);
    for (const { kind, bytes } of out) if (kind === 'rtp') expect(bytes[0]! >> 6).toBe(2);
  });
});
