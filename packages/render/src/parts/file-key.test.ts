import { describe, expect, it } from 'vitest';
import { fileKey, safeIdentity } from './file-key.ts';

describe('safeIdentity', () => {
  it.each(['alice', '李雷', 'a-b_c@d', 'Ünïcode9'])('keeps %s', (identity) => {
    expect(safeIdentity(identity)).toBe(identity);
  });
  it.each(['../../etc/passwd', 'a/b', 'a.b', '', '\0', 'x'.repeat(300), '😀', 'con:'])('makes %j a plain name of its own', (identity) => {
    const safe = safeIdentity(identity);
    expect(safe).toMatch(/^[\p{L}\p{N}_@-]+_[0-9a-f]{8}$|^_[0-9a-f]{8}$/u);
    expect(Buffer.byteLength(safe)).toBeLessThan(100);
  });
  it('keeps two identities apart that look the same when made safe', () => {
    expect(safeIdentity('a/b')).not.toBe(safeIdentity('a:b'));
  });
});

describe('fileKey', () => {
  it('numbers from the second file on', () => {
    expect([1, 2, 12].map((number) => fileKey('alice.camera', number))).toEqual(['alice.camera', 'alice.camera.0002', 'alice.camera.0012']);
  });
});
