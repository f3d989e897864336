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
const TOLERANCE_S = 0.012;

/**
 * Compares what a browser sent with what its individual file holds, from the file's second second on (the recorder subscribes while the browser already
 * sends). Both are walked backwards from the last picture, which is the same one in both: the browser left while the recording went on.
 */
export async function countFrames(fileUrl: string, sent: readonly SentFrame[]): Promise<FrameCount> {
  using input = new Input({ formats: ALL_FORMATS, source: new UrlSource(fileUrl) });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error(`${fileUrl} has no picture.`);
  const times: number[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) times.push(packet.timestamp);
  const recorded = times.filter((time) => time > (times[0] ?? 0) + 1);
  const published = lastLayer(sent).map(({ rtpTimestamp }) => rtpTimestamp);
  return { ...compare(steps(recorded), tickSteps(published)), width: await track.getCodedWidth() };
}

/** Walks both rows of distances: a distance in the file that spans several published ones has lost the pictures in between. */
function compare(inFile: readonly number[], inCall: readonly number[]): { published: number; recorded: number; invented: number } {
  let published = 1;
  let invented = 0;
  let next = inCall.length - 1;
  for (const distance of inFile.toReversed()) {
    let covered = 0;
    while (next >= 0 && covered + (inCall[next] ?? 0) <= distance + TOLERANCE_S) {
      covered += inCall[next--] ?? 0;
      published++;
    }
    if (covered === 0) invented++;
  }
  return { published, recorded: inFile.length + 1, invented };
}

function steps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

function tickSteps(timestamps: readonly number[]): number[] {
  return timestamps.slice(1).map((timestamp, index) => ((timestamp - (timestamps[index] ?? 0) + 0x1_0000_0000) % 0x1_0000_0000) / 90_000);
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
