import { Packet } from 'node-av';
import type { CodecContext, Frame } from 'node-av';
import type { TestFrame } from './media-cache.ts';

/** Feeds one frame (null: end) to an encoder and appends whatever comes out, copied, to `frames`. */
export function encodeInto(frames: TestFrame[], encoder: CodecContext, frame: Frame | null): void {
  const packet = new Packet();
  packet.alloc();
  let status = encoder.sendFrameSync(frame);
  if (status < 0) throw new Error(`Encoder refused a frame (${status}).`);
  while ((status = encoder.receivePacketSync(packet)) >= 0) {
    frames.push({ data: Uint8Array.from(packet.data ?? []), isKeyframe: packet.isKeyframe });
    packet.unref();
  }
  packet.free();
}
