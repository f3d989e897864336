import type { Tile } from '@tapedeck/layout';
import type { RenderPlan } from '../plan.ts';
import type { PictureCanvas } from './canvas.ts';
import { readLook } from './look.ts';
import type { Look } from './look.ts';
import { PictureStore } from './picture-store.ts';
import type { DrawingContext } from './picture-store.ts';
import { Stage } from './stage.ts';
import { TileView } from './tile-view.ts';
import type { Showing } from './tile-view.ts';
import { Watermark } from './watermark.ts';

/** Everything that is seen: background, tiles with their labels, watermarks. Told who stands where, it keeps the canvas up to date at the least cost. */
export class Scene {
  readonly #stage: Stage;
  readonly #fill: RenderPlan['fill'];
  readonly #pictures: PictureStore;
  #look: Look = readLook({});
  #watermarks: readonly Watermark[] = [];
  #views: readonly TileView[] = [];
  #key = '';

  constructor(canvas: PictureCanvas, fill: RenderPlan['fill'], drawing: DrawingContext) {
    this.#stage = new Stage(canvas);
    this.#fill = fill;
    this.#pictures = new PictureStore(drawing);
  }

  /** Takes a layout's options: background, labels, placeholders, watermarks. Tiles are drawn anew with the next {@link setTiles}. */
  setLook(options: Readonly<Record<string, unknown>>): void {
    const { canvas } = this.#stage;
    this.#look = readLook(options);
    const { background, watermarks } = this.#look;
    this.#watermarks = watermarks.map((look) => new Watermark(look, canvas, this.#pictures));
    this.#stage.setBackground(background.colour, this.#pictures.draw(background.image, canvas.width, canvas.height));
    this.#key = '';
    this.#stage.setLayers([...this.#views, ...this.#watermarks]);
  }

  /** Who stands where from now on, in drawing order. Nothing happens when it is as before. */
  setTiles(tiles: readonly Tile[], nameOf: (identity: string) => string): void {
    const names = this.#look.labels === null ? [] : tiles.map((tile) => nameOf(tile.identity));
    const key = JSON.stringify([tiles, names]);
    if (key === this.#key) return;
    this.#key = key;
    for (const view of this.#views) view.close();
    const setting = { look: this.#look, pictures: this.#pictures, fill: this.#fill, nameOf };
    this.#views = tiles.map((tile) => new TileView(tile, setting));
    this.#stage.setLayers([...this.#views, ...this.#watermarks]);
  }

  /** Brings the canvas to the moment `us`. `wallMs`: the same moment on the wall clock, null when unknown. */
  draw(us: number, wallMs: number | null, showingOf: (tile: Tile) => Showing | null): void {
    for (const view of this.#views) {
      const changed = view.update(view.tile.identity === '' ? null : showingOf(view.tile), us);
      if (changed !== null) this.#stage.touch(changed);
    }
    for (const watermark of this.#watermarks) for (const area of watermark.update(wallMs)) this.#stage.touch(area);
    this.#stage.paint();
  }

  /** Frees every scaler and picture. Idempotent. */
  close(): void {
    for (const view of this.#views) view.close();
    this.#views = [];
    this.#pictures.close();
  }
}
