import { describe, expect, it } from 'vitest';
import { opusDuration } from './opus-duration.ts';

describe('opusDuration', () => {
  it.each([
    ['SILK 10 ms', [0 << 3], 480],
    ['SILK 60 ms', [3 << 3], 2880],
    ['hybrid 20 ms', [13 << 3], 960],
    ['CELT 2.5 ms', [16 << 3], 120],
    ['CELT 20 ms', [31 << 3], 960],
    ['two equal frames of CELT 20 ms', [(31 << 3) | 1], 1920],
    ['two frames of different size', [(31 << 3) | 2], 1920],
    ['three frames told by the second byte', [(31 << 3) | 3, 0x80 | 3], 2880],
    ['nothing', [], 960],
  ])('%s', (_, bytes, ticks) => {
    expect(opusDuration(Uint8Array.from(bytes))).toBe(ticks);
  });
});
