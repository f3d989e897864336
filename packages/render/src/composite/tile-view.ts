import type { Tile } from '@tapedeck/layout';
import { black } from './canvas.ts';
import type { PictureCanvas } from './canvas.ts';
import type { PictureSource } from '../decode/picture-source.ts';
import { drawPlaceholder } from './placeholder.ts';
import { TilePainter } from './tile-painter.ts';
import type { RenderPlan } from '../plan.ts';

/** A camera that sends nothing for this long counts as missing (a shared screen may rest for ever). */
const missingAfterUs = 5_000_000;

/** One tile of the picture now on the canvas: draws only when something changed. */
export class TileView {
  readonly tile: Tile;
  readonly #canvas: PictureCanvas;
  readonly #painter: TilePainter;
  readonly #fill: RenderPlan['fill'];
  #isDirty = true;
  #isCovered = false;
  #source: PictureSource | null = null;

  constructor(canvas: PictureCanvas, tile: Tile, fill: RenderPlan['fill']) {
    this.tile = tile;
    this.#canvas = canvas;
    this.#fill = fill;
    this.#painter = new TilePainter(canvas, tile, tile.fit);
  }

  /** Shows `source` as it is at `us`, in a picture that lasts `intervalUs`; null: someone without video. */
  draw(source: PictureSource | null, isMuted: boolean, us: number, intervalUs: number): void {
    if (source !== this.#source) this.#isDirty = true;
    this.#source = source;
    const isNew = source?.showAt(us, intervalUs) === true;
    const isMissing = source === null || this.#isMissing(source, isMuted, us);
    if (isMissing || (this.#isCovered && !isNew)) {
      if (!this.#isCovered || this.#isDirty) this.#cover(source === null);
      this.#isCovered = true;
      this.#isDirty = false;
      return;
    }
    const picture = source?.picture ?? null;
    if (picture !== null && (isNew || this.#isDirty || this.#isCovered)) {
      if (this.#isCovered) this.#painter.clear();
      this.#painter.draw(picture);
      this.#isDirty = false;
    }
    this.#isCovered = false;
  }

  /** Frees the scaler. Idempotent. */
  close(): void {
    this.#painter.close();
  }

  #isMissing(source: PictureSource, isMuted: boolean, us: number): boolean {
    if (this.#fill === 'last-frame') return false;
    const isSilent = this.tile.source === 'camera' && source.shownUs !== null && us - source.shownUs > missingAfterUs;
    return isMuted || isSilent;
  }

  #cover(hasNoVideo: boolean): void {
    if (hasNoVideo || this.#fill === 'placeholder') drawPlaceholder(this.#canvas, this.tile, this.tile.identity);
    else this.#canvas.fill(this.tile, black);
  }
}
