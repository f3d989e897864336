import { ALL_FORMATS, EncodedPacketSink, Input, UrlSource } from 'mediabunny';
import type { SentFrame } from './call-page.ts';

/** How many of the published pictures are in a file. */
export interface FrameCount {
  readonly published: number;
  readonly recorded: number;
  /** Pictures in the file whose distance to the next covers no published one: sent in two layers, or moved by the timeline. */
  readonly unmatched: number;
  readonly width: number;
}

/** Two pictures that follow each other may be this much further apart or closer in the file than they were taken: milliseconds in WebM, and the bend of the timeline. */
const TOLERANCE_S = 0.015;

/** When a track ends LiveKit sends a few black pictures of 8 × 8 (`VP8KeyFrame8x8` in its pkg/sfu/downtrack.go). Nobody published them. */
const BLANK_WIDTH = 8;

interface RecordedFrame {
  readonly timeS: number;
  /** Of the layer that was recorded, from its last keyframe. */
  readonly width: number;
}

/**
 * Compares what a browser sent with what its individual file holds, from the file's second second on (the recorder subscribes while the browser already
 * sends). Both are walked backwards from the last picture, which is the same one in both: the browser left while the recording went on. A picture counts as
 * published when it was sent in the layer that is recorded at that moment.
 */
export async function countFrames(fileUrl: string, sent: readonly SentFrame[]): Promise<FrameCount> {
  const frames = (await readFrames(fileUrl)).filter(({ width }) => width !== BLANK_WIDTH);
  const startS = frames[0]?.timeS ?? 0;
  const recorded = frames.filter((frame, index) => frame.timeS > startS + 1 && !isSentAgain(frame, frames[index + 1])).toReversed();
  const taken = [...Map.groupBy(onOneClock(sent), ({ takenTicks }) => takenTicks)].toSorted(([a], [b]) => b - a);
  // The browser may have encoded one more picture that it no longer sent in the layer recorded.
  let next = taken.findIndex(([, layers]) => layers.some(({ width }) => width === recorded[0]?.width));
  let [published, unmatched, uncoveredS] = [1, 0, 0];
  for (const [index, frame] of recorded.slice(1).entries()) {
    const fromTicks = taken[next]?.[0] ?? 0;
    const distanceS = uncoveredS + (recorded[index]?.timeS ?? 0) - frame.timeS;
    const start = next;
    for (let at = start + 1; at < taken.length; at++) {
      const [takenTicks, layers] = taken[at] ?? [0, []];
      if ((fromTicks - takenTicks) / 90_000 > distanceS + TOLERANCE_S) break;
      if (!layers.some(({ width }) => width === frame.width)) continue;
      published++;
      next = at;
    }
    uncoveredS = next === start ? distanceS : 0;
    if (next === start) unmatched++;
  }
  return { published, recorded: recorded.length, unmatched, width: recorded[0]?.width ?? 0 };
}

/**
 * Gives the pictures of all layers one clock: the layers of one picture leave one after the other, so the distance of a layer's timestamp to the last one of the
 * first layer is, most of the time, the difference of their offsets.
 */
function onOneClock(sent: readonly SentFrame[]): { readonly takenTicks: number; readonly width: number }[] {
  const [first] = sent;
  const distances = new Map<number, Map<number, number>>();
  let base = first?.rtpTimestamp ?? 0;
  for (const { ssrc, rtpTimestamp } of sent) {
    if (ssrc === first?.ssrc) base = rtpTimestamp;
    const counts = distances.get(ssrc) ?? new Map<number, number>();
    const distance = ssrc === first?.ssrc ? 0 : (rtpTimestamp - base) >>> 0;
    distances.set(ssrc, counts.set(distance, (counts.get(distance) ?? 0) + 1));
  }
  const offsets = new Map([...distances].map(([ssrc, counts]) => [ssrc, [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 0]));
  return sent.map(({ ssrc, rtpTimestamp, width }) => ({
    takenTicks: (rtpTimestamp - (offsets.get(ssrc) ?? 0) - (first?.rtpTimestamp ?? 0)) | 0, // signed, so that the first picture is 0 across a wrap
    width,
  }));
}

/** When the server changes the layer it may send one picture in both. */
function isSentAgain(frame: RecordedFrame, next: RecordedFrame | undefined): boolean {
  return next !== undefined && next.width !== frame.width && next.timeS - frame.timeS < TOLERANCE_S;
}

async function readFrames(fileUrl: string): Promise<RecordedFrame[]> {
  using input = new Input({ formats: ALL_FORMATS, source: new UrlSource(fileUrl) });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error(`${fileUrl} has no picture.`);
  const frames: RecordedFrame[] = [];
  let width = 0;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    if (packet.type === 'key') width = vp8Width(packet.data, fileUrl);
    frames.push({ timeS: packet.timestamp, width });
  }
  return frames;
}

/** @see RFC 6386 §9.1: a start code behind the frame tag, then 14 bits */
function vp8Width(keyframe: Uint8Array, fileUrl: string): number {
  const [, , , ...code] = keyframe.subarray(0, 6);
  if (code.join() !== '157,1,42') throw new Error(`${fileUrl}: a picture is marked as a keyframe and is none.`);
  return ((keyframe[6] ?? 0) | ((keyframe[7] ?? 0) << 8)) & 0x3fff;
}
