import { BitReader } from '../bit-reader.ts';
import { parameterSetsOf, splitAnnexB, unescapeNal } from '../annex-b.ts';
import type { ParameterSets } from '../annex-b.ts';
import { ByteWriter } from '../byte-writer.ts';

/** AVCDecoderConfigurationRecord from parameter sets. @see ISO/IEC 14496-15 §5.3.3.1 */
export function avcConfig(sets: ParameterSets): Uint8Array {
  const first = sets.sps[0]!;
  const out = new ByteWriter(64);
  out.u8(1).bytes(first.subarray(1, 4)).u8(0xff);
  out.u8(0xe0 | sets.sps.length);
  for (const sps of sets.sps) out.u16(sps.length).bytes(sps);
  out.u8(sets.pps.length);
  for (const pps of sets.pps) out.u16(pps.length).bytes(pps);
  if ([100, 110, 122, 144].includes(first[1]!)) {
    const bits = new BitReader(unescapeNal(first).subarray(4));
    bits.ue();
    const chroma = bits.ue();
    if (chroma === 3) bits.bit();
    out
      .u8(0xfc | chroma)
      .u8(0xf8 | bits.ue())
      .u8(0xf8 | bits.ue())
      .u8(0);
  }
  return out.toBytes().slice();
}

/** HEVCDecoderConfigurationRecord from parameter sets. @see ISO/IEC 14496-15 §8.3.3.1 */
export function hevcConfig(sets: ParameterSets): Uint8Array {
  const sps = unescapeNal(sets.sps[0]!);
  const maxSubLayers = (sps[2]! >> 1) & 7;
  const profileTierLevel = sps.subarray(3, 15);
  const bits = new BitReader(sps.subarray(15));
  skipSubLayers(bits, maxSubLayers);
  bits.ue();
  const chroma = bits.ue();
  if (chroma === 3) bits.bit();
  bits.ue();
  bits.ue();
  if (bits.bit() === 1) for (let i = 0; i < 4; i++) bits.ue();
  const lumaDepth = bits.ue();
  const chromaDepth = bits.ue();
  const out = new ByteWriter(128);
  out
    .u8(1)
    .bytes(profileTierLevel)
    .u16(0xf000)
    .u8(0xfc)
    .u8(0xfc | chroma)
    .u8(0xf8 | lumaDepth)
    .u8(0xf8 | chromaDepth)
    .u16(0);
  out.u8(((maxSubLayers + 1) << 3) | ((sps[2]! & 1) << 2) | 3).u8(3);
  for (const [type, units] of [
    [32, sets.vps],
    [33, sets.sps],
    [34, sets.pps],
  ] as const) {
    out.u8(0x80 | type).u16(units.length);
    for (const unit of units) out.u16(unit.length).bytes(unit);
  }
  return out.toBytes().slice();
}

/** @see ITU-T H.265 §7.3.3 (profile_tier_level, sub-layer part) */
function skipSubLayers(bits: BitReader, maxSubLayers: number): void {
  const present: [number, number][] = [];
  for (let i = 0; i < maxSubLayers; i++) present.push([bits.bit(), bits.bit()]);
  if (maxSubLayers > 0) bits.skip(2 * (8 - maxSubLayers));
  for (const [profile, level] of present) bits.skip(profile * 88 + level * 8);
}

/** The decoder configuration record for H.264/H.265 from Annex B parameter sets or from a record itself; null when there is neither. */
export function nalConfig(codec: 'h264' | 'h265', data: Uint8Array): Uint8Array | null {
  if (data[0] === 1) return data;
  const sets = parameterSetsOf(codec, splitAnnexB(data));
  if (sets === null) return null;
  return codec === 'h264' ? avcConfig(sets) : hevcConfig(sets);
}

/** OpusSpecificBox body. @see Encapsulation of Opus in ISOBMFF §4.3.2 */
export function opusBox(channels: number, preSkip: number, sampleRateHz: number): Uint8Array {
  return new ByteWriter(16).u8(0).u8(channels).u16(preSkip).u32(sampleRateHz).u16(0).u8(0).toBytes().slice();
}

/** Identification header for Matroska's CodecPrivate. @see RFC 7845 §5.1 */
export function opusHead(channels: number, preSkip: number, sampleRateHz: number): Uint8Array {
  const out = new ByteWriter(19).text('OpusHead').u8(1).u8(channels);
  const little = new DataView(new ArrayBuffer(8));
  little.setUint16(0, preSkip, true);
  little.setUint32(2, sampleRateHz, true);
  return out.bytes(new Uint8Array(little.buffer)).u8(0).toBytes().slice();
}

/** ES_Descriptor of an AAC track around its AudioSpecificConfig. @see ISO/IEC 14496-1 §7.2.6.5 */
export function esDescriptor(audioSpecificConfig: Uint8Array): Uint8Array {
  const out = new ByteWriter(64);
  const asc = audioSpecificConfig;
  out
    .u8(3)
    .u8(23 + asc.length)
    .u16(0)
    .u8(0);
  out
    .u8(4)
    .u8(15 + asc.length)
    .u8(0x40)
    .u8(0x15)
    .u24(0)
    .u32(0)
    .u32(0);
  out.u8(5).u8(asc.length).bytes(asc);
  out.u8(6).u8(1).u8(2);
  return out.toBytes().slice();
}

/** VPCodecConfigurationRecord (without version and flags), 4:2:0 8 bit unless the frame says otherwise. @see webmproject.org/vp9/mp4 */
export function vp9Config(keyframe: Uint8Array, width: number, height: number): Uint8Array {
  const bits = new BitReader(keyframe);
  bits.skip(2);
  const low = bits.bit();
  const profile = bits.bit() * 2 + low;
  const depth = profile >= 2 ? 10 : 8;
  return new ByteWriter(8)
    .u8(profile)
    .u8(vp9Level(width * height))
    .u8((depth << 4) | (1 << 1))
    .u8(2)
    .u8(2)
    .u8(2)
    .u16(0)
    .toBytes()
    .slice();
}

function vp9Level(pixels: number): number {
  const levels: readonly (readonly [number, number])[] = [
    [36864, 10],
    [73728, 11],
    [122880, 20],
    [245760, 21],
    [552960, 30],
    [983040, 31],
    [2228224, 40],
    [8912896, 50],
  ];
  return levels.find(([limit]) => pixels <= limit)?.[1] ?? 60;
}
