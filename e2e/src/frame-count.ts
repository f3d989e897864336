import { ALL_FORMATS, EncodedPacketSink, Input, UrlSource } from 'mediabunny';
import type { SentFrame } from './call-page.ts';

/** How many of the published pictures are in a file. */
export interface FrameCount {
  readonly published: number;
  readonly recorded: number;
  /** Pictures in the file that nobody published. */
  readonly invented: number;
  readonly width: number;
}

/** Two pictures that follow each other may be this much further apart or closer in the file than they were taken: milliseconds in WebM, and the bend of the timeline. */
const TOLERANCE_S = 0.015;

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
  const frames = await readFrames(fileUrl);
  const startS = frames[0]?.timeS ?? 0;
  const recorded = frames.filter(({ timeS }) => timeS > startS + 1).toReversed();
  const taken = [...Map.groupBy(sent, ({ takenUs }) => takenUs)].toSorted(([a], [b]) => b - a);
  // The browser may have encoded one more picture that it no longer sent in the layer recorded.
  let next = taken.findIndex(([, layers]) => layers.some(({ width }) => width === recorded[0]?.width));
  let [published, invented] = [1, 0];
  for (const [index, frame] of recorded.slice(1).entries()) {
    const fromUs = taken[next]?.[0] ?? 0;
    const distanceS = (recorded[index]?.timeS ?? 0) - frame.timeS;
    const start = next;
    for (let at = start + 1; at < taken.length; at++) {
      const [takenUs, layers] = taken[at] ?? [0, []];
      if ((fromUs - takenUs) / 1e6 > distanceS + TOLERANCE_S) break;
      if (!layers.some(({ width }) => width === frame.width)) continue;
      published++;
      next = at;
    }
    if (next === start) invented++;
  }
  return { published, recorded: recorded.length, invented, width: recorded[0]?.width ?? 0 };
}

async function readFrames(fileUrl: string): Promise<RecordedFrame[]> {
  using input = new Input({ formats: ALL_FORMATS, source: new UrlSource(fileUrl) });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error(`${fileUrl} has no picture.`);
  const frames: RecordedFrame[] = [];
  let width = 0;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    if (packet.type === 'key') width = vp8Width(packet.data);
    frames.push({ timeS: packet.timestamp, width });
  }
  return frames;
}

/** @see RFC 6386 §9.1: 14 bits behind frame tag and start code */
function vp8Width(keyframe: Uint8Array): number {
  return ((keyframe[6] ?? 0) | ((keyframe[7] ?? 0) << 8)) & 0x3fff;
}
