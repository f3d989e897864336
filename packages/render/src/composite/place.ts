import type { Rectangle } from './rectangle.ts';

/** Puts a box of `width` × `height` at one of nine places of `area` (`top-left` … `bottom-right`, `center`), `margin` from its edges. Even, inside. */
export function placeIn(
  area: Rectangle,
  position: string,
  width: number,
  height: number,
  margin: number,
): { readonly x: number; readonly y: number } {
  const along = (start: number, room: number, isFirst: boolean, isLast: boolean): number =>
    start + Math.max(0, isFirst ? Math.min(margin, room) : isLast ? room - margin : room / 2);
  const x = along(area.x, area.width - width, position.endsWith('left'), position.endsWith('right'));
  const y = along(area.y, area.height - height, position.startsWith('top'), position.startsWith('bottom'));
  return { x: Math.floor(x / 2) * 2, y: Math.floor(y / 2) * 2 };
}
