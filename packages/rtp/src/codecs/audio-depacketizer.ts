import type { Depacketizer } from '../depacketizer.ts';
import type { AudioCodec, EncodedFrame, PacketGap, RtpPacket } from '../types.ts';

type Output = EncodedFrame | PacketGap;
const NOTHING: readonly Output[] = [];

/** Opus and G.711: each packet is one frame; every frame stands alone. @see RFC 7587 §4.2, RFC 3551 §4.5.14 */
export class AudioDepacketizer implements Depacketizer {
  readonly #codec: AudioCodec;
  #nextSequence: number | null = null;
  #followsGap = false;

  constructor(codec: AudioCodec) {
    this.#codec = codec;
  }

  push(packet: RtpPacket, unwrappedSequence: number, arrivalUs: number): readonly Output[] {
    let output = NOTHING;
    if (this.#nextSequence !== null && unwrappedSequence !== this.#nextSequence) {
      if (unwrappedSequence < this.#nextSequence) return NOTHING;
      output = this.gap(this.#nextSequence, unwrappedSequence - 1);
    }
    this.#nextSequence = unwrappedSequence + 1;
    if (packet.payload.length === 0) return output;
    const frame = audioFrame(this.#codec, packet.payload, packet.timestamp, unwrappedSequence, arrivalUs, this.#followsGap);
    this.#followsGap = false;
    return output.length === 0 ? [frame] : [...output, frame];
  }

  gap(firstSequence: number, lastSequence: number): readonly Output[] {
    if (lastSequence < firstSequence || (this.#nextSequence !== null && lastSequence < this.#nextSequence)) return NOTHING;
    this.#nextSequence = lastSequence + 1;
    this.#followsGap = true;
    return [{ type: 'gap', firstSequence, lastSequence }];
  }

  flush(): readonly Output[] {
    this.#nextSequence = null;
    return NOTHING;
  }
}

/** One audio payload as a frame; the payload is copied. */
export function audioFrame(
  codec: AudioCodec,
  payload: Uint8Array,
  rtpTimestamp: number,
  sequence: number,
  arrivalUs: number,
  followsGap: boolean,
): EncodedFrame {
  return {
    type: 'frame',
    codec,
    data: payload.slice(),
    rtpTimestamp,
    isKeyframe: true,
    firstSequence: sequence,
    lastSequence: sequence,
    arrivalUs,
    isDroppable: false,
    followsGap,
  };
}
