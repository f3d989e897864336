import { layoutTiles, nextSpeaker, noSpeaker, type SpeakerState, type Tile } from '@tapedeck/layout';
import { PictureSource } from './picture-source.ts';
import type { LayoutPlan, VideoPlan } from './plan.ts';
import { PlanePainter, type PictureTime, type ShownPicture } from './plane-painter.ts';

/** A source quieter than this does not speak (root mean square, full scale 1). */
const speechLevel = 0.01;

/** Draws the newest pictures of all sources by a layout. */
export class Compositor {
  readonly #plan: VideoPlan;
  readonly #painter: PlanePainter;
  readonly #sources = new Map<string, PictureSource>();
  readonly #levels = new Map<string, number>();
  #layout: LayoutPlan;
  #tiles: readonly Tile[] | null = null;
  #speaker: SpeakerState = noSpeaker;

  constructor(plan: VideoPlan, layout: LayoutPlan) {
    this.#plan = plan;
    this.#layout = layout;
    this.#painter = new PlanePainter(plan);
  }

  /** Adds a source or takes the place of the one with that id and kind. `pictures` belongs to it from now on. */
  add(id: string, isScreen: boolean, order: number, pictures: ReadableStream<VideoFrame> | null): void {
    const key = keyOf(id, isScreen);
    this.#sources.get(key)?.close();
    this.#sources.set(key, new PictureSource(id, isScreen, order, pictures, () => this.#replace()));
    this.#replace();
  }

  remove(id: string): void {
    for (const isScreen of [false, true]) {
      this.#sources.get(keyOf(id, isScreen))?.close();
      this.#sources.delete(keyOf(id, isScreen));
    }
    this.#levels.delete(id);
    this.#replace();
  }

  /** Shows the camera's pictures of a source so much later. */
  delay(id: string, ms: number): void {
    this.#sources.get(keyOf(id, false))?.delay(ms);
  }

  setLayout(layout: LayoutPlan): void {
    this.#layout = layout;
    this.#replace();
  }

  /** How loud a source is now, for the layouts with an active speaker. */
  heard(id: string, level: number, atUs: number): void {
    this.#levels.set(id, level);
    const loudest = [...this.#levels].filter(([, value]) => value > speechLevel).sort((a, b) => b[1] - a[1]);
    const present = new Set([...this.#sources.values()].filter(({ isScreen }) => !isScreen).map((source) => source.id));
    const next = nextSpeaker(
      this.#speaker,
      loudest.map(([identity]) => identity),
      present,
      atUs,
    );
    if (next.current !== this.#speaker.current) this.#replace();
    this.#speaker = next;
  }

  #replace(): void {
    this.#tiles = null;
  }

  #placed(): readonly Tile[] {
    const people = [...this.#sources.values()].map(({ id, isScreen, joinedOrder, frame, aspect }) => ({
      ...{ identity: id, hasVideo: frame !== null, aspect, isScreen, joinedOrder },
      isSpeaking: this.#speaker.current === id,
    }));
    const shown = people.filter(({ isScreen, hasVideo }) => hasVideo || !isScreen);
    const options = { speaker: this.#speaker.current, ...this.#layout.options };
    return layoutTiles(this.#layout.name, this.#plan, shown, options);
  }

  /** The picture of this moment; the caller closes it. One at a time. */
  async draw(time: PictureTime): Promise<VideoFrame> {
    for (const source of this.#sources.values()) source.advance(performance.now());
    const tiles = (this.#tiles ??= this.#placed());
    const whole = this.#wholePicture();
    if (whole !== null) return new VideoFrame(whole, { ...time });
    return this.#painter.draw(this.#shown(tiles), tiles, time);
  }

  #shown(tiles: readonly Tile[]): ShownPicture[] {
    return tiles.map((tile) => {
      const frame = this.#sources.get(keyOf(tile.identity, tile.source === 'screen'))?.frame ?? null;
      return { tile, frame: frame === null || frame.displayWidth < 2 || frame.displayHeight < 2 ? null : frame };
    });
  }

  /** The only picture, when it fills the canvas pixel by pixel in the recording's colours: then nothing has to be drawn. */
  #wholePicture(): VideoFrame | null {
    const tile = this.#tiles?.length === 1 ? this.#tiles[0] : undefined;
    if (!tile || tile.width !== this.#plan.width || tile.height !== this.#plan.height) return null;
    const frame = this.#sources.get(keyOf(tile.identity, tile.source === 'screen'))?.frame;
    if (!frame || ('rotation' in frame && frame.rotation !== 0)) return null;
    const { matrix, fullRange } = frame.colorSpace;
    if (matrix !== 'bt709' || fullRange === true) return null;
    const isSame = frame.displayWidth === tile.width && frame.displayHeight === tile.height;
    return isSame && frame.codedWidth === tile.width && frame.codedHeight === tile.height ? frame : null;
  }

  /** Idempotent. */
  close(): void {
    for (const source of this.#sources.values()) source.close();
    this.#sources.clear();
  }
}

function keyOf(id: string, isScreen: boolean): string {
  return `${isScreen ? 'screen' : 'camera'} ${id}`;
}
