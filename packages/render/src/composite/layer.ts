import type { PictureCanvas } from './canvas.ts';
import type { Rectangle } from './rectangle.ts';

/** Something that is drawn on the canvas at its place between others. */
export interface Layer {
  /** Nothing outside is ever touched. */
  readonly area: Rectangle;
  /** Where it hides all that is below it, or null. */
  readonly opaqueArea: Rectangle | null;
  /** Draws itself as it is now, over what is below, inside `clip` (which lies in the canvas). The same call twice on the same ground gives the same samples. */
  paint(canvas: PictureCanvas, clip: Rectangle): void;
}
