/** A rectangle of 8-bit samples: row `y` begins at `offset + y * stride` of `data`. */
export interface Plane {
  readonly data: Uint8Array;
  readonly offset: number;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

/** Y, U and V of a picture or of a part of it; U and V have half the width and height. */
export type Planes = readonly [Plane, Plane, Plane];

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The planes of an I420 picture without padding in `data`. Sides even. */
export function planesIn(data: Uint8Array, width: number, height: number): Planes {
  const chroma = { data, stride: width / 2, width: width / 2, height: height / 2 };
  return [
    { data, offset: 0, stride: width, width, height },
    { ...chroma, offset: width * height },
    { ...chroma, offset: (width * height * 5) / 4 },
  ];
}

/** The planes of a rectangle of even numbers; the samples stay where they are. */
export function partOf([y, u, v]: Planes, part: Rectangle): Planes {
  const half = { x: part.x / 2, y: part.y / 2, width: part.width / 2, height: part.height / 2 };
  return [within(y, part), within(u, half), within(v, half)];
}

/** Parts samples that lie in pairs, `from.width` of them in a row, into two planes. */
export function partPairs(from: Plane, first: Plane, second: Plane): void {
  for (let y = 0; y < from.height; y++) {
    let at = from.offset + y * from.stride;
    for (let x = 0; x < from.width; x++, at += 2) {
      first.data[first.offset + y * first.stride + x] = from.data[at]!;
      second.data[second.offset + y * second.stride + x] = from.data[at + 1]!;
    }
  }
}

function within({ data, offset, stride }: Plane, { x, y, width, height }: Rectangle): Plane {
  return { data, offset: offset + y * stride + x, stride, width, height };
}
