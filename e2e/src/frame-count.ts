import { ALL_FORMATS, EncodedPacketSink, Input, UrlSource } from 'mediabunny';
import type { SentFrame } from './call-page.ts';

/** How many of the published pictures are in a file. */
export interface FrameCount {
  readonly published: number;
  readonly recorded: number;
  readonly width: number;
  readonly windowS: number;
}

/**
 * Compares what a browser sent with what its individual file holds, over the part of the call that both cover without a change of layer. Both are
 * counted backwards from the last picture, which is the same one in both: the browser left while the recording went on.
 */
export async function countFrames(fileUrl: string, sent: readonly SentFrame[]): Promise<FrameCount> {
  using input = new Input({ formats: ALL_FORMATS, source: new UrlSource(fileUrl) });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error(`${fileUrl} has no picture.`);
  const times: number[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) times.push(packet.timestamp);
  const layer = lastLayer(sent);
  // Not the first second: the recorder subscribes while the browser already sends.
  const edge = times.findIndex((time) => time > (times[0] ?? 0) + 1);
  const lastTime = times.at(-1) ?? 0;
  const windowS = lastTime - ((times[edge] ?? 0) + (times[edge - 1] ?? 0)) / 2;
  const last = layer.at(-1)?.rtpTimestamp ?? 0;
  const published = layer.filter(({ rtpTimestamp }) => ticksBetween(rtpTimestamp, last) / 90_000 < windowS).length;
  return { published, recorded: times.length - edge, width: await track.getCodedWidth(), windowS };
}

/** The pictures of the layer that was largest at the end: the one that the recorder asks for. */
function lastLayer(sent: readonly SentFrame[]): readonly SentFrame[] {
  const recent = sent.slice(-60);
  const top = recent.reduce(
    (best, frame) => (frame.width > best.width ? frame : best),
    recent[0] ?? { ssrc: 0, rtpTimestamp: 0, width: 0, height: 0 },
  );
  return sent.filter(({ ssrc }) => ssrc === top.ssrc);
}

function ticksBetween(from: number, to: number): number {
  return (to - from + 0x1_0000_0000) % 0x1_0000_0000;
}
