import { isLayoutName, layoutTiles, nextSpeaker, noSpeaker } from '@tapedeck/layout';
import type { LayoutOptions, Person, SpeakerState, Tile } from '@tapedeck/layout';
import type { EncodedFrame } from '@tapedeck/rtp';
import type { SessionEvent } from '@tapedeck/rtplog';
import { PictureSource } from '../decode/picture-source.ts';
import type { TrackInfo } from '../engine/track-item.ts';
import type { LayoutPlan, RenderPlan } from '../plan.ts';
import { black } from './canvas.ts';
import type { PictureCanvas } from './canvas.ts';
import { Roster } from './roster.ts';
import { TileView } from './tile-view.ts';

interface VideoTrack {
  readonly info: TrackInfo;
  readonly source: PictureSource;
  /** The roster has it: once it is gone from there, it is over. */
  isPublished: boolean;
}

/**
 * Draws who is to be seen onto the canvas, moment after moment. Frames and events come ahead of time and in any mixture; a moment drawn shows exactly
 * those with a recording time up to it. Tracks without a tile are not decoded.
 */
export class Compositor {
  readonly #canvas: PictureCanvas;
  readonly #fill: RenderPlan['fill'];
  readonly #roster = new Roster();
  readonly #videos = new Map<string, VideoTrack>();
  #events: { readonly event: SessionEvent; readonly us: number }[] = [];
  #layout: LayoutPlan;
  #speaker: SpeakerState = noSpeaker;
  #views = new Map<string, TileView>();
  #tilesKey = '[]';

  constructor(canvas: PictureCanvas, plan: Pick<RenderPlan, 'layout' | 'fill'>) {
    this.#canvas = canvas;
    this.#layout = plan.layout;
    this.#fill = plan.fill;
  }

  /** Takes a track's next frame. Keeps its data. */
  pushFrame(info: TrackInfo, frame: EncodedFrame, us: number): void {
    let video = this.#videos.get(info.trackSid);
    if (video === undefined) {
      video = { info, source: new PictureSource(), isPublished: false };
      this.#videos.set(info.trackSid, video);
      // Its own event may have been lost in a crash; a second one changes nothing.
      this.#events.push({ event: { ...info, type: 'published', us: 0, wall: 0 }, us });
    }
    video.source.push(frame, us);
  }

  /** Takes the next session event. */
  pushEvent(event: SessionEvent, us: number): void {
    this.#events.push({ event, us });
  }

  /** Brings the canvas to the moment `us` for a picture that lasts `intervalUs`; a quarter of it more must be known. Moments must not go back. */
  drawAt(us: number, intervalUs: number): void {
    this.#applyEvents(us);
    this.#arrange(us);
    for (const view of this.#views.values()) {
      const video = this.#videoOf(view.tile, us);
      const isMuted = video !== null && this.#roster.tracks.get(video.info.trackSid)?.isMuted === true;
      view.draw(video?.source ?? null, isMuted, us, intervalUs);
    }
    for (const video of this.#videos.values()) if (!this.#isShown(video, us)) video.source.skipTo(us);
  }

  /** Passes the moment `us` without drawing. */
  skipTo(us: number): void {
    this.#applyEvents(us);
    this.#nextSpeaker(us);
    for (const video of this.#videos.values()) video.source.skipTo(us);
  }

  /** Frees every decoder and scaler. Idempotent. */
  close(): void {
    for (const view of this.#views.values()) view.close();
    for (const video of this.#videos.values()) video.source.close();
    this.#views.clear();
    this.#videos.clear();
  }

  #applyEvents(us: number): void {
    let used = 0;
    while (used < this.#events.length && (this.#events[used]?.us ?? 0) <= us) {
      const { event, us: at } = this.#events[used] as { event: SessionEvent; us: number };
      this.#roster.take(event, at);
      if (event.type === 'layout') this.#layout = parseLayout(event.layout) ?? this.#layout;
      used++;
    }
    if (used === 0) return;
    this.#events = this.#events.slice(used);
    for (const [trackSid, video] of this.#videos) {
      if (this.#roster.tracks.has(trackSid)) video.isPublished = true;
      if (!video.isPublished || this.#roster.tracks.has(trackSid)) continue;
      video.source.close();
      this.#videos.delete(trackSid);
    }
  }

  #arrange(us: number): void {
    const speaker = this.#nextSpeaker(us);
    const options: LayoutOptions = { ...this.#layout.options, speaker };
    const tiles = layoutTiles(this.#layout.name, this.#canvas, this.#people(us), options);
    const key = JSON.stringify(tiles);
    if (key === this.#tilesKey) return;
    this.#tilesKey = key;
    for (const view of this.#views.values()) view.close();
    const { width, height } = this.#canvas;
    this.#canvas.fill({ x: 0, y: 0, width, height }, black);
    this.#views = new Map(tiles.map((tile) => [`${tile.identity} ${tile.source}`, new TileView(this.#canvas, tile, this.#fill)]));
  }

  #nextSpeaker(us: number): string | null {
    const present = new Set<string>();
    for (const { identity } of this.#roster.attendees) present.add(identity);
    this.#speaker = nextSpeaker(this.#speaker, this.#roster.speakers, present, us);
    return this.#speaker.current;
  }

  #people(us: number): Person[] {
    const people: Person[] = [];
    for (const { identity, joinedOrder } of this.#roster.attendees) {
      const isSpeaking = this.#roster.speakers.includes(identity);
      const camera = this.#find(identity, false, us);
      const screen = this.#find(identity, true, us);
      const person = { identity, isSpeaking, joinedOrder };
      people.push({ ...person, hasVideo: camera !== null, aspect: camera?.source.aspect ?? null, isScreen: false });
      if (screen !== null) people.push({ ...person, hasVideo: true, aspect: screen.source.aspect, isScreen: true });
    }
    return people;
  }

  #videoOf(tile: Tile, us: number): VideoTrack | null {
    return this.#find(tile.identity, tile.source === 'screen', us);
  }

  /** The newest track of that kind that has a picture at `us`. */
  #find(identity: string, isScreen: boolean, us: number): VideoTrack | null {
    let found: VideoTrack | null = null;
    for (const video of this.#videos.values()) {
      const { firstUs } = video.source;
      if (video.info.identity !== identity || (video.info.source === 'screen_share') !== isScreen || firstUs === null || firstUs > us)
        continue;
      if (found === null || (found.source.firstUs ?? 0) <= firstUs) found = video;
    }
    return found;
  }

  #isShown(video: VideoTrack, us: number): boolean {
    const view = this.#views.get(`${video.info.identity} ${video.info.source === 'screen_share' ? 'screen' : 'camera'}`);
    return view !== undefined && this.#videoOf(view.tile, us) === video;
  }
}

/** A layout event's value when it is one that can be drawn, else null. */
export function parseLayout(value: unknown): LayoutPlan | null {
  if (typeof value === 'string') return isLayoutName(value) ? { name: value, options: {} } : null;
  if (typeof value !== 'object' || value === null || !('name' in value)) return null;
  const { name, ...rest } = value;
  if (typeof name !== 'string' || !isLayoutName(name)) return null;
  const options = 'options' in rest && typeof rest.options === 'object' && rest.options !== null ? { ...rest.options } : rest;
  return { name, options: options as Record<string, unknown> };
}
