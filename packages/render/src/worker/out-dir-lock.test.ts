import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RenderBusyError } from '../errors.ts';
import { lockOutDir } from './out-dir-lock.ts';

describe('lockOutDir', () => {
  let dir = '';
  beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'tapedeck-lock-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('refuses a folder that a live process holds and takes over a dead one’s', async () => {
    const script = `import { lockOutDir } from ${JSON.stringify(new URL('./out-dir-lock.ts', import.meta.url).href)}; lockOutDir(${JSON.stringify(dir)}); console.log('held'); setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => owner.stdout.once('data', resolve));
    expect(() => lockOutDir(dir)).toThrow(RenderBusyError);
    const ended = new Promise((resolve) => owner.once('exit', resolve));
    owner.kill('SIGKILL');
    await ended;
    const lock = lockOutDir(dir);
    lock.release();
    lock.release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is not fooled by a reused process id', () => {
    writeFileSync(join(dir, '.lock'), JSON.stringify({ pid: process.ppid, startTicks: '1' }));
    lockOutDir(dir).release();
  });
});
