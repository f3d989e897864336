import { expect, test } from 'vitest';
import { withoutFirstFrame } from './without-first-frame.ts';

/** An ADTS frame of so many bytes in all. */
function frame(length: number, content: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(content);
  bytes.set([0xff, 0xf1, 0x50, 0x40 | (length >> 11), (length >> 3) & 0xff, ((length & 7) << 5) | 0x1f, 0xfc]);
  return bytes;
}

test('the first frame is left out and everything else moves up, however it is cut', () => {
  const [first, second, third] = [frame(2055, 1), frame(300, 2), frame(41, 3)];
  const stream = new Uint8Array([...first, ...second, ...third]);
  for (const cut of [first.length, first.length + 20, first.length + second.length]) {
    const file = new Uint8Array(second.length + third.length);
    const write = withoutFirstFrame({ write: (bytes, at) => file.set(bytes, at) });
    write(stream.subarray(0, cut), 0);
    write(stream.subarray(cut), cut);
    expect(file).toEqual(new Uint8Array([...second, ...third]));
  }
});
