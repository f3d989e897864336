import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planRender } from '@tapedeck/render/plan';
import type { WorkerProcess } from '@tapedeck/render/worker-process';
import { afterAll, expect, test } from 'vitest';
import { createLogger } from '../log/logger.ts';
import { startRenderChild } from './render-child.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-child-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A worker that says what it is told to and is killed then, as by a decoder that breaks. */
function killed(after: 'rendered' | 'nothing'): WorkerProcess {
  const entry = join(root, `${after}.mjs`);
  const die = "process.kill(process.pid, 'SIGKILL')";
  writeFileSync(entry, after === 'rendered' ? `process.send({ type: 'rendered' }, () => ${die});` : die);
  return { entry, execArgv: [], env: {} };
}

function render(name: string, worker: WorkerProcess, told: unknown[]) {
  const outDir = join(root, name);
  const plan = planRender({ type: 'composite' }, 'rec_1', 0, { extras: ['thumbnails', 'timeline'] });
  const options = {
    plan,
    recordingDir: root,
    outDir,
    follow: false,
    log: createLogger('test', 'silent'),
    signal: new AbortController().signal,
    worker,
  };
  const child = startRenderChild({ ...options, onNotice: (notice) => told.push(notice) });
  appendFileSync(
    join(outDir, 'files.jsonl'),
    `${JSON.stringify({ key: 'timeline', type: 'timeline', format: 'json', state: 'complete' })}\n`,
  );
  return child;
}

test('a worker that dies of extras when the files are complete costs the extras alone', async () => {
  const told: unknown[] = [];
  await render('whole', killed('rendered'), told).done;
  expect(told).toEqual([{ type: 'extra.failed', extra: 'thumbnails', detail: 'killed by SIGKILL' }]);
});

test('a worker that dies before its files are complete fails after its last restart', async () => {
  const told: unknown[] = [];
  await expect(render('torn', killed('nothing'), told).done).rejects.toMatchObject({ code: 'RENDER_FAILED' });
  expect(told).toEqual([]);
});
