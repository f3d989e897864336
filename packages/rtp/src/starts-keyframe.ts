import { parseVp8Descriptor } from './codecs/vp8-frame-builder.ts';
import { parseVp9Descriptor } from './codecs/vp9-descriptor.ts';
import type { Codec } from './types.ts';

/**
 * True when this RTP payload looks like the first of a keyframe: enough to stop asking for one while a call runs. Looks at a few bytes
 * and never throws; the depacketizer's `isKeyframe` is the exact answer.
 */
export function startsKeyframe(codec: Codec, payload: Uint8Array): boolean {
  if (payload.length < 2) return false;
  switch (codec) {
    case 'vp8': {
      const descriptor = parseVp8Descriptor(payload);
      return descriptor !== null && descriptor.isPartitionStart && descriptor.partition === 0 && (payload[descriptor.sizeBytes]! & 1) === 0;
    }
    case 'vp9': {
      const descriptor = parseVp9Descriptor(payload);
      return descriptor !== null && descriptor.isFrameStart && !descriptor.isInterPredicted && (descriptor.spatialLayer ?? 0) === 0;
    }
    case 'av1':
      // N bit: first packet of a coded video sequence (AV1 RTP payload specification §4.4).
      return (payload[0]! & 0x08) !== 0;
    case 'h264':
      return startsH264Keyframe(payload);
    case 'h265':
      return startsH265Keyframe(payload);
    default:
      return true;
  }
}

function startsH264Keyframe(payload: Uint8Array): boolean {
  const type = payload[0]! & 0x1f;
  const inner = type === 24 ? (payload[3] ?? 0) & 0x1f : type === 28 && payload[1]! >= 0x80 ? payload[1]! & 0x1f : type;
  return inner === 5 || inner === 7;
}

function startsH265Keyframe(payload: Uint8Array): boolean {
  const type = (payload[0]! >> 1) & 0x3f;
  const inner = type === 48 ? ((payload[4] ?? 0) >> 1) & 0x3f : type === 49 && (payload[2] ?? 0) >= 0x80 ? payload[2]! & 0x3f : type;
  return (inner >= 16 && inner <= 23) || (inner >= 32 && inner <= 33);
}
