import fc from 'fast-check';
import { normalize } from 'node:path';
import { expect, it } from 'vitest';
import { StorageKeyError } from './errors.ts';
import { checkKey, fileKey } from './storage-key.ts';

it('names files of the first output plainly and others apart', () => {
  const file = { prefix: 'meetings/2026/', recordingId: 'rec_1', path: 'composite.mp4' };
  expect(fileKey({ ...file, outputIndex: 0 })).toBe('meetings/2026/rec_1/composite.mp4');
  expect(fileKey({ ...file, outputIndex: 1 })).toBe('meetings/2026/rec_1/out2/composite.mp4');
});

it('lets no key out of the storage, whatever its text', () => {
  const names = fc.array(fc.constantFrom('..', '.', '', 'a', '\\', '%2e%2e', '\u0000', ' '), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(names, (parts) => {
      try {
        const key = checkKey(parts.join('/'));
        expect(normalize(`/root/${key}`)).toBe(`/root/${key}`);
      } catch (error) {
        expect(error).toBeInstanceOf(StorageKeyError);
      }
    }),
  );
});
