import type { Codec, EncodedFrame } from '@tapedeck/rtp';
import type { FrameItem, TrackInfo } from '../engine/track-item.ts';
import { fileKey } from '../parts/file-key.ts';
import type { RenderedFile } from '../plan.ts';
import { goTogether, RemuxFile } from './remux-file.ts';
import type { RemuxFileOptions } from './remux-file.ts';

/** A publication that has been silent this long gives its place to another one of the same kind. */
const silenceUs = 2_000_000;
/** Without a picture for this long a slice may end between keyframes. */
const withoutPictureUs = 10_000_000;

/** What a container needs for a frame beside its bytes, at most. */
const frameOverheadBytes = 32;
/** Of a file without frames. */
const headBytes = 4096;
/** A stretch between two keyframes is taken to be at most so many times as large as the one before. */
const gopGrowth = 1.5;

/** When a copied file goes on in a new one. */
export interface SliceLimits {
  readonly sliceS: number;
  readonly maxFileBytes: number;
  /** After so many seconds without media. */
  readonly maxGapS: number;
}

interface Owner {
  readonly trackSid: string;
  readonly lastUs: number;
  readonly codec: Codec;
}

/**
 * The files of one slot (a participant's camera and microphone, say), one after the other: a new one begins when the codec changes to one that the
 * container or the track cannot take, when the slice is full, and after a gap longer than the plan allows. Late frames still find the file before.
 */
export class RemuxSlot {
  readonly #options: RemuxFileOptions;
  readonly #limits: SliceLimits;
  readonly #owners: { video: Owner | null; audio: Owner | null } = { video: null, audio: null };
  readonly #finished: RenderedFile[] = [];
  #number = 1;
  #visit: number | null = null;
  #file: RemuxFile;
  /** The file before, open for frames before `endUs`. */
  #previous: { readonly file: RemuxFile; readonly endUs: number } | null = null;
  #lastPictureUs = -Infinity;
  /** Of the last media in the current file. */
  #lastUs = Infinity;
  /** Of the current file. Counted from the log alone, so a restarted remux cuts where the run before did. */
  #bytes = 0;
  /** Since the last keyframe. */
  #gopBytes = 0;

  constructor(options: RemuxFileOptions, limits: SliceLimits) {
    this.#options = options;
    this.#limits = limits;
    this.#file = new RemuxFile(options);
  }

  /** False when another publication of the same kind is using the slot, or one of the other kind that no container takes together with it: the track needs a slot of its own. */
  claim({ track, frame, us }: FrameItem): boolean {
    const { trackSid, kind } = track;
    const { codec } = frame;
    const other = this.#owners[kind === 'video' ? 'audio' : 'video'];
    if (other !== null && us - other.lastUs <= this.#limits.maxGapS * 1e6 && !goTogether(codec, other.codec)) return false;
    const owner = this.#owners[kind];
    if (owner !== null && owner.trackSid !== trackSid && us - owner.lastUs <= silenceUs) return false;
    this.#owners[kind] = { trackSid, lastUs: us, codec };
    return true;
  }

  /** The publication has ended: its place is free. */
  release(trackSid: string): void {
    for (const kind of ['video', 'audio'] as const) if (this.#owners[kind]?.trackSid === trackSid) this.#owners[kind] = null;
  }

  /** @param visit Number of the person's visit: another one begins another file. */
  push({ frame, us, track }: FrameItem, visit: number): void {
    const previous = this.#previous;
    if (previous !== null && us < previous.endUs && previous.file.accepts(frame.codec)) {
      previous.file.push(frame, us);
      return;
    }
    const followsGap = us - this.#lastUs > this.#limits.maxGapS * 1e6 || visit !== (this.#visit ??= visit);
    if (followsGap || !this.#file.accepts(frame.codec) || this.#isSliceFull(frame.isKeyframe, track.kind, us)) {
      // A new picture codec can only begin with a keyframe; what comes before could not be shown by any player.
      if (track.kind === 'video' && !frame.isKeyframe) return;
      this.#next(us);
      this.#visit = visit;
    }
    if (track.kind === 'video') this.#lastPictureUs = us;
    this.#lastUs = us;
    this.#count(frame);
    this.#file.push(frame, us);
  }

  #isSliceFull(isKeyframe: boolean, kind: TrackInfo['kind'], us: number): boolean {
    const start = this.#file.startUs;
    if (start === null) return false;
    const { sliceS, maxFileBytes } = this.#limits;
    const nextBytes = kind === 'video' ? this.#gopBytes * gopGrowth : frameOverheadBytes;
    const isTooLarge = headBytes + this.#bytes + nextBytes > maxFileBytes;
    if (us - start < sliceS * 1e6 && !isTooLarge) return false;
    return kind === 'video' ? isKeyframe : us - this.#lastPictureUs > withoutPictureUs;
  }

  #count({ data, isKeyframe, codec }: EncodedFrame): void {
    const isPicture = codec !== 'opus' && codec !== 'pcmu' && codec !== 'pcma';
    if (isPicture && isKeyframe) this.#gopBytes = 0;
    this.#bytes += data.length + frameOverheadBytes;
    this.#gopBytes += data.length + frameOverheadBytes;
  }

  #next(us: number): void {
    this.#finishPrevious();
    this.#previous = { file: this.#file, endUs: us };
    this.#number++;
    this.#bytes = this.#gopBytes = 0;
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
