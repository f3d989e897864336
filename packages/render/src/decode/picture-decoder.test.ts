import { encodeTestVideo } from '@tapedeck/testkit';
import { expect, it } from 'vitest';
import { PictureDecoder } from './picture-decoder.ts';

/** One test picture, as large as asked for. */
async function keyframe(width: number, height: number): Promise<Uint8Array> {
  const [frame] = await encodeTestVideo({ codec: 'vp8', identity: 1, width, height, fps: 1, bitrateKbps: 1000, durationS: 1 });
  return frame!.data;
}

it('refuses a picture that would fill the memory, and goes on with the next one', async () => {
  const decoder = new PictureDecoder('vp8');
  const small = await keyframe(160, 90);
  expect(decoder.decode(small)).toBe(true);
  expect(decoder.decode(await keyframe(9000, 4100))).toBe(false);
  expect(decoder.picture?.width).toBe(160);
  expect(decoder.decode(small)).toBe(true);
  decoder.close();
});
