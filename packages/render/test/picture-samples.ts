import { decodeFile, readTestPicture } from '@tapedeck/testkit';

/** What a decoded picture looks like. */
export interface PictureSample {
  readonly ms: number;
  readonly width: number;
  readonly height: number;
  /** Mean luma of a grid of points over the whole picture. */
  readonly luma: number;
  /** Frame number of the test picture that fills the whole width or height, or null. */
  readonly frame: number | null;
  /** Identity of that test picture, or null. */
  readonly identity: number | null;
}

/** Every picture of a file; `area` (default: all of it) is where the test picture is looked for. */
export async function samplePictures(
  path: string,
  area?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Promise<PictureSample[]> {
  const samples: PictureSample[] = [];
  await decodeFile(path, {
    picture: ({ ms, width, height, planes, strides }) => {
      const luma = planes[0]!;
      const lumaStride = strides[0]!;
      const where = area ?? { x: 0, y: 0, width, height };
      const read = readTestPicture({ luma, lumaStride, ...where });
      let sum = 0;
      for (let row = 0; row < 16; row++)
        for (let column = 0; column < 16; column++)
          sum +=
            luma[
              Math.floor(((row + 0.5) * where.height) / 16 + where.y) * lumaStride +
                Math.floor(((column + 0.5) * where.width) / 16 + where.x)
            ]!;
      samples.push({ ms, width, height, luma: sum / 256, frame: read?.frame ?? null, identity: read?.identity ?? null });
    },
    sound: () => undefined,
  });
  return samples;
}
