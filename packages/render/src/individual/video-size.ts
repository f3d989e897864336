/** Pixels. */
export interface VideoSize {
  readonly width: number;
  readonly height: number;
}

/** No file is larger than this, in pixels; larger pictures are scaled down in proportion. */
const maxPixels = 3840 * 2160;
const smallestSide = 16;

/** The larger width and the larger height of two pictures: 1920×1080 and 1080×1920 make 1920×1920. */
export function sizeForBoth(known: VideoSize | null, picture: VideoSize): VideoSize {
  if (known === null) return { width: picture.width, height: picture.height };
  return { width: Math.max(known.width, picture.width), height: Math.max(known.height, picture.height) };
}

/** Whether a picture of size `b` fits into `a` as it is. */
export function holds(a: VideoSize, b: VideoSize): boolean {
  return a.width >= b.width && a.height >= b.height;
}

/** The size of a file for pictures of up to this size: even, and beyond 3840 × 2160 pixels both sides shrunk by the same factor. */
export function fileSizeOf({ width, height }: VideoSize): VideoSize {
  const scale = Math.min(1, Math.sqrt(maxPixels / (width * height)));
  const side = (value: number): number =>
    Math.max(smallestSide, scale < 1 ? Math.floor((value * scale) / 2) * 2 : Math.ceil(value / 2) * 2);
  return { width: side(width), height: side(height) };
}
