/**
 * Entry of a render worker process: `node worker.ts '<WorkerRequest as JSON>'`. Writes plan.json, progress.json, files.jsonl and the files into outDir.
 * Exit codes: 0 done; 1 failed, with one JSON line `{code, fault, detail}` on stderr; 2 wrong arguments; 3 stopped by SIGTERM or by the loss of its parent.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { TapedeckError } from '@tapedeck/protocol';
import { renderLog } from './engine/render-log.ts';
import { startExtras } from './extras/render-extras.ts';
import { endFiles } from './parts/end-files.ts';
import { ProgressFile } from './parts/progress-file.ts';
import type { RenderLogOptions } from './engine/render-log.ts';
import type { RenderShare } from './engine/split-render.ts';
import type { RenderPlan } from './plan.ts';
import { lockOutDir } from './worker/out-dir-lock.ts';
import { parseWorkerRequest } from './worker/worker-request.ts';
import type { WorkerMessage, WorkerRequest } from './worker/worker-request.ts';

/** Nice value: capture goes first on a busy machine. */
const niceness = 10;
const exitStopped = 3;

const request = parseWorkerRequest(process.argv[2]);
if (request === null) {
  console.error(
    JSON.stringify({
      code: 'RENDER_WORKER_USAGE',
      fault: 'service',
      detail: "usage: worker.ts '{recordingDir, planPath, outDir, follow, share}'",
    }),
  );
  process.exitCode = 2;
} else process.exitCode = await work(request);
if (process.connected) process.disconnect();

async function work(request: WorkerRequest): Promise<number> {
  setPriority(niceness);
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  process.once('SIGINT', () => stop.abort());
  // The parent is gone: its successor starts another worker.
  process.once('disconnect', () => stop.abort());
  try {
    const lock = lockOutDir(request.outDir);
    try {
      if (request.endsOnly) {
        endFiles(request.outDir);
        return 0;
      }
      const plan = JSON.parse(readFileSync(request.planPath, 'utf8')) as RenderPlan;
      writeFileSync(join(request.outDir, 'plan.json.tmp'), `${JSON.stringify(plan, null, 2)}\n`);
      renameSync(join(request.outDir, 'plan.json.tmp'), join(request.outDir, 'plan.json'));
      const { recordingDir, outDir, follow, share } = request;
      const extras = share === null ? startExtras(recordingDir, plan, outDir, { follow, signal: stop.signal }) : null;
      try {
        await renderLog(recordingDir, plan, outDir, {
          ...{ follow, signal: stop.signal, onNotice: (notice) => void tell({ type: 'notice', notice }) },
          ...shareOptions(share),
        });
        await tell({ type: 'rendered' });
        for (const notice of (await extras?.finish()) ?? []) await tell({ type: 'notice', notice });
      } finally {
        extras?.close();
      }
    } finally {
      lock.release();
    }
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return exitStopped;
    reportFailure(request.outDir, error);
    return 1;
  }
}

/** Tells the parent, if it listens; resolves when it has been said, so that an end right after it takes nothing away. */
async function tell(message: WorkerMessage): Promise<void> {
  if (process.connected) await new Promise((resolve) => process.send?.(message, undefined, undefined, resolve));
}

/** A process among others needs one encoder thread; one that makes everything may use two. */
function shareOptions(share: RenderShare | null): Pick<RenderLogOptions, 'share' | 'encoderThreads'> {
  if (share === null) return {};
  return share.range === null && share.keys === null ? { share } : { share, encoderThreads: 1 };
}

function reportFailure(outDir: string, error: unknown): void {
  const isOurs = error instanceof TapedeckError;
  const detail = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined;
  const stack = !isOurs && error instanceof Error ? error.stack : undefined;
  console.error(
    JSON.stringify({ code: isOurs ? error.code : 'RENDER_FAILED', fault: isOurs ? error.fault : 'service', detail, cause, stack }),
  );
  if (isOurs && error.code === 'RENDER_BUSY') return;
  try {
    new ProgressFile(outDir).update({ renderedMs: 0, logMs: 0, done: false, error: detail });
  } catch {
    // The disk that failed the render may refuse this too; stderr has the reason.
  }
}
