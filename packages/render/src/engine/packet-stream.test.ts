import { buildRed, buildRtpPacket, parseRtpPacket } from '@tapedeck/rtp';
import type { EncodedFrame, RtpPacket } from '@tapedeck/rtp';
import type { PayloadFormat, TrackHeader } from '@tapedeck/rtplog';
import { expect, it } from 'vitest';
import { PacketStream } from './packet-stream.ts';

const opus: PayloadFormat = { payloadType: 111, codec: 'opus', clockRateHz: 48_000, channels: 2, fmtp: '' };
const red: PayloadFormat = { payloadType: 63, codec: 'red', clockRateHz: 48_000, channels: 2, fmtp: '111/111' };

function headerOf(formats: readonly PayloadFormat[]): TrackHeader {
  return {
    ...{ recordingId: 'rec', epoch: 1, trackSid: 'TR_1', participantSid: 'PA_1', participantIdentity: 'alice', participantName: '' },
    ...{ kind: 'audio', source: 'microphone', formats, headerExtensions: [], rtxSsrc: null, startUs: 0, startWallMs: 0 },
  };
}

function packet(payloadType: number, sequenceNumber: number, payload: Uint8Array): RtpPacket {
  return parseRtpPacket(buildRtpPacket({ payloadType, sequenceNumber, timestamp: sequenceNumber * 960, ssrc: 1, payload }))!;
}

it('takes redundant sound apart also when it was negotiated after the first packets', () => {
  const stream = new PacketStream(1, headerOf([opus]), 100_000);
  const frames: EncodedFrame[] = [];
  stream.push(packet(111, 1, Uint8Array.of(0x78, 1)), 0, frames);
  stream.advance(200_000, frames);
  stream.header = headerOf([red, opus]);
  const before = { payloadType: 111, timestampOffset: 960, payload: Uint8Array.of(0x78, 1) };
  stream.push(packet(63, 2, buildRed({ payloadType: 111, payload: Uint8Array.of(0x78, 2) }, [before])), 220_000, frames);
  expect(frames.map(({ data }) => [...data])).toEqual([[0x78, 1], [0x78, 2]]); // prettier-ignore
});

it('begins with the first packet of a stream also when it comes behind the second', () => {
  const stream = new PacketStream(1, headerOf([opus]), 1_000_000);
  const frames: EncodedFrame[] = [];
  for (const [index, sequence] of [6, 5, 7].entries())
    stream.push(packet(111, sequence, Uint8Array.of(0x78, sequence)), index * 30_000, frames);
  stream.flush(frames);
  expect(frames.map(({ data }) => data[1])).toEqual([5, 6, 7]);
});
