import { planesIn, type Planes } from './planes.ts';

/** Recorded pictures are BT.709 in limited range, whatever their sources are. */
export const recordedColours: VideoColorSpaceInit = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false };

/** An opaque RGBA picture of even sides (fresh buffer). @see ITU-R BT.709, in 256ths */
export function planesOfRgba(rgba: Uint8ClampedArray, width: number, height: number): Planes {
  const planes = new Uint8Array((width * height * 3) / 2);
  let u = width * height;
  let v = u + u / 4;
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      let [red, green, blue] = [0, 0, 0];
      for (let corner = 0; corner < 4; corner++) {
        const pixel = (y + (corner >> 1)) * width + x + (corner & 1);
        const [r, g, b] = [rgba[pixel * 4]!, rgba[pixel * 4 + 1]!, rgba[pixel * 4 + 2]!];
        planes[pixel] = (47 * r + 157 * g + 16 * b + 4224) >> 8;
        red += r;
        green += g;
        blue += b;
      }
      planes[u++] = (112 * blue - 26 * red - 86 * green + 131_584) >> 10;
      planes[v++] = (112 * red - 102 * green - 10 * blue + 131_584) >> 10;
    }
  }
  return planesIn(planes, width, height);
}

const clamp = (sample: number): number => (sample < 0 ? 0 : sample > 255 ? 255 : sample);

/** Makes BT.601 (what a call's decoders give out when nobody says) BT.709, in place and in 1024ths. */
export function turnBt601Into709([luma, u, v]: Planes): void {
  for (let y = 0; y < u.height; y++) {
    for (let x = 0; x < u.width; x++) {
      const [atU, atV] = [u.offset + y * u.stride + x, v.offset + y * v.stride + x];
      const [blue, red] = [u.data[atU]! - 128, v.data[atV]! - 128];
      const step = (-121 * blue - 218 * red + 512) >> 10;
      const at = luma.offset + 2 * y * luma.stride + 2 * x;
      for (const pixel of [at, at + 1, at + luma.stride, at + luma.stride + 1]) luma.data[pixel] = clamp(luma.data[pixel]! + step);
      u.data[atU] = clamp(128 + ((1043 * blue + 117 * red + 512) >> 10));
      v.data[atV] = clamp(128 + ((77 * blue + 1050 * red + 512) >> 10));
    }
  }
}
