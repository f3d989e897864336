import { fork } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExtraNotice, RenderNotice, RenderPlan, RenderShare, WorkerMessage } from '@tapedeck/render';
import { type WorkerProcess, workerProcess } from '@tapedeck/render/worker-process';
import { openRenderedFiles } from '../delivery/rendered-files.ts';
import { RenderFailedError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import { prioritize } from '../process/process-priority.ts';

const busyRetryMs = 100;
const restarts = 3;

/** One output being rendered by a process of its own. */
export interface RenderChild {
  readonly outDir: string;
  readonly outputIndex: number;
  /** Resolves when every file of the output is complete, and its extras as far as they can be made. @throws {RenderFailedError} RENDER_FAILED after the last restart. */
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
  /** What of an offline render the process makes; default: all of it. */
  readonly share?: RenderShare;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** What is forked; default: the renderer's worker. */
  readonly worker?: WorkerProcess;
  /**
   * Called after the last restart: the files are completed as they are then, so whoever goes on with the output must know of it first. Left out: they stay growing.
   */
  readonly onGivenUp?: (error: RenderFailedError) => void;
  /** Told of what went wrong without stopping the render; a worker that was restarted says it again. */
  readonly onNotice?: (notice: RenderNotice | ExtraNotice) => void;
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
      if (failures > restarts && end.hasRendered) return giveUpExtras(options, detail);
      if (failures > restarts) {
        const error = new RenderFailedError(plan.outputIndex, failures, detail);
        if (options.onGivenUp !== undefined) await giveUp(options, planPath, signal, error);
        throw error;
      }
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

/** What was made of the output by now is all there will be: players need not wait for more. */
async function giveUp(options: RenderChildOptions, planPath: string, signal: AbortSignal, error: RenderFailedError): Promise<void> {
  options.onGivenUp?.(error);
  const end = await runWorker(options, planPath, signal, () => undefined, true);
  if (end.code !== 0 && !signal.aborted)
    options.log.warn({ output: options.plan.outputIndex, detail: end.stderr }, 'files could not be ended');
}

/** The files are whole and the worker dies of what it makes beside them: that is no reason to fail. */
function giveUpExtras({ plan, outDir, onNotice }: RenderChildOptions, detail: string): void {
  const made = new Set<string>(
    openRenderedFiles(outDir)
      .read()
      .map(({ type }) => type),
  );
  for (const extra of plan.extras ?? []) if (!made.has(extra)) onNotice?.({ type: 'extra.failed', extra, detail });
}

interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  /** Every file was complete before. */
  readonly hasRendered: boolean;
  /** What the worker itself said about its end. */
  readonly problem: { readonly code: string; readonly detail: string } | null;
}

/** @param endsOnly The worker is to complete the files as they are. */
function runWorker(
  options: RenderChildOptions,
  planPath: string,
  signal: AbortSignal,
  onPid: (pid: number) => void,
  endsOnly = false,
): Promise<WorkerEnd> {
  const { entry, execArgv, env } = options.worker ?? workerProcess;
  const { recordingDir, outDir, follow, share = null } = options;
  const job = { recordingDir, planPath, outDir, follow, share, endsOnly };
  return new Promise((resolve) => {
    const child = fork(entry, [JSON.stringify(job)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [...execArgv],
      env: { ...process.env, ...env },
    });
    if (child.pid !== undefined) {
      prioritize(child.pid, 'render');
      onPid(child.pid);
    }
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4_000)));
    const kill = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    let hasRendered = false;
    child.on('message', (message: WorkerMessage) => {
      if (message.type === 'notice') options.onNotice?.(message.notice);
      else hasRendered = true;
    });
    child.once('error', (error) => resolve({ code: null, signal: null, stderr: error.message, hasRendered, problem: null }));
    child.once('close', (code, name) => {
      signal.removeEventListener('abort', kill);
      resolve({ code, signal: name, stderr: stderr.trim(), hasRendered, problem: problemOf(stderr) });
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
