import { buildRtpPacket } from '@tapedeck/rtp';
import type { VideoCodec } from '@tapedeck/rtp';

/** Splits made-up frames into RTP payloads the way senders do: the counterpart the depacketizer tests need. Frames need not be decodable. */
export interface TestFrame {
  readonly isKeyframe: boolean;
  readonly body: Uint8Array;
}

export const PAYLOAD_TYPE = 96;

/** Payloads of one frame and the bytes a depacketizer must make of them. */
export interface PacketizedFrame {
  readonly payloads: readonly Uint8Array[];
  readonly expected: Uint8Array;
}

const bytesOf = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

function split(body: Uint8Array, sizeBytes: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < body.length; start += sizeBytes) pieces.push(body.subarray(start, start + sizeBytes));
  return pieces;
}

function packetizeVp8({ isKeyframe, body }: TestFrame, sizeBytes: number, index: number): PacketizedFrame {
  const frame = bytesOf([isKeyframe ? 0x10 : 0x11, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00], body);
  const pictureId = index & 0x7fff;
  const payloads = split(frame, sizeBytes).map((piece, part) =>
    bytesOf([part === 0 ? 0x90 : 0x80, 0xe0, 0x80 | (pictureId >> 8), pictureId & 0xff, index & 0xff, 0x40], piece),
  );
  return { payloads, expected: frame };
}

const VP9_KEY_HEADER = [0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xf0, 0x0b, 0x40];
const VP9_INTER_HEADER = [0x86, 0x00, 0x40, 0x92];

/** Two spatial layers: two frames, and an index that ties them. */
function packetizeVp9({ isKeyframe, body }: TestFrame, sizeBytes: number, index: number): PacketizedFrame {
  const layers = [0, 1].map((spatialLayer) => bytesOf(isKeyframe && spatialLayer === 0 ? VP9_KEY_HEADER : VP9_INTER_HEADER, body));
  const payloads = layers.flatMap((layer, spatialLayer) => {
    const pieces = split(layer, sizeBytes);
    return pieces.map((piece, part) => {
      const flags = 0xb0 | (isKeyframe ? 0 : 0x40) | (part === 0 ? 0x08 : 0) | (part === pieces.length - 1 ? 0x04 : 0);
      return bytesOf([flags, 0x80 | ((index >> 8) & 0x7f), index & 0xff, spatialLayer << 1], isKeyframe ? [] : [0x02], piece);
    });
  });
  const sizes = layers.map(({ length }) => length);
  const wide = sizes.some((size) => size > 255);
  const marker = wide ? 0xc9 : 0xc1;
  const index_ = bytesOf(
    [marker],
    sizes.flatMap((size) => (wide ? [size & 0xff, size >> 8] : [size])),
    [marker],
  );
  return { payloads, expected: bytesOf(...layers, index_) };
}

function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >> 7)];
}

/** Sequence header of 320×180 as libaom writes it for one operating point. */
const AV1_SEQUENCE_HEADER = [0x00, 0x00, 0x00, 0x04, 0x3b, 0x9f, 0xb3, 0x00];

/** One OBU per frame (two on keyframes), split at will: every packet carries one element. */
function packetizeAv1({ isKeyframe, body }: TestFrame, sizeBytes: number): PacketizedFrame {
  const frameObu = bytesOf([0x30], [isKeyframe ? 0x10 : 0x30], body);
  const obus = isKeyframe ? [bytesOf([0x08], AV1_SEQUENCE_HEADER), frameObu] : [frameObu];
  const payloads = obus.flatMap((obu, number) => {
    const pieces = split(obu, sizeBytes);
    return pieces.map((piece, part) => {
      const startsSequence = isKeyframe && number === 0 && part === 0;
      return bytesOf([(part > 0 ? 0x80 : 0) | (part < pieces.length - 1 ? 0x40 : 0) | 0x10 | (startsSequence ? 0x08 : 0)], piece);
    });
  });
  return { payloads, expected: bytesOf(...obus.flatMap((obu) => [[obu[0]! | 0x02], leb128(obu.length - 1), obu.subarray(1)])) };
}

