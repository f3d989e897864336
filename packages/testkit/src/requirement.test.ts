import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requirement } from './requirement.ts';

const nowhere = { PATH: '/nonexistent', TAPEDECK_CACHE_DIR: '/nonexistent' };

describe('requirement', () => {
  it('answers null for what is missing', () => {
    expect(requirement('tshark', nowhere)).toBeNull();
  });

  it('fails for what is missing and required, saying how to get it', () => {
    expect(() => requirement('tshark', { ...nowhere, TAPEDECK_REQUIRE: 'chromium,tshark' })).toThrow(/apt-get install tshark/);
  });

  it('finds a program on the path, and prefers the one that is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tapedeck-requirement-'));
    for (const name of ['tshark', 'mine']) {
      writeFileSync(join(folder, name), '');
      chmodSync(join(folder, name), 0o755);
    }
    expect(requirement('tshark', { PATH: folder })).toBe(join(folder, 'tshark'));
    expect(requirement('tshark', { PATH: folder, TAPEDECK_TSHARK: join(folder, 'mine') })).toBe(join(folder, 'mine'));
  });
});
