import type { FrameItem, TrackInfo } from '../engine/track-item.ts';
import { fileKey } from '../parts/file-key.ts';
import type { RenderedFile } from '../plan.ts';
import { RemuxFile } from './remux-file.ts';
import type { RemuxFileOptions } from './remux-file.ts';

/** A publication that has been silent this long gives its place to another one of the same kind. */
const silenceUs = 2_000_000;
/** Without a picture for this long a slice may end between keyframes. */
const withoutPictureUs = 10_000_000;

interface Owner {
  readonly trackSid: string;
  lastUs: number;
}

/**
 * The files of one slot (a participant's camera and microphone, say), one after the other: a new one begins when the codec changes to one that the
 * container or the track cannot take, and when the slice is full. Late frames still find the file before.
 */
export class RemuxSlot {
  readonly #options: RemuxFileOptions;
  readonly #sliceUs: number;
  readonly #owners: { video: Owner | null; audio: Owner | null } = { video: null, audio: null };
  readonly #finished: RenderedFile[] = [];
  #number = 1;
  #file: RemuxFile;
  /** The file before, open for frames before `endUs`. */
  #previous: { readonly file: RemuxFile; readonly endUs: number } | null = null;
  #lastPictureUs = -Infinity;

  constructor(options: RemuxFileOptions, sliceS: number) {
    this.#options = options;
    this.#sliceUs = sliceS * 1e6;
    this.#file = new RemuxFile(options);
  }

  /** False when another publication of the same kind is using the slot: the track needs one of its own. */
  claim(track: TrackInfo, us: number): boolean {
    const owner = this.#owners[track.kind];
    if (owner?.trackSid === track.trackSid) owner.lastUs = us;
    else if (owner === null || us - owner.lastUs > silenceUs) this.#owners[track.kind] = { trackSid: track.trackSid, lastUs: us };
    else return false;
    return true;
  }

  /** The publication has ended: its place is free. */
  release(trackSid: string): void {
    for (const kind of ['video', 'audio'] as const) if (this.#owners[kind]?.trackSid === trackSid) this.#owners[kind] = null;
  }

  push({ frame, us, track }: FrameItem): void {
    const previous = this.#previous;
    if (previous !== null && us < previous.endUs && previous.file.accepts(frame.codec)) {
      previous.file.push(frame, us);
      return;
    }
    if (!this.#file.accepts(frame.codec) || this.#isSliceFull(frame.isKeyframe, track.kind, us)) {
      // A new picture codec can only begin with a keyframe; what comes before could not be shown by any player.
      if (track.kind === 'video' && !frame.isKeyframe) return;
      this.#next(us);
    }
    if (track.kind === 'video') this.#lastPictureUs = us;
    this.#file.push(frame, us);
  }

  #isSliceFull(isKeyframe: boolean, kind: TrackInfo['kind'], us: number): boolean {
    const start = this.#file.startUs;
    if (start === null || us - start < this.#sliceUs) return false;
    return kind === 'video' ? isKeyframe : us - this.#lastPictureUs > withoutPictureUs;
  }

  #next(us: number): void {
    this.#finishPrevious();
    this.#previous = { file: this.#file, endUs: us };
    this.#number++;
    this.#file = new RemuxFile({ ...this.#options, key: fileKey(this.#options.key, this.#number) });
    this.#options.log?.('remux goes on in a new file', {
      key: fileKey(this.#options.key, this.#number),
      recordingMs: Math.round(us / 1000),
    });
  }

  advance(releasedUs: number): void {
    if (this.#previous !== null && releasedUs >= this.#previous.endUs + this.#options.holdbackMs * 1000) this.#finishPrevious();
    this.#previous?.file.advance(releasedUs);
    this.#file.advance(releasedUs);
  }

  #finishPrevious(): void {
    if (this.#previous === null) return;
    this.#finished.push(...this.#previous.file.finish());
    this.#previous = null;
  }

  /** Completes the last file; returns all of them. */
  finish(): readonly RenderedFile[] {
    this.#finishPrevious();
    this.#finished.push(...this.#file.finish());
    return this.#finished;
  }

  close(): void {
    this.#previous?.file.close();
    this.#file.close();
  }
}
