import type { PictureCanvas, Rectangle, YuvColour } from './canvas.ts';

const backdrop: YuvColour = [40, 128, 128];

/** Draws the picture of someone without a picture: a dark tile with a disc whose hue belongs to the identity. */
export function drawPlaceholder(canvas: PictureCanvas, tile: Rectangle, identity: string): void {
  canvas.fill(tile, backdrop);
  const radius = Math.floor(Math.min(tile.width, tile.height) / 10) * 2;
  const centreX = tile.x + tile.width / 2;
  const centreY = tile.y + tile.height / 2;
  const colour = colourOf(identity);
  for (let row = -radius; row < radius; row += 2) {
    const half = Math.floor(Math.sqrt(radius * radius - (row + 1) * (row + 1)) / 2) * 2;
    if (half === 0) continue;
    canvas.fill({ x: even(centreX - half), y: even(centreY + row), width: half * 2, height: 2 }, colour);
  }
}

const even = (value: number): number => Math.floor(value / 2) * 2;

/** A calm colour that is the same for an identity in every recording. */
function colourOf(identity: string): YuvColour {
  let hash = 2_166_136_261;
  for (let index = 0; index < identity.length; index++) hash = Math.imul(hash ^ identity.charCodeAt(index), 16_777_619) >>> 0;
  const angle = ((hash % 360) * Math.PI) / 180;
  return [120, Math.round(128 + 40 * Math.cos(angle)), Math.round(128 + 40 * Math.sin(angle))];
}
