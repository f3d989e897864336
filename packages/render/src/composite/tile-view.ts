import type { Tile } from '@tapedeck/layout';
import type { Frame } from 'node-av';
import type { RenderPlan } from '../plan.ts';
import { PictureCanvas } from './canvas.ts';
import { black } from './colour.ts';
import type { Layer } from './layer.ts';
import { readGround, readPlaceholder } from './look.ts';
import type { Ground, Look } from './look.ts';
import { roundedMask } from './mask.ts';
import type { Mask } from './mask.ts';
import { drawNameLabel } from './name-label.ts';
import type { NameLabel } from './name-label.ts';
import { layOver } from './overlay.ts';
import type { Overlay } from './overlay.ts';
import type { PictureStore } from './picture-store.ts';
import { drawPlaceholder } from './placeholder.ts';
import { contains, intersection } from './rectangle.ts';
import type { Rectangle } from './rectangle.ts';
import { ScaledPicture } from './scaled-picture.ts';

/** A camera that sends nothing for this long counts as missing (a shared screen may rest for ever). */
const missingAfterUs = 5_000_000;

/** What a tile's track has to show at a moment. */
export interface Showing {
  /** Changes when another track is shown. */
  readonly track: object;
  /** The newest decoded picture, or null before the first. */
  readonly picture: Frame | null;
  /** `picture` has changed since the moment before. */
  readonly isNew: boolean;
  readonly isMuted: boolean;
  /** RecordingUs of the newest frame. */
  readonly shownUs: number | null;
}

/** What all tiles of a layout share. */
export interface TileSetting {
  readonly look: Look;
  readonly pictures: PictureStore;
  readonly fill: RenderPlan['fill'];
  /** Names by identity, for labels and placeholders. */
  readonly nameOf: (identity: string) => string;
}

/** One tile of the picture now on the canvas: keeps what it shows ready to be painted, and says what has changed. */
export class TileView implements Layer {
  readonly tile: Tile;
  readonly #setting: TileSetting;
  readonly #picture: ScaledPicture;
  readonly #ground: Ground | null;
  readonly #radius: number;
  readonly #opacity: number;
  readonly #label: NameLabel | null;
  #groundImage: Overlay | null | undefined;
  #track: object | null = null;
  #isDirty = true;
  #isCovered = false;
  #cover: PictureCanvas | null = null;
  /** Round or see-through tiles are put together here before they are laid over the canvas. */
  #face: { readonly canvas: PictureCanvas; readonly mask: Mask; readonly area: Rectangle } | null = null;
  #isFaceStale = true;

  constructor(tile: Tile, setting: TileSetting) {
    this.tile = tile;
    this.#setting = setting;
    const { look } = setting;
    const { style } = tile;
    this.#ground = readGround(style?.background) ?? look.tileBackground;
    this.#radius = style?.radius ?? look.radius;
    this.#opacity = style?.opacity ?? 1;
    this.#picture = new ScaledPicture(tile.width, tile.height, tile.fit, style?.crop);
    const hasLabel = look.labels !== null && tile.identity !== '';
    this.#label =
      hasLabel && look.labels !== null ? drawNameLabel(setting.nameOf(tile.identity), look.labels, tile.width, tile.height) : null;
  }

  get area(): Rectangle {
    return this.tile;
  }

