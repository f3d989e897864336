import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkFile, writeSyntheticLog } from '@tapedeck/testkit';
import { afterAll, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';
import type { ContainerFormat } from '../src/index.ts';
import { readFiles } from '../src/parts/files-journal.ts';
import { decodeFile } from './decode-file.ts';
import { decodeSound } from './decode-sound.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-formats-kill-'));
const workerPath = fileURLToPath(new URL('../src/worker.ts', import.meta.url));
const formats: readonly ContainerFormat[] = ['mp4', 'hls', 'webm', 'flv', 'm4a', 'aac', 'mp3', 'wav', 'ogg'];
const durationS = 15;

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Runs the worker and kills it after so many changes in its folder: anywhere between two writes of two formats. Null when it was done before. */
async function killedAfter(changes: number, request: string, folder: string): Promise<NodeJS.Signals | null> {
  let seen = 0;
  return await killedWhen(() => ++seen === changes, request, folder);
}

/** Runs the worker and kills it when a change in the folder makes `isTime` true. Null when it was done before. */
async function killedWhen(isTime: () => boolean, request: string, folder: string): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [workerPath, request], { stdio: ['ignore', 'ignore', 'inherit'] });
  const watcher = watch(folder, () => {
    if (isTime()) child.kill('SIGKILL');
  });
  const end = await new Promise<number | NodeJS.Signals | null>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  watcher.close();
  if (end === 'SIGKILL') return end;
  expect(end).toBe(0);
  return null;
}

it('every format is the same when its renderer is killed again and again', { timeout: 180_000 }, async () => {
  const dir = join(root, 'log');
  const { people } = await writeSyntheticLog({ dir, durationS, participants: [{ identity: 'alice', video: { width: 320, height: 180 } }] });
  const video = { width: 320, height: 180, fps: 15, bitrateKbps: 400 };
  const plan = planRender({ type: 'composite', formats, video, hls: { segments: 'ts' } }, 'rec_kill', 0, { sliceS: 10, partS: 2 });
  const wholeDir = join(root, 'whole');
  const whole = await renderLog(dir, plan, wholeDir, { follow: false });
  const killedDir = join(root, 'killed');
  mkdirSync(join(killedDir, 'parts'), { recursive: true });
  const planPath = join(root, 'plan.json');
  writeFileSync(planPath, JSON.stringify(plan));
  const request = JSON.stringify({ recordingDir: dir, planPath, outDir: killedDir, follow: false });
  let kills = 0;
  // A part is five changes there (one for each journal), so every life gets a little farther than the one before.
  for (let changes = 6; (await killedAfter(changes, request, join(killedDir, 'parts'))) !== null; changes += 2) kills++;
  expect(kills).toBeGreaterThan(1);

  const rows = readFiles(killedDir).filter(({ state }) => state === 'complete');
  const facts = (files: typeof rows) => files.map(({ key, format, startMs, durationMs }) => ({ key, format, startMs, durationMs }));
  expect(facts(rows).sort((a, b) => a.key.localeCompare(b.key) || a.format.localeCompare(b.format))).toEqual(
    facts([...whole]).sort((a, b) => a.key.localeCompare(b.key) || a.format.localeCompare(b.format)),
  );
  for (const { format, path, startMs } of whole) {
    const [unbroken, resumed] = [await decodeFile(join(wholeDir, path)), await decodeFile(join(killedDir, path))];
    expect([path, resumed.errors]).toEqual([path, 0]);
    expect(resumed.pictures, path).toEqual(unbroken.pictures);
    expect(resumed.sounds, path).toEqual(unbroken.sounds);
    if (format === 'hls') continue;
    const report = await checkFile(join(killedDir, path), { type: 'composite', people, startMs, tolerance: { settleMs: 1000 } });
    expect([path, report.problems]).toEqual([path, []]);
  }
  // The mix does not depend on where it began: PCM is the same to the byte.
  for (const path of ['composite.wav', 'composite.0002.wav'])
    expect(readFileSync(join(killedDir, path)).equals(readFileSync(join(wholeDir, path))), path).toBe(true);
  for (const path of ['composite.mp3', 'composite.ogg', 'composite.m4a']) {
    const [unbroken, resumed] = [await decodeSound(join(wholeDir, path)), await decodeSound(join(killedDir, path))];
    expect(worstDifference(unbroken, resumed), path).toBeLessThan(0.02);
  }
});

function worstDifference(a: Float32Array, b: Float32Array): number {
  expect(b.length).toBe(a.length);
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  return worst;
}

it('every format is playable to where its renderer got when it is ended in its place', { timeout: 120_000 }, async () => {
  const dir = join(root, 'ended-log');
  await writeSyntheticLog({ dir, durationS, participants: [{ identity: 'alice', video: { width: 320, height: 180 } }] });
  const video = { width: 320, height: 180, fps: 15, bitrateKbps: 400 };
  const plan = planRender({ type: 'composite', formats, video }, 'rec_ended', 0, { partS: 2 });
  const outDir = join(root, 'ended');
  mkdirSync(outDir);
  const planPath = join(root, 'ended-plan.json');
  writeFileSync(planPath, JSON.stringify(plan));
  const request = { recordingDir: dir, planPath, outDir, follow: false };
  const isBegun = (): boolean => readFiles(outDir).length === formats.length;
  expect(await killedWhen(isBegun, JSON.stringify(request), outDir)).toBe('SIGKILL');
  expect(new Set(readFiles(outDir).map(({ state }) => state))).toEqual(new Set(['growing']));
  const end = spawn(process.execPath, [workerPath, JSON.stringify({ ...request, endsOnly: true })], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  expect(await new Promise((resolve) => end.once('exit', resolve))).toBe(0);
  for (const { format, state, path, durationMs, sizeBytes, parts } of readFiles(outDir)) {
    const { errors, pictures, sounds } = await decodeFile(join(outDir, path));
    const lastS = Math.max(...pictures.map(({ timeS }) => timeS), ...sounds.map(({ timeS }) => timeS)); // ADTS tells no duration
    expect([format, state, errors]).toEqual([format, 'complete', 0]);
    expect(durationMs / 1000, format).toBeGreaterThanOrEqual(2);
    expect(durationMs / 1000, format).toBeLessThan(durationS);
    expect(Math.abs(durationMs / 1000 - lastS), format).toBeLessThan(0.1);
    const paths = format === 'hls' ? parts : [path];
    expect(sizeBytes, format).toBe(paths.reduce((sum, name) => sum + statSync(join(outDir, name)).size, 0));
  }
  const text = readFileSync(join(outDir, 'composite.m3u8'), 'utf8');
  expect(text).toMatch(/#EXT-X-PLAYLIST-TYPE:VOD\n[^]*\n#EXT-X-ENDLIST\n$/);
  expect(text.match(/ENDLIST/g)).toHaveLength(1);
});
