import type { VideoCodec } from '@tapedeck/rtp';
import { packetizeAv1 } from './packetize-av1.ts';
import { packetizeNalUnits } from './packetize-nal.ts';
import { join, split } from './payload-pieces.ts';

/** Room for headers, SRTP and tunnels below 1280 bytes. */
const MAX_PAYLOAD_BYTES = 1180;
const VP8_DESCRIPTOR_BYTES = 5;
const TOP_VP8_LAYER = 2;
const VP9_DESCRIPTOR_BYTES = 3;

/**
 * Where the 15-bit picture id (with its top bit set) stands in every payload of that codec, or null. VP8 and VP9 frames of a loop are sent again with
 * another picture id by writing over these two bytes.
 */
export function pictureIdOffset(codec: VideoCodec): number | null {
  return codec === 'vp8' ? 2 : codec === 'vp9' ? 1 : null;
}

/**
 * Returns the RTP payloads of one access unit of {@link encodeTestVideo}, in order; the marker belongs on the last one. Payloads are fresh buffers.
 *
 * @param frame `temporalLayer` (VP8, of three) is told in the descriptor.
 * @param pictureId Used by VP8 and VP9, modulo 2^15.
 * @see RFC 7741 (VP8), RFC 9628 (VP9), RFC 6184 (H.264, packetization mode 1), RFC 7798 (H.265), AV1 RTP payload v1.0
 */
export function packetizeVideo(
  codec: VideoCodec,
  frame: { readonly data: Uint8Array; readonly isKeyframe: boolean; readonly temporalLayer?: number },
  pictureId = 0,
  maxPayloadBytes = MAX_PAYLOAD_BYTES,
): Uint8Array[] {
  switch (codec) {
    case 'vp8':
      return split(frame.data, maxPayloadBytes - VP8_DESCRIPTOR_BYTES).map((piece, index) =>
        join(vp8Descriptor(index === 0, pictureId, frame.temporalLayer), piece),
      );
    case 'vp9':
      return split(frame.data, maxPayloadBytes - VP9_DESCRIPTOR_BYTES).map((piece, index, all) =>
        join(
          [
            0x80 | (frame.isKeyframe ? 0 : 0x40) | (index === 0 ? 8 : 0) | (index === all.length - 1 ? 4 : 0),
            0x80 | ((pictureId >> 8) & 0x7f),
            pictureId & 0xff,
          ],
          piece,
        ),
      );
    case 'h264':
    case 'h265':
      return packetizeNalUnits(codec, frame.data, maxPayloadBytes);
    case 'av1':
      return packetizeAv1(frame.data, frame.isKeyframe, maxPayloadBytes);
  }
}

/** With a temporal layer: T, TID, and N on the top layer of three. @see RFC 7741 §4.2 */
function vp8Descriptor(isFirst: boolean, pictureId: number, temporalLayer: number | undefined): number[] {
  const start = 0x80 | (isFirst ? 0x10 : 0);
  const picture = [0x80 | ((pictureId >> 8) & 0x7f), pictureId & 0xff];
  if (temporalLayer === undefined) return [start, 0x80, ...picture];
  return [start | (temporalLayer === TOP_VP8_LAYER ? 0x20 : 0), 0xa0, ...picture, temporalLayer << 6];
}
