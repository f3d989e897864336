import { ByteWriter } from '../byte-writer.ts';

const bitratesKbps = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const sampleRatesHz = [44_100, 48_000, 32_000];
/** From `Info` to the end of the LAME tag. */
const tagBytes = 156;
/** What every decoder delays, and the tag's figures leave out. */
const decoderDelay = 529;

/** What the info frame tells. */
export interface Mp3Info {
  /** First four bytes of any frame of the stream. */
  readonly header: number;
  /** Frames behind the info frame. */
  readonly frames: number;
  readonly fileBytes: number;
  /** Samples a decoder gives before the first and after the last that count. */
  readonly leadSamples: number;
  readonly endSamples: number;
}

interface FrameShape {
  readonly version: 1 | 2;
  readonly sampleRateHz: number;
  readonly bitrateIndex: number;
  /** Where the tag stands in the frame. */
  readonly tagAt: number;
  readonly sizeBytes: number;
}

/** Size of {@link infoFrame}'s answer. */
export function infoFrameBytes(header: number): number {
  return shapeOf(header).sizeBytes;
}

/** A frame of silence that carries the Xing/Info header and the LAME tag with delay and padding. @see gabriel.mp3-tech.org/mp3infotag.html */
export function infoFrame({ header, frames, fileBytes, leadSamples, endSamples }: Mp3Info): Uint8Array {
  const { version, bitrateIndex, tagAt, sizeBytes } = shapeOf(header);
  const out = new ByteWriter(sizeBytes);
  // No CRC, no padding, the smallest bit rate that has room.
  out.u32(((header & 0xfffe0d00) | 0x10000 | (bitrateIndex << 12) | (header & 0xff)) >>> 0).zeros(tagAt - 4);
  out.text('Info').u32(15).u32(frames).u32(fileBytes);
  for (let i = 0; i < 100; i++) out.u8(Math.floor((i * 256) / 100));
  out
    .u32(0)
    .text('LAME3.100')
    .u8(1)
    .u8(0)
    .zeros(4 + 2 + 2 + 1);
  out.u8(Math.min(255, bitratesKbps[version][(header >> 12) & 15] ?? 0));
  const delay = Math.max(0, Math.min(4095, leadSamples - decoderDelay));
  const padding = Math.max(0, Math.min(4095, endSamples + decoderDelay));
  out
    .u24(delay * 4096 + padding)
    .u8(0)
    .u8(0)
    .u16(0)
    .u32(fileBytes)
    .u16(0);
  out.u16(crc16(out.toBytes()));
  return out.zeros(sizeBytes - out.length).toBytes();
}

/** @see ISO/IEC 11172-3 §2.4.2.3, ISO/IEC 13818-3 §2.4.2.3 */
function shapeOf(header: number): FrameShape {
  const version = ((header >> 19) & 3) === 3 ? 1 : 2;
  const sampleRateHz = (sampleRatesHz[(header >> 10) & 3] ?? 44_100) / version;
  const isMono = ((header >> 6) & 3) === 3;
  const tagAt = 4 + (version === 1 ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  const sizes = bitratesKbps[version].map((kbps) => Math.floor(((144 / version) * kbps * 1000) / sampleRateHz));
  const bitrateIndex = sizes.findIndex((size) => size >= tagAt + tagBytes);
  return { version, sampleRateHz, bitrateIndex, tagAt, sizeBytes: sizes[bitrateIndex]! };
}

/** CRC-16/ARC, which LAME signs its tag with. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