  get opaqueArea(): Rectangle | null {
    if (this.#isMasked) return null;
    return this.#ground === null ? this.#contentArea : this.tile;
  }

  /** Takes what there is to be seen at `us`; null: someone without video (or nobody). Returns what has to be painted anew, or null. */
  update(showing: Showing | null, us: number): Rectangle | null {
    if ((showing?.track ?? null) !== this.#track) this.#isDirty = true;
    this.#track = showing?.track ?? null;
    const isMissing = showing === null || this.#isMissing(showing, us);
    if (isMissing || (this.#isCovered && !showing.isNew)) {
      const isSame = this.#isCovered && !this.#isDirty;
      this.#isDirty = false;
      this.#isCovered = true;
      if (isSame) return null;
      this.#drawCover(showing === null);
      return this.#changed();
    }
    const { picture } = showing;
    if (picture === null || !(showing.isNew || this.#isDirty || this.#isCovered)) return null;
    const before = this.#isCovered ? null : this.#picture.target;
    if (!this.#picture.take(picture)) return null;
    this.#isCovered = false;
    const isSamePlace = !this.#isDirty && before === this.#picture.target && !this.#isMasked;
    this.#isDirty = false;
    return isSamePlace ? this.#contentArea : this.#changed();
  }

  paint(canvas: PictureCanvas, clip: Rectangle): void {
    const { x, y } = this.tile;
    if (this.#isMasked) this.#paintFace(canvas, clip);
    else this.#compose(canvas, x, y, clip);
    if (this.#label !== null) layOver(canvas, this.#label.overlay, this.#label.overlay.mask, x + this.#label.x, y + this.#label.y, clip);
  }

  /** Frees what it keeps. Idempotent. */
  close(): void {
    this.#picture.close();
    this.#cover?.close();
    this.#cover = null;
    this.#face?.canvas.close();
    this.#face = null;
  }

  get #isMasked(): boolean {
    return this.#radius > 0 || this.#opacity < 1;
  }

  /** Where on the canvas the picture (or what stands in for it) is; null: nowhere yet. */
  get #contentArea(): Rectangle | null {
    const { width, height } = this.tile;
    const cover = this.#cover === null ? null : { x: 0, y: 0, width, height };
    const target = this.#isCovered ? cover : this.#picture.target;
    return target === null ? null : { ...target, x: this.tile.x + target.x, y: this.tile.y + target.y };
  }

  #changed(): Rectangle {
    this.#isFaceStale = true;
    return this.tile;
  }

  #isMissing({ shownUs, isMuted }: Showing, us: number): boolean {
    if (this.#setting.fill === 'last-frame') return false;
    const isSilent = this.tile.source === 'camera' && shownUs !== null && us - shownUs > missingAfterUs;
    return isMuted || isSilent;
  }

  #drawCover(hasNoVideo: boolean): void {
    this.#cover?.close();
    const { width, height, identity, style } = this.tile;
    const { look, pictures, fill, nameOf } = this.#setting;
    if (identity === '' && style?.placeholder === undefined) {
      this.#cover = null; // an empty seat: its background is all there is
      return;
    }
    if (hasNoVideo || fill === 'placeholder') {
      const placeholder = style?.placeholder === undefined ? look.placeholder : readPlaceholder(style.placeholder);
      this.#cover = drawPlaceholder({ width, height, identity, name: nameOf(identity) }, placeholder, pictures);
    } else {
      this.#cover = new PictureCanvas(width, height);
      this.#cover.fill({ x: 0, y: 0, width, height }, black);
    }
  }

  /** Draws ground and picture with the tile's corner at (x, y), inside `clip`. */
  #compose(canvas: PictureCanvas, x: number, y: number, clip: Rectangle): void {
    const content = this.#contentArea;
    const placed = content === null ? null : { ...content, x: content.x - this.tile.x + x, y: content.y - this.tile.y + y };
    const isHidden = placed !== null && contains(placed, clip);
    if (this.#ground !== null && !isHidden) this.#paintGround(canvas, this.#ground, x, y, clip);
    const shared = placed === null ? null : intersection(placed, clip);
    if (placed === null || shared === null) return;
    if (this.#isCovered) {
      if (this.#cover !== null) canvas.copyFrom(this.#cover, shared.x - placed.x, shared.y - placed.y, shared);
      return;
    }
    const scaled = this.#picture.scaled;
    if (scaled !== null) canvas.copyFrom(scaled.picture, scaled.crop.x + shared.x - placed.x, scaled.crop.y + shared.y - placed.y, shared);
  }

  #paintGround(canvas: PictureCanvas, ground: Ground, x: number, y: number, clip: Rectangle): void {
    const { width, height } = this.tile;
    const area = intersection(clip, { x, y, width, height });
    if (area === null) return;
    canvas.fill(area, ground.colour);
    if (this.#groundImage === undefined) this.#groundImage = this.#setting.pictures.draw(ground.image, width, height);
    if (this.#groundImage !== null) layOver(canvas, this.#groundImage, this.#groundImage.mask, x, y, area);
  }

  #paintFace(canvas: PictureCanvas, clip: Rectangle): void {
    const area = this.#ground === null ? this.#contentArea : this.tile;
    if (area === null) return;
    if (this.#face === null || !contains(this.#face.area, area) || !contains(area, this.#face.area)) {
      this.#face?.canvas.close();
      const mask = roundedMask(area.width, area.height, this.#radius, this.#opacity);
      this.#face = { canvas: new PictureCanvas(area.width, area.height), mask, area };
      this.#isFaceStale = true;
    }
    const { canvas: face, mask } = this.#face;
    if (this.#isFaceStale) {
      this.#compose(face, this.tile.x - area.x, this.tile.y - area.y, { x: 0, y: 0, width: area.width, height: area.height });
      this.#isFaceStale = false;
    }
    layOver(canvas, face, mask, area.x, area.y, clip);
  }
}
