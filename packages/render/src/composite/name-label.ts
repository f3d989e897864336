import type { LabelLook } from './look.ts';
import type { Overlay } from './overlay.ts';
import { placeIn } from './place.ts';
import { drawText } from './text-art.ts';

/** A name drawn for a tile, and where in the tile it stands. */
export interface NameLabel {
  readonly overlay: Overlay;
  readonly x: number;
  readonly y: number;
}

/** Draws a name to fit a tile of this size; null when the tile is too small for any text. */
export function drawNameLabel(name: string, look: LabelLook, width: number, height: number): NameLabel | null {
  const fontPx = look.fontPx ?? Math.min(28, Math.max(9, Math.round(height / 14)));
  const margin = Math.max(2, Math.round(fontPx * 0.4));
  const overlay = drawText({
    ...{ text: name, fontPx, colour: look.colour, background: look.background },
    ...{ paddingPx: Math.round(fontPx * 0.35), cornerPx: Math.round(fontPx * 0.35) },
    ...{ maxWidth: width - 2 * margin, maxHeight: height - 2 * margin },
  });
  return overlay === null
    ? null
    : { overlay, ...placeIn({ x: 0, y: 0, width, height }, look.position, overlay.width, overlay.height, margin) };
}