const START_CODE = [0, 0, 0, 1];
/** 320×180, constrained baseline. */
export const H264_SPS = Uint8Array.from(Buffer.from('6742c00bd901419f9f011000000300100000030140f142a480', 'hex'));
export const H264_PPS = Uint8Array.of(0x68, 0xcb, 0x83, 0xcb, 0x20);

function packetizeH264({ isKeyframe, body }: TestFrame, sizeBytes: number): PacketizedFrame {
  const nal = bytesOf([isKeyframe ? 0x65 : 0x41, 0x88], body);
  const sets = isKeyframe ? [H264_SPS, H264_PPS] : [];
  const aggregate = bytesOf([0x78], ...sets.map((set) => bytesOf([set.length >> 8, set.length & 0xff], set)));
  const pieces = split(nal.subarray(1), sizeBytes);
  const fragments = pieces.map((piece, part) => {
    const flags = (part === 0 ? 0x80 : 0) | (part === pieces.length - 1 ? 0x40 : 0);
    return bytesOf([(nal[0]! & 0xe0) | 28, flags | (nal[0]! & 0x1f)], piece);
  });
  const picture = pieces.length === 1 ? [nal] : fragments;
  const expected = bytesOf(...[...sets, nal].flatMap((unit) => [START_CODE, unit]));
  return { payloads: isKeyframe ? [aggregate, ...picture] : picture, expected };
}

function packetizeH265({ isKeyframe, body }: TestFrame, sizeBytes: number): PacketizedFrame {
  const nal = bytesOf([isKeyframe ? 19 << 1 : 1 << 1, 0x01, 0x80], body);
  const sets = isKeyframe ? [bytesOf([32 << 1, 1, 0x0c]), bytesOf([33 << 1, 1, 0x01, 0x02]), bytesOf([34 << 1, 1, 0xc1])] : [];
  const aggregate = bytesOf([48 << 1, 1], ...sets.map((set) => bytesOf([0, set.length], set)));
  const pieces = split(nal.subarray(2), sizeBytes);
  const fragments = pieces.map((piece, part) => {
    const flags = (part === 0 ? 0x80 : 0) | (part === pieces.length - 1 ? 0x40 : 0);
    return bytesOf([49 << 1, 1, flags | (nal[0]! >> 1)], piece);
  });
  const picture = pieces.length === 1 ? [nal] : fragments;
  const expected = bytesOf(...[...sets, nal].flatMap((unit) => [START_CODE, unit]));
  return { payloads: isKeyframe ? [aggregate, ...picture] : picture, expected };
}

/** One packetizer per video codec; `sizeBytes` bounds each payload's share of the frame. */
export const packetizers: Readonly<Record<VideoCodec, (frame: TestFrame, sizeBytes: number, index: number) => PacketizedFrame>> = {
  vp8: packetizeVp8,
  vp9: packetizeVp9,
  av1: packetizeAv1,
  h264: packetizeH264,
  h265: packetizeH265,
};

/** Wraps payloads of consecutive frames into packets: 3,000 ticks per frame, marker on the last packet of each. */
export function toPackets(frames: readonly PacketizedFrame[], firstSequence: number): Uint8Array[] {
  let sequenceNumber = firstSequence;
  return frames.flatMap(({ payloads }, frame) =>
    payloads.map((payload, part) =>
      buildRtpPacket({
        payloadType: PAYLOAD_TYPE,
        marker: part === payloads.length - 1,
        sequenceNumber: sequenceNumber++ & 0xffff,
        timestamp: (0xffff_0000 + frame * 3000) >>> 0,
        ssrc: 0x1234,
        payload,
      }),
    ),
  );
}
