import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DataDirLockedError } from '../errors.ts';
import { lockDataDir, lockHolder } from './data-lock.ts';
import { identifyProcess, isRunning } from './process-identity.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tapedeck-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('is held by one supervisor at a time and free again after release', () => {
  const lock = lockDataDir(dir);
  expect(() => lockDataDir(dir)).toThrow(DataDirLockedError);
  expect(lockHolder(dir)?.pid).toBe(process.pid);
  lock.release();
  expect(lockHolder(dir)).toBeNull();
  lockDataDir(dir).release();
  expect(readdirSync(dir)).toEqual([]);
});

it.each([
  ['of a process that is gone', JSON.stringify({ ...identifyProcess(), pid: 2 ** 22 + 1 })],
  ['of another process that got the same pid', JSON.stringify({ ...identifyProcess(), startTicks: '1' })],
  ['of another boot', JSON.stringify({ ...identifyProcess(), bootId: 'other' })],
  ['that is damaged', '{"pid":'],
])('takes over a lock %s', (_, content) => {
  writeFileSync(join(dir, 'supervisor.lock'), content);
  const lock = lockDataDir(dir);
  expect(lockHolder(dir)?.pid).toBe(process.pid);
  lock.release();
});

it('tells a running process from one that is gone', () => {
  expect(isRunning(identifyProcess())).toBe(true);
  expect(isRunning({ ...identifyProcess(), startTicks: '1' })).toBe(false);
});
