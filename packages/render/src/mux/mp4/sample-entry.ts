import type { AudioTrackConfig, VideoTrackConfig } from '../../parts/types.ts';
import { av1Config } from '../av1-config.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { box, boxBytes, boxType, fullBox } from './box.ts';
import { esDescriptor, nalConfig, opusBox, vp9Config } from './codec-config.ts';

const videoEntryType = { h264: 'avc1', h265: 'hvc1', av1: 'av01', vp9: 'vp09', vp8: 'vp08' } as const;

/**
 * Sample description of a video track (one child of stsd), fresh bytes. `keyframe` is consulted when the config carries no codec configuration.
 * Null when neither tells enough to describe the track (an H.264 keyframe without parameter sets).
 *
 * @see ISO/IEC 14496-12 §12.1.3, ISO/IEC 14496-15, AV1-ISOBMFF, webmproject.org/vp9/mp4
 */
export function videoSampleEntry(config: VideoTrackConfig, keyframe: Uint8Array): Uint8Array | null {
  const child = videoConfigBox(config, keyframe);
  if (child === null) return null;
  return boxBytes((out) =>
    box(out, videoEntryType[config.codec], () => {
      out.zeros(6).u16(1).zeros(16).u16(config.width).u16(config.height);
      out.u32(0x480000).u32(0x480000).u32(0).u16(1).zeros(32).u16(24).u16(0xffff);
      child(out);
    }),
  );
}

function videoConfigBox(config: VideoTrackConfig, keyframe: Uint8Array): ((out: ByteWriter) => void) | null {
  switch (config.codec) {
    case 'h264':
    case 'h265': {
      const record = nalConfig(config.codec, config.codecConfig ?? keyframe);
      const type = config.codec === 'h264' ? 'avcC' : 'hvcC';
      return record === null ? null : (out) => box(out, type, () => out.bytes(record));
    }
    case 'av1': {
      const record = av1Config(config.codecConfig ?? keyframe);
      return record === null ? null : (out) => box(out, 'av1C', () => out.bytes(record));
    }
    case 'vp8':
    case 'vp9': {
      const record = config.codecConfig ?? vp9Config(config.codec === 'vp9' ? keyframe : new Uint8Array(1), config.width, config.height);
      return (out) => fullBox(out, 'vpcC', 1, 0, () => out.bytes(record));
    }
  }
}

const audioEntryType = { aac: 'mp4a', opus: 'Opus', pcmu: 'ulaw', pcma: 'alaw' } as const;

/** Sample description of an audio track, fresh bytes. PCMU and PCMA take the names QuickTime gave them. @throws {RangeError} for codecs our MP4s do not hold. */
export function audioSampleEntry(config: AudioTrackConfig): Uint8Array {
  const { codec } = config;
  if (codec === 'mp3' || codec === 'pcm') throw new RangeError(`MP4 cannot hold ${codec}.`);
  return boxBytes((out) =>
    box(out, audioEntryType[codec], () => {
      out.zeros(6).u16(1).zeros(8).u16(config.channels).u16(16).u32(0).u16(config.sampleRateHz).u16(0);
      if (config.codec === 'aac') {
        const asc = config.codecConfig ?? plainAacConfig(config.sampleRateHz, config.channels);
        fullBox(out, 'esds', 0, 0, () => out.bytes(esDescriptor(asc)));
      } else if (config.codec === 'opus')
        box(out, 'dOps', () => out.bytes(opusBox(config.channels, config.leadTicks ?? 0, config.sampleRateHz)));
    }),
  );
}

/** AudioSpecificConfig of AAC-LC. @see ISO/IEC 14496-3 §1.6.2.1 */
function plainAacConfig(sampleRateHz: number, channels: number): Uint8Array {
  const rates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000];
  const rate = rates.indexOf(sampleRateHz);
  if (rate < 0) throw new RangeError(`AAC-LC has no sample rate ${sampleRateHz} Hz.`);
  return Uint8Array.of((2 << 3) | (rate >> 1), ((rate & 1) << 7) | (channels << 3));
}

/** Our name of the codec a sample entry is for. */
export function codecOfEntry(entry: Uint8Array): string {
  const type = boxType(entry, 0);
  return Object.entries({ ...videoEntryType, ...audioEntryType }).find(([, name]) => name === type)?.[0] ?? type;
}
