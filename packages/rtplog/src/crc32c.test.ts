import { expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';

it.each([
  ['', 0],
  ['123456789', 0xe3069283],
  ['a', 0xc1d04330],
  ['The quick brown fox jumps over the lazy dog', 0x22620404],
])('of %j is as published', (text, expected) => {
  expect(crc32c(new TextEncoder().encode(text))).toBe(expected);
});

it.each([
  ['zeros', new Uint8Array(32), 0x8a9136aa],
  ['ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['rising bytes', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
])('of 32 %s is as in RFC 3720 B.4', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

it('takes a part of the bytes', () => {
  const bytes = new TextEncoder().encode('xx123456789yyy');
  expect(crc32c(bytes, 2, 11)).toBe(0xe3069283);
});
