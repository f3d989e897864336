import { fork } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { RenderPlan } from '@tapedeck/render';
import { RenderFailedError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';

const busyRetryMs = 100;
const restarts = 3;

/** One output being rendered by a process of its own. */
export interface RenderChild {
  readonly outDir: string;
  readonly outputIndex: number;
  /** Resolves when every file of the output is complete. @throws {RenderFailedError} RENDER_FAILED after the last restart. */
  readonly done: Promise<void>;
  /** Ends the process without finishing; the files stay playable and a later run goes on. */
  kill(): void;
  /** Process id of the worker now at work, for tests and metrics. */
  readonly pid: number | null;
}

export interface RenderChildOptions {
  readonly plan: RenderPlan;
  readonly recordingDir: string;
  readonly outDir: string;
  /** true: the log may still grow. */
  readonly follow: boolean;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Renders one output; a worker that dies is restarted at the first missing part, three times. */
export function startRenderChild(options: RenderChildOptions): RenderChild {
  const { plan, outDir, log } = options;
  mkdirSync(outDir, { recursive: true });
  const planPath = join(outDir, 'plan.json');
  writeFileSync(`${planPath}.tmp`, JSON.stringify(plan));
  renameSync(`${planPath}.tmp`, planPath);
  const state: { pid: number | null; kill: () => void } = { pid: null, kill: () => undefined };
  const killer = new AbortController();
  const signal = AbortSignal.any([options.signal, killer.signal]);

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      const end = await runWorker(options, planPath, signal, (pid) => (state.pid = pid));
      state.pid = null;
      if (signal.aborted) return;
      if (end.code === 0) return;
      if (end.problem?.code === 'RENDER_BUSY') {
        await delay(busyRetryMs, undefined, { signal }).catch(() => undefined); // the dead recorder's worker is on its way out
        continue;
      }
      failures += 1;
      const detail = end.problem?.detail ?? (end.stderr || (end.signal === null ? `exit code ${end.code}` : `killed by ${end.signal}`));
      log.warn(
        { output: plan.outputIndex, code: end.code, signal: end.signal, problem: end.problem?.code, detail, failures },
        'render worker died',
      );
      if (failures > restarts) throw new RenderFailedError(plan.outputIndex, failures, detail);
    }
  };
  const done = run();
  done.catch(() => undefined); // whoever awaits `done` sees it; nobody may before the recording ends
  return {
    outDir,
    outputIndex: plan.outputIndex,
    done,
    kill: () => killer.abort(),
    get pid() {
      return state.pid;
    },
  };
}

interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  /** What the worker itself said about its end. */
  readonly problem: { readonly code: string; readonly detail: string } | null;
}

function runWorker(options: RenderChildOptions, planPath: string, signal: AbortSignal, onPid: (pid: number) => void): Promise<WorkerEnd> {
  const entry = fileURLToPath(import.meta.resolve('@tapedeck/render/worker'));
  const job = { recordingDir: options.recordingDir, planPath, outDir: options.outDir, follow: options.follow };
  return new Promise((resolve) => {
    const child = fork(entry, [JSON.stringify(job)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    if (child.pid !== undefined) onPid(child.pid);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4_000)));
    const kill = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    child.once('error', (error) => resolve({ code: null, signal: null, stderr: error.message, problem: null }));
    child.once('close', (code, name) => {
      signal.removeEventListener('abort', kill);
      resolve({ code, signal: name, stderr: stderr.trim(), problem: problemOf(stderr) });
    });
  });
}

function problemOf(stderr: string): WorkerEnd['problem'] {
  try {
    return JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as WorkerEnd['problem'];
  } catch {
    return null;
  }
}
