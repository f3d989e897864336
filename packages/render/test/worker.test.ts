import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSyntheticLog } from '@tapedeck/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { planRender } from '../src/index.ts';
import type { RecordingRequest } from '../src/index.ts';
import { decodeFile } from './decode-file.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-worker-'));
const workerPath = fileURLToPath(new URL('../src/worker.ts', import.meta.url));
const video = { width: 320, height: 180, fps: 15, bitrateKbps: 300 };

afterAll(() => rmSync(root, { recursive: true, force: true }));

function start(
  recordingDir: string,
  outDir: string,
  follow: boolean,
  recording: RecordingRequest = {},
): { child: ChildProcess; end: Promise<number | string | null>; stderr: () => string } {
  const planPath = join(root, 'plan.json');
  writeFileSync(planPath, JSON.stringify(planRender({ type: 'composite', video }, 'rec_worker', 0, recording)));
  const child = fork(workerPath, [JSON.stringify({ recordingDir, planPath, outDir, follow })], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const end = new Promise<number | string | null>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  return { child, end, stderr: () => text };
}

/** Resolves when the folder (which exists) holds a file of that name. */
async function appears(dir: string, name: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (!existsSync(join(dir, name))) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(dir, check);
    check();
  });
}

describe('the render worker', { timeout: 180_000 }, () => {
  it('renders a log, says so and exits with 0', async () => {
    const dir = join(root, 'whole');
    await writeSyntheticLog({ dir, durationS: 6, participants: [{ identity: 'alice' }] });
    const outDir = join(root, 'whole-out');
    const worker = start(dir, outDir, false);
    expect([await worker.end, worker.stderr()]).toEqual([0, '']);
    expect(JSON.parse(readFileSync(join(outDir, 'progress.json'), 'utf8'))).toMatchObject({ renderedMs: 6000, done: true, error: null });
    const lines = readFileSync(join(outDir, 'files.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ key: 'composite', state: 'complete', durationMs: 6000 });
    expect(existsSync(join(outDir, '.lock'))).toBe(false);
  });

  it('makes the files and the other extras when one extra cannot be made, and says so', async () => {
    const dir = join(root, 'extras');
    const outDir = join(root, 'extras-out');
    await writeSyntheticLog({ dir, durationS: 3, participants: [{ identity: 'alice' }] });
    mkdirSync(outDir);
    writeFileSync(join(outDir, 'composite.thumbnails'), 'no folder');
    const worker = start(dir, outDir, false, { extras: ['thumbnails', 'waveform', 'timeline'] });
    const told: unknown[] = [];
    worker.child.on('message', (message) => told.push(message));
    expect([await worker.end, worker.stderr()]).toEqual([0, '']);
    const lines = readFileSync(join(outDir, 'files.jsonl'), 'utf8').split('\n');
    const files = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as { type: string; state: string });
    const whole = files.filter(({ state }) => state === 'complete').map(({ type }) => type);
    expect(whole.toSorted()).toEqual(['composite', 'timeline', 'waveform']);
    const detail = 'Cannot write composite.thumbnails/0001.jpg.';
    expect(told).toEqual([{ type: 'rendered' }, { type: 'notice', notice: { type: 'extra.failed', extra: 'thumbnails', detail } }]);
  });

  it('leaves when its parent is gone, and its successor goes on with what it made', async () => {
    const dir = join(root, 'orphan');
    const outDir = join(root, 'orphan-out');
    await writeSyntheticLog({ dir, durationS: 12, participants: [{ identity: 'alice' }], seal: false });
    mkdirSync(outDir);
    const orphan = start(dir, outDir, true);
    await appears(outDir, 'composite.mp4');
    const second = start(dir, outDir, true);
    expect(await second.end).toBe(1);
    expect(JSON.parse(second.stderr())).toMatchObject({ code: 'RENDER_BUSY', fault: 'service' });
    // Not 'close': Node does not emit it to a parent that disconnected itself.
    const left = new Promise((resolve) => orphan.child.once('exit', resolve));
    orphan.child.disconnect();
    expect(await left).toBe(3);
    const begun = await decodeFile(join(outDir, 'composite.mp4'));
    expect(begun.pictures.length).toBeGreaterThanOrEqual(60);
    const successor = start(dir, outDir, false);
    expect([await successor.end, successor.stderr()]).toEqual([0, '']);
    const whole = await decodeFile(join(outDir, 'composite.mp4'));
    expect(Math.abs(whole.durationS - 12)).toBeLessThan(0.2);
    expect(whole.pictures.map(({ timeS }) => Math.round(timeS * 15))).toEqual(whole.pictures.map((_, index) => index));
  });

  it('says what is wrong in one line and exits with 2 or 1', async () => {
    const child = fork(workerPath, ['{"outDir":1}'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2);
    // A file stands where the folder should be.
    const worker = start(join(root, 'nothing'), join(root, 'plan.json'), false);
    expect(await worker.end).toBe(1);
    expect(JSON.parse(worker.stderr().trim())).toMatchObject({ code: 'RENDER_OUTPUT_FAILED', fault: 'service' });
  });
});
