/// <reference types="dom-mediacapture-transform" />
/**
 * A track's pictures for a worker. Chromium reads tracks in the page, and the stream is handed over without passing through it; elsewhere a copy of the track itself is handed over.
 * Null when neither can be done.
 */
export function picturesOf(track: MediaStreamTrack): ReadableStream<VideoFrame> | MediaStreamTrack | null {
  if (track.readyState === 'ended') return null;
  if ('MediaStreamTrackProcessor' in globalThis)
    return new MediaStreamTrackProcessor({ track: track as MediaStreamVideoTrack, maxBufferSize: 1 }).readable;
  return track.clone();
}

/** Whether a worker can get the pictures of such tracks: read in the page, or as tracks that can be transferred (Firefox has WebCodecs and neither). */
export function canHandOver(tracks: readonly MediaStreamTrack[]): boolean {
  if ('MediaStreamTrackProcessor' in globalThis) return true;
  const copy = tracks[0]?.clone();
  if (!copy) return false;
  try {
    const moved = structuredClone<unknown>(copy, { transfer: [copy as unknown as Transferable] });
    if (moved instanceof MediaStreamTrack) moved.stop();
    return true;
  } catch {
    copy.stop();
    return false;
  }
}
