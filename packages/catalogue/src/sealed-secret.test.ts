import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openSecret, sealSecret } from './sealed-secret.ts';

const key = randomBytes(32);

test('opens what it sealed, and nothing else', () => {
  const sealed = sealSecret('sëcret', 'app_1', key);
  expect(openSecret(sealed, 'app_1', key)).toBe('sëcret');
  expect(sealed.includes('cret')).toBe(false);
  expect(sealSecret('sëcret', 'app_1', key).equals(sealed)).toBe(false);
  const wrong = { code: 'MASTER_KEY_WRONG' };
  expect(() => openSecret(sealed, 'app_2', key)).toThrow(expect.objectContaining(wrong));
  expect(() => openSecret(sealed, 'app_1', randomBytes(32))).toThrow(expect.objectContaining(wrong));
  expect(() => openSecret(sealed, 'app_1', randomBytes(16))).toThrow(expect.objectContaining(wrong));
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => openSecret(changed, 'app_1', key)).toThrow(expect.objectContaining(wrong));
    expect(() => openSecret(sealed.subarray(0, at), 'app_1', key)).toThrow(expect.objectContaining(wrong));
  }
});
