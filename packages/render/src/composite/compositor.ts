import { layoutTiles, nextSpeaker, noSpeaker } from '@tapedeck/layout';
import type { LayoutOptions, Person, SpeakerState, Tile } from '@tapedeck/layout';
import type { EncodedFrame } from '@tapedeck/rtp';
import type { SessionEvent } from '@tapedeck/rtplog';
import { PictureSource } from '../decode/picture-source.ts';
import type { TrackInfo } from '../engine/track-item.ts';
import type { LayoutPlan, RenderPlan } from '../plan.ts';
import type { PictureCanvas } from './canvas.ts';
import { parseLayout } from './layout-plan.ts';
import type { DrawingContext } from './picture-store.ts';
import { Roster } from './roster.ts';
import { Scene } from './scene.ts';
import type { Showing } from './tile-view.ts';

interface VideoTrack {
  readonly info: TrackInfo;
  readonly source: PictureSource;
  /** The roster has it: once it is gone from there, it is over. */
  isPublished: boolean;
}

/**
 * Decides who is to be seen, moment after moment, and has it drawn. Frames and events come ahead of time and in any mixture; a moment drawn shows exactly
 * those with a recording time up to it. Tracks without a tile are not decoded.
 */
export class Compositor {
  readonly #scene: Scene;
  readonly #canvas: { readonly width: number; readonly height: number };
  readonly #roster = new Roster();
  readonly #videos = new Map<string, VideoTrack>();
  #events: { readonly event: SessionEvent; readonly us: number }[] = [];
  #layout: LayoutPlan;
  #speaker: SpeakerState = noSpeaker;
  /** Unix epoch milliseconds of RecordingUs 0, as the newest `started` or `resumed` says it. */
  #wallMs: number | null = null;

  constructor(canvas: PictureCanvas, plan: Pick<RenderPlan, 'layout' | 'fill'>, drawing: DrawingContext) {
    this.#canvas = { width: canvas.width, height: canvas.height };
    this.#layout = plan.layout;
    this.#scene = new Scene(canvas, plan.fill, drawing);
    this.#scene.setLook(plan.layout.options);
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
    this.#scene.setTiles(this.#tiles(us), (identity) => this.#roster.nameOf(identity));
    const shown = new Map<VideoTrack, boolean>();
    this.#scene.draw(us, this.#wallMs === null ? null : this.#wallMs + us / 1000, (tile): Showing | null => {
      const video = this.#find(tile.identity, tile.source === 'screen', us);
      if (video === null) return null;
      const { source, info } = video;
      const isNew = shown.get(video) ?? source.showAt(us, intervalUs);
      shown.set(video, isNew);
      const isMuted = this.#roster.tracks.get(info.trackSid)?.isMuted === true;
      return { track: source, picture: source.picture, isNew, isMuted, shownUs: source.shownUs };
    });
    for (const video of this.#videos.values()) if (!shown.has(video)) video.source.skipTo(us);
  }

  /** Passes the moment `us` without drawing. */
  skipTo(us: number): void {
    this.#applyEvents(us);
    this.#nextSpeaker(us);
    for (const video of this.#videos.values()) video.source.skipTo(us);
  }

  /** Frees every decoder and scaler. Idempotent. */
  close(): void {
    this.#scene.close();
    for (const video of this.#videos.values()) video.source.close();
    this.#videos.clear();
  }

  #applyEvents(us: number): void {
    let used = 0;
    while (used < this.#events.length && (this.#events[used]?.us ?? 0) <= us) {
      const { event, us: at } = this.#events[used] as { event: SessionEvent; us: number };
      this.#roster.take(event, at);
      if (event.type === 'layout') this.#changeLayout(event.layout);
      if (event.type === 'started' || event.type === 'resumed') this.#wallMs = event.wall - at / 1000;
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

  #changeLayout(wanted: unknown): void {
    const layout = parseLayout(wanted);
    if (layout === null) return;
    this.#layout = layout;
    this.#scene.setLook(layout.options);
  }

  #tiles(us: number): Tile[] {
    const speaker = this.#nextSpeaker(us);
    const options: LayoutOptions = { ...this.#layout.options, speaker };
    return layoutTiles(this.#layout.name, this.#canvas, this.#people(us), options);
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
}
