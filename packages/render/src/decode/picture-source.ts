import type { EncodedFrame, VideoCodec } from '@tapedeck/rtp';
import type { Frame } from 'node-av';
import { PictureDecoder } from './picture-decoder.ts';

const videoCodecs: ReadonlySet<string> = new Set<VideoCodec>(['vp8', 'vp9', 'av1', 'h264', 'h265']);
/** A hidden track keeps what is needed to show it again; beyond this it waits for its next keyframe instead. */
const maxPendingBytes = 32 * 1024 * 1024;

/** Two frames closer than this share of an output picture cannot both be shown, in any phase of the two clocks. */
const sharedShare = 0.6;

interface Pending {
  readonly frame: EncodedFrame;
  readonly us: number;
}

/**
 * One video track on the way to a picture: keeps encoded frames and decodes them as late as possible, so a track that is not shown costs nothing and
 * frames that the output rate cannot show are skipped where the codec allows it.
 */
export class PictureSource {
  #pending: Pending[] = [];
  #head = 0;
  #pendingBytes = 0;
  #decoder: PictureDecoder | null = null;
  #awaitsKeyframe = true;
  #firstUs: number | null = null;
  #shownUs: number | null = null;
  #aspect: number | null = null;
  #undecodable = 0;

  /** RecordingUs of the first picture that can be decoded, or null before it is known. */
  get firstUs(): number | null {
    return this.#firstUs;
  }

  /** RecordingUs of the frame that `picture` shows, or would show had it not been skipped. */
  get shownUs(): number | null {
    return this.#shownUs;
  }

  /** width / height of the newest keyframe that said so, or of the decoded picture. */
  get aspect(): number | null {
    return this.#aspect;
  }

  /** Frames that could not be shown because something before them was lost or the decoder refused them. */
  get undecodableFrames(): number {
    return this.#undecodable;
  }

  /** The picture to draw, valid until the next call on this object; null before the first. */
  get picture(): Frame | null {
    return this.#decoder?.picture ?? null;
  }

  /** Takes the next frame in decode order. Keeps `frame.data`. */
  push(frame: EncodedFrame, us: number): void {
    if (frame.isKeyframe) this.#awaitsKeyframe = false;
    else if (frame.followsGap) this.#awaitsKeyframe = true;
    if (this.#awaitsKeyframe || !videoCodecs.has(frame.codec)) {
      this.#undecodable++;
      return;
    }
    this.#firstUs ??= us;
    this.#pending.push({ frame, us });
    this.#pendingBytes += frame.data.byteLength;
    if (this.#pendingBytes > maxPendingBytes) this.#dropPending();
  }

  /**
   * Decodes up to the newest frame with a time ≤ `us`. True when `picture` changed.
   *
   * @param intervalUs Duration of an output picture. When the newest frame is droppable and a lasting one follows within a quarter of it, that one is shown in its place:
   * of two frames that share an output picture the cheaper one is left out, whichever way the two clocks happen to lie. Frames up to `us + intervalUs / 4` must be known.
   */
  showAt(us: number, intervalUs: number): boolean {
    const end = this.#lastingEnd(this.#endAt(us), us, intervalUs);
    let isNew = false;
    for (let index = this.#head; index < end; index++) {
      const { frame } = this.#pending[index] as Pending;
      if (frame.isDroppable && index < end - 1) continue;
      if (this.#decode(frame)) isNew = true;
    }
    this.#consume(end);
    return isNew;
  }

  /** Passes `us` without decoding: keeps the frames from the newest keyframe with a time ≤ `us` on, so that `showAt` can start from there. */
  skipTo(us: number): void {
    for (let index = this.#endAt(us) - 1; index > this.#head; index--) {
      if (this.#pending[index]?.frame.isKeyframe !== true) continue;
      this.#consume(index);
      return;
    }
  }

  /** Frees the decoder. Idempotent. */
  close(): void {
    this.#decoder?.close();
    this.#decoder = null;
    this.#pending = [];
    this.#head = 0;
  }

  #endAt(us: number): number {
    let end = this.#head;
    while (end < this.#pending.length && (this.#pending[end] as Pending).us <= us) end++;
    if (end > this.#head) this.#shownUs = (this.#pending[end - 1] as Pending).us;
    return end;
  }

  #lastingEnd(end: number, us: number, intervalUs: number): number {
    const last = this.#pending[end - 1];
    const next = this.#pending[end];
    if (end === this.#head || last?.frame.isDroppable !== true || next === undefined || next.frame.isDroppable) return end;
    const sharesPicture = next.us - last.us <= intervalUs * sharedShare && next.us <= us + intervalUs / 4;
    if (!sharesPicture) return end;
    this.#shownUs = next.us;
    return end + 1;
  }

  #decode(frame: EncodedFrame): boolean {
    const codec = frame.codec as VideoCodec;
    if (frame.isKeyframe && frame.width !== undefined && frame.height !== undefined && frame.height > 0)
      this.#aspect = frame.width / frame.height;
    if (this.#decoder === null || this.#decoder.codec !== codec) {
      this.#decoder?.close();
      this.#decoder = new PictureDecoder(codec);
    }
    if (this.#decoder.decode(frame.data)) {
      const picture = this.#decoder.picture;
      if (this.#aspect === null && picture !== null) this.#aspect = picture.width / picture.height;
      return true;
    }
    this.#undecodable++;
    return false;
  }

  #consume(end: number): void {
    for (let index = this.#head; index < end; index++) this.#pendingBytes -= (this.#pending[index] as Pending).frame.data.byteLength;
    this.#head = end;
    if (this.#head < 64 && this.#head < this.#pending.length) return;
    this.#pending = this.#pending.slice(this.#head);
    this.#head = 0;
  }

  #dropPending(): void {
    this.#undecodable += this.#pending.length - this.#head;
    this.#pending = [];
    this.#head = 0;
    this.#pendingBytes = 0;
    this.#awaitsKeyframe = true;
  }
}
