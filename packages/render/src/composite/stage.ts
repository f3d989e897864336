import type { PictureCanvas } from './canvas.ts';
import { black } from './colour.ts';
import type { YuvColour } from './colour.ts';
import type { Layer } from './layer.ts';
import { layOver } from './overlay.ts';
import type { Overlay } from './overlay.ts';
import { contains, intersection } from './rectangle.ts';
import type { Rectangle } from './rectangle.ts';

/**
 * The canvas with its layers, lowest first. Layers say what of them has changed; `paint` draws exactly those rectangles anew, each from the highest layer that
 * hides what is below it there, so that nothing is blended twice and nothing is drawn that did not change.
 */
export class Stage {
  readonly canvas: PictureCanvas;
  readonly #whole: Rectangle;
  #colour: YuvColour = black;
  #image: Overlay | null = null;
  #layers: readonly Layer[] = [];
  #damage: Rectangle[] = [];

  constructor(canvas: PictureCanvas) {
    this.canvas = canvas;
    this.#whole = { x: 0, y: 0, width: canvas.width, height: canvas.height };
    this.#damage = [this.#whole];
  }

  /** What is seen where no layer is: a colour and, over it, a picture of the canvas's size. */
  setBackground(colour: YuvColour, image: Overlay | null): void {
    this.#colour = colour;
    this.#image = image;
    this.#damage = [this.#whole];
  }

  /** Changes who is drawn; everything is painted anew. */
  setLayers(layers: readonly Layer[]): void {
    this.#layers = layers;
    this.#damage = [this.#whole];
  }

  /** Says that something has changed in `area`. */
  touch(area: Rectangle): void {
    this.#damage.push(area);
  }

  /** Brings the canvas up to date. */
  paint(): void {
    const damage = this.#damage;
    this.#damage = [];
    for (const [index, area] of damage.entries()) {
      const isCovered = damage.some((other, at) => at !== index && contains(other, area) && (at < index || !contains(area, other)));
      if (!isCovered) this.#paintArea(area);
    }
  }

  #paintArea(area: Rectangle): void {
    let lowest = -1;
    for (const [index, { opaqueArea }] of this.#layers.entries()) if (opaqueArea !== null && contains(opaqueArea, area)) lowest = index;
    if (lowest < 0) this.#paintBackground(area);
    for (const layer of this.#layers.slice(Math.max(0, lowest))) {
      const clip = intersection(layer.area, area);
      if (clip !== null) layer.paint(this.canvas, clip);
    }
  }

  #paintBackground(area: Rectangle): void {
    const clip = intersection(area, this.#whole);
    if (clip === null) return;
    this.canvas.fill(clip, this.#colour);
    if (this.#image !== null) layOver(this.canvas, this.#image, this.#image.mask, 0, 0, clip);
  }
}
