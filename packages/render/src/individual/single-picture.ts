import type { EncodedFrame } from '@tapedeck/rtp';
import type { SessionEvent } from '@tapedeck/rtplog';
import type { PictureCanvas } from '../composite/canvas.ts';
import { black } from '../composite/colour.ts';
import { readPlaceholder } from '../composite/look.ts';
import { PictureStore } from '../composite/picture-store.ts';
import { drawPlaceholder } from '../composite/placeholder.ts';
import { TilePainter } from '../composite/tile-painter.ts';
import { PictureSource } from '../decode/picture-source.ts';
import type { PictureDrawer, ShownPerson } from '../engine/picture-drawer.ts';
import type { TrackInfo } from '../engine/track-item.ts';
import type { RenderPlan } from '../plan.ts';

/** A camera that sends nothing for this long counts as missing (a shared screen may rest for ever). */
const missingAfterUs = 5_000_000;

interface VideoTrack {
  readonly info: TrackInfo;
  readonly source: PictureSource;
  isMuted: boolean;
  /** Pictures up to this moment do not count: what was shown when it was muted or unmuted. */
  staleUs: number;
  hasEnded: boolean;
}

/**
 * The picture of an individual file: one track fills the canvas, in proportion and centred, bars black. While there is none, the plan's `fill` stands in:
 * the last picture (before the first one: black), black, or the placeholder. A track that is published anew takes over with its first picture.
 */
export class SinglePicture implements PictureDrawer {
  readonly #canvas: PictureCanvas;
  readonly #fill: RenderPlan['fill'];
  readonly #person: ShownPerson;
  readonly #painter: TilePainter;
  readonly #tracks = new Map<string, VideoTrack>();
  #events: { readonly event: SessionEvent; readonly us: number }[] = [];
  #shown: VideoTrack | null = null;
  #state: 'nothing' | 'picture' | 'covered' = 'nothing';

  constructor(canvas: PictureCanvas, plan: Pick<RenderPlan, 'fill'>, person: ShownPerson) {
    this.#canvas = canvas;
    this.#fill = plan.fill;
    this.#person = person;
    this.#painter = new TilePainter(canvas, { x: 0, y: 0, width: canvas.width, height: canvas.height }, 'contain');
  }

  pushFrame(info: TrackInfo, frame: EncodedFrame, us: number): void {
    let track = this.#tracks.get(info.trackSid);
    if (track === undefined) {
      track = { info, source: new PictureSource(), isMuted: false, staleUs: Number.NEGATIVE_INFINITY, hasEnded: false };
      this.#tracks.set(info.trackSid, track);
    }
    track.source.push(frame, us);
  }

  pushEvent(event: SessionEvent, us: number): void {
    this.#events.push({ event, us });
  }

  drawAt(us: number, intervalUs: number): void {
    this.#applyEvents(us);
    const isOther = this.#select(us);
    const track = this.#shown;
    const isNew = track?.source.showAt(us, intervalUs) === true;
    if (track === null ? this.#fill === 'placeholder' : this.#isMissing(track, us)) this.#cover();
    else if (track !== null && (isNew || isOther || this.#state !== 'picture')) this.#draw(track);
    this.#passHidden(us);
  }

  skipTo(us: number): void {
    this.#applyEvents(us);
    this.#select(us);
    this.#shown?.source.skipTo(us);
    this.#passHidden(us);
  }

  close(): void {
    this.#painter.close();
    for (const { source } of this.#tracks.values()) source.close();
    this.#tracks.clear();
  }

  #applyEvents(us: number): void {
    let used = 0;
    for (; used < this.#events.length && (this.#events[used]?.us ?? 0) <= us; used++)
      this.#take(this.#events[used]!.event, this.#events[used]!.us);
    if (used > 0) this.#events = this.#events.slice(used);
  }

  #take(event: SessionEvent, us: number): void {
    if (event.type === 'left') {
      for (const track of this.#tracks.values()) if (track.info.participantSid === event.participantSid) track.hasEnded = true;
      return;
    }
    const track = 'trackSid' in event && event.trackSid !== undefined ? this.#tracks.get(event.trackSid) : undefined;
    if (track === undefined) return;
    if (event.type === 'unpublished') track.hasEnded = true;
    else if (event.type === 'published') track.hasEnded = false;
    else if (event.type === 'muted' || event.type === 'unmuted') {
      track.isMuted = event.type === 'muted';
      track.staleUs = us;
    }
  }

  /** Makes the newest live track with a picture at `us` the one that is shown; one that ended stays until another comes. True when it is another. */
  #select(us: number): boolean {
    let found = this.#shown?.hasEnded === false ? this.#shown : null;
    for (const track of this.#tracks.values()) {
      const { firstUs } = track.source;
      if (track.hasEnded || firstUs === null || firstUs > us) continue;
      if (found === null || (found.source.firstUs ?? 0) <= firstUs) found = track;
    }
    if (found === null || found === this.#shown) return false;
    this.#shown = found;
    return true;
  }

  #isMissing(track: VideoTrack, us: number): boolean {
    if (this.#fill === 'last-frame') return false;
    const { shownUs } = track.source;
    const isSilent = track.info.source !== 'screen_share' && shownUs !== null && us - shownUs > missingAfterUs;
    return track.hasEnded || track.isMuted || isSilent || (shownUs !== null && shownUs <= track.staleUs);
  }

  #draw({ source }: VideoTrack): void {
    const { picture } = source;
    if (picture === null) return;
    if (this.#state === 'covered') this.#painter.clear();
    this.#painter.draw(picture);
    this.#state = 'picture';
  }

  #cover(): void {
    if (this.#state === 'covered') return;
    const { width, height } = this.#canvas;
    const area = { x: 0, y: 0, width, height };
    if (this.#fill === 'placeholder') {
      const pictures = new PictureStore({ recordingDir: null, onNotice: () => undefined });
      const placeholder = drawPlaceholder({ width, height, ...this.#person }, readPlaceholder(undefined), pictures);
      this.#canvas.copyFrom(placeholder, 0, 0, area);
      placeholder.close();
    } else this.#canvas.fill(area, black);
    this.#state = 'covered';
  }

  /** Tracks that are not shown are not decoded; those that are over are let go. */
  #passHidden(us: number): void {
    for (const [trackSid, track] of this.#tracks) {
      if (track === this.#shown) continue;
      if (track.hasEnded) {
        track.source.close();
        this.#tracks.delete(trackSid);
      } else track.source.skipTo(us);
    }
  }
}
