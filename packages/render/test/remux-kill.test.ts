import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom, writeSyntheticLog } from '@tapedeck/testkit';
import type { RenderedFile } from '../src/plan.ts';
import { readFiles } from '../src/parts/files-journal.ts';
import { remuxLog } from '../src/remux/remux-log.ts';
import { decodeFile } from './decode-file.ts';
import { remuxPlan } from './remux-plan.ts';

const kills = 10;
const durationS = 30;
let folder = '';
let recordingDir = '';
let whole: readonly RenderedFile[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'remux-kill-'));
  recordingDir = join(folder, 'log');
  const small = { width: 320, height: 180 };
  const participants = [
    { identity: 'alice', video: small },
    { identity: 'bob', video: { ...small, codec: 'h264' as const } },
  ];
  await writeSyntheticLog({ dir: recordingDir, durationS, loopS: 10, participants, loss: { percent: 1 } });
  whole = await remuxLog(recordingDir, remuxPlan, join(folder, 'whole'), { follow: false });
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the remux in a process of its own and kills it after `batches` of the log; resolves with the files when it came to the end before. */
function runChild(outDir: string, batches: number): Promise<readonly RenderedFile[] | null> {
  const child = fork(join(import.meta.dirname, 'remux-child.ts'));
  return new Promise((resolve, reject) => {
    let seen = 0;
    let files: readonly RenderedFile[] | null = null;
    child.on('message', (message: { ready?: true; files?: readonly RenderedFile[] }) => {
      if (message.ready === true) child.send({ recordingDir, plan: remuxPlan, outDir });
      else if (message.files !== undefined) files = message.files;
      else if (++seen >= batches) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('exit', () => resolve(files));
  });
}

it(`killed ${kills} times, every file that existed plays, and the end is the same`, { timeout: 240_000 }, async () => {
  const random = seededRandom(11);
  const outDir = join(folder, 'killed');
  for (let kill = 0; kill < kills; kill++) {
    const files = await runChild(outDir, 2 + Math.floor(random() * durationS));
    expect(files).toBeNull();
    for (const { path, key } of readFiles(outDir)) {
      if (!existsSync(join(outDir, path))) continue;
      const decoded = await decodeFile(join(outDir, path));
      expect(decoded.pictures.length, `${key} after kill ${kill}`).toBeGreaterThan(0);
      expect(decoded.errors).toBe(0);
    }
  }
  expect(await runChild(outDir, Infinity)).toEqual(whole);
  for (const { path } of whole) {
    expect(Buffer.compare(readFileSync(join(outDir, path)), readFileSync(join(folder, 'whole', path)))).toBe(0);
  }
});
