import { createHash } from 'node:crypto';
import { ALL_FORMATS, EncodedPacketSink, Input, UrlSource } from 'mediabunny';
import type { SentFrame } from './call-page.ts';

/** How many of the published pictures are in a file. */
export interface FrameCount {
  /** Sent in the layer that was being recorded, from the first recorded picture of that layer to the last. */
  readonly published: number;
  /** Of the published ones, byte for byte. */
  readonly recorded: number;
  /** Pictures of the file that the browser did not send: LiveKit ends a track with a few black ones of 8 × 8 (`VP8KeyFrame8x8` in its pkg/sfu/downtrack.go). */
  readonly foreign: number;
  readonly layerChanges: number;
}

/** Looks for every picture of an individual file, which holds the encoded pictures as they were sent, among those that left the browser. */
export async function countFrames(fileUrl: string, sent: readonly SentFrame[]): Promise<FrameCount> {
  const places = placesOf(sent);
  const runs: { ssrc: number; first: number; last: number; recorded: number }[] = [];
  let foreign = 0;
  for (const hash of await hashesOf(fileUrl)) {
    const place = places.get(hash);
    const run = runs.at(-1);
    if (!place) foreign++;
    else if (run?.ssrc !== place.ssrc) runs.push({ ssrc: place.ssrc, first: place.index, last: place.index, recorded: 1 });
    else {
      run.last = place.index;
      run.recorded++;
    }
  }
  const published = runs.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const recorded = runs.reduce((sum, run) => sum + run.recorded, 0);
  return { published, recorded, foreign, layerChanges: runs.length - 1 };
}

/** Position of every picture among those of its layer. */
function placesOf(sent: readonly SentFrame[]): Map<string, { readonly ssrc: number; readonly index: number }> {
  const places = new Map<string, { ssrc: number; index: number }>();
  for (const [ssrc, frames] of Map.groupBy(sent, (frame) => frame.ssrc))
    frames.forEach(({ hash }, index) => places.set(hash, { ssrc, index }));
  return places;
}

async function hashesOf(fileUrl: string): Promise<string[]> {
  using input = new Input({ formats: ALL_FORMATS, source: new UrlSource(fileUrl) });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error(`${fileUrl} has no picture.`);
  const hashes: string[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) hashes.push(hashOf(packet.data));
  return hashes;
}

/** The same as in the page: SHA-1 in hexadecimal. */
function hashOf(data: Uint8Array): string {
  return createHash('sha1').update(data).digest('hex');
}
