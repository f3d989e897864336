import type { PictureCanvas } from './canvas.ts';
import type { Layer } from './layer.ts';
import type { WatermarkLook } from './look.ts';
import { layOver } from './overlay.ts';
import type { Overlay } from './overlay.ts';
import type { PictureStore } from './picture-store.ts';
import { placeIn } from './place.ts';
import type { Rectangle } from './rectangle.ts';
import { drawText } from './text-art.ts';

const nowhere: Rectangle = Object.freeze({ x: 0, y: 0, width: 0, height: 0 });

/** An image, a text or the wall clock, laid over everything. Drawn once; a clock once a second. */
export class Watermark implements Layer {
  readonly opaqueArea = null;
  readonly #look: WatermarkLook;
  readonly #canvas: Rectangle;
  readonly #clock: Intl.DateTimeFormat | null;
  #overlay: Overlay | null = null;
  #area = nowhere;
  #second = Number.NaN;

  constructor(look: WatermarkLook, canvas: { readonly width: number; readonly height: number }, pictures: PictureStore) {
    this.#look = look;
    this.#canvas = { x: 0, y: 0, width: canvas.width, height: canvas.height };
    this.#clock = look.type === 'timestamp' ? clockOf(look.timeZone) : null;
    if (look.type === 'image') this.#drawImage(pictures);
    else if (look.type === 'text') this.#drawText(look.text);
  }

  get area(): Rectangle {
    return this.#area;
  }

  /** Brings a clock to `wallMs` (Unix epoch). Returns what has to be painted anew. */
  update(wallMs: number | null): readonly Rectangle[] {
    if (this.#clock === null || wallMs === null) return [];
    const second = Math.floor(wallMs / 1000);
    if (second === this.#second) return [];
    this.#second = second;
    const before = this.#area;
    this.#drawText(this.#clock.format(second * 1000).replace(',', ''));
    return before.width === 0 ? [this.#area] : [before, this.#area];
  }

  paint(canvas: PictureCanvas, clip: Rectangle): void {
    if (this.#overlay !== null) layOver(canvas, this.#overlay, this.#overlay.mask, this.#area.x, this.#area.y, clip);
  }

  #drawImage(pictures: PictureStore): void {
    const { image, opacity } = this.#look;
    const stored = pictures.sizeOf(image);
    if (stored === null) return;
    const box = this.#box();
    const canvas = this.#canvas;
    const wanted = { width: box.width ?? (box.height === null ? stored.width : (box.height * stored.width) / stored.height), height: 0 };
    wanted.height = box.height ?? (wanted.width * stored.height) / stored.width;
    const width = evenWithin(wanted.width, canvas.width);
    const height = evenWithin(wanted.height, canvas.height);
    this.#show(pictures.draw(image, width, height, null, opacity));
  }

  #drawText(text: string): void {
    const { fontPx, colour, background, opacity } = this.#look;
    const { width, height } = this.#box();
    const size = fontPx ?? Math.max(12, Math.round(Math.min(this.#canvas.width, this.#canvas.height) / 30));
    const paddingPx = background === null ? 0 : Math.round(size * 0.3);
    const art = drawText({
      ...{ text, fontPx: size, colour: faded(colour, opacity), background: background === null ? null : faded(background, opacity) },
      ...{ paddingPx, cornerPx: 0, maxWidth: Math.min(width ?? Infinity, this.#canvas.width) },
      maxHeight: Math.min(height ?? Infinity, this.#canvas.height),
      // A box that is seen is as large as it was asked for.
      ...(background === null
        ? {}
        : { minWidth: Math.min(width ?? 0, this.#canvas.width), minHeight: Math.min(height ?? 0, this.#canvas.height) }),
    });
    this.#show(art);
  }

  #show(overlay: Overlay | null): void {
    this.#overlay = overlay;
    if (overlay === null) {
      this.#area = nowhere;
      return;
    }
    const { position } = this.#look;
    const { width, height } = overlay;
    const margin = Math.round(Math.min(this.#canvas.width, this.#canvas.height) * 0.02);
    const { x, y } = position === null ? this.#box() : placeIn(this.#canvas, position, width, height, margin);
    this.#area = { x: evenBetween(x, this.#canvas.width - width), y: evenBetween(y, this.#canvas.height - height), width, height };
  }

  /** The look's numbers in pixels: fractions of the canvas when none is above 1. */
  #box(): { readonly x: number; readonly y: number; readonly width: number | null; readonly height: number | null } {
    const { x, y, width, height } = this.#look;
    const isFraction = [x, y, width ?? 0, height ?? 0].every((value) => value <= 1);
    const across = isFraction ? this.#canvas.width : 1;
    const down = isFraction ? this.#canvas.height : 1;
    return { x: x * across, y: y * down, width: width === null ? null : width * across, height: height === null ? null : height * down };
  }
}

/** `YYYY-MM-DD HH:mm:ss` in a time zone (IANA name or `+08:00`); an unknown one counts as UTC. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const style = { dateStyle: 'short', timeStyle: 'medium' } as const;
  try {
    return new Intl.DateTimeFormat('sv-SE', { ...style, timeZone });
  } catch {
    return new Intl.DateTimeFormat('sv-SE', { ...style, timeZone: 'UTC' });
  }
}

/** `#RRGGBB` or `#RRGGBBAA`, seen through. */
function faded(colour: string, opacity: number): string {
  const own = colour.length === 9 ? Number.parseInt(colour.slice(7), 16) : 255;
  return `${colour.slice(0, 7)}${Math.round(own * opacity).toString(16).padStart(2, '0')}`; // prettier-ignore
}

const evenWithin = (value: number, most: number): number => Math.min(most, Math.max(2, Math.round(value / 2) * 2));
const evenBetween = (value: number, most: number): number => Math.max(0, Math.floor(Math.min(value, most) / 2) * 2);
