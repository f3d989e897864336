import type { Layout, Region } from '../read/layout.ts';
import { type Stream } from '../read/streams.ts';

const fits = { 0: 'fill', 1: 'cover', 2: 'contain', 3: 'fill' } as const;
const mostRadiusPx = 1000;

/** The native layout, as a request spells it. */
export function nativeLayout(layout: Layout, targets: readonly Stream[]): object {
  if (layout.mode === 'vertical')
    return {
      name: 'vertical',
      ...(layout.main !== null && { main: { identity: layout.main.userId, source: layout.main.source } }),
    };
  if (layout.mode !== 'custom') return { name: layout.mode };
  const { canvas, regions } = layout;
  const background = { color: canvas.color, ...(canvas.image !== null && { image: { url: canvas.image, fit: 'fill' } }) };
  const tiles = regions.flatMap((region) => {
    const stream = targets.find(({ index }) => index === region.streamIndex);
    return stream === undefined || region.mediaType === 1 ? [] : [tileOf(region, stream, canvas)];
  });
  // A layout needs a tile: nobody takes this one.
  if (tiles.length === 0) tiles.push({ ...{ slot: 99, x: 0, y: 0 }, width: canvas.width, height: canvas.height, fit: 'contain' });
  return { name: 'custom', unit: 'pixel', background, tiles };
}

function tileOf(
  region: Region,
  stream: Stream,
  canvas: { readonly width: number; readonly height: number; readonly color: string },
): object {
  const { x, y, renderMode, z, alpha, crop, cornerRadius, alternateImage, isAlternateKept } = region;
  // What leaves the canvas is cut off.
  const width = Math.min(region.width, canvas.width - x);
  const height = Math.min(region.height, canvas.height - y);
  const radius = Math.min(mostRadiusPx, Math.round(cornerRadius * canvas.width));
  const isWhole = crop.x === 0 && crop.y === 0 && crop.width === 1 && crop.height === 1;
  return {
    ...{ identity: stream.userId, source: stream.source, x, y, width, height, z, fit: fits[renderMode] },
    ...(alpha < 1 && { opacity: alpha }),
    ...(radius > 0 && radius <= Math.min(width, height) / 2 && { radius }),
    ...(!isWhole && crop.width > 0 && crop.height > 0 && { crop }),
    placeholder:
      alternateImage === null
        ? { color: canvas.color, text: 'none' }
        : { image: { url: alternateImage, fit: isAlternateKept ? 'contain' : 'fill' } },
  };
}
