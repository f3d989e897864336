import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Claim, FileRow } from '@tapedeck/catalogue';
import { TapedeckError } from '@tapedeck/protocol';
import type { RenderPlan } from '@tapedeck/render';
import { LogNotFoundError, openLogWriter, sealCrashedLog } from '@tapedeck/rtplog';
import type { Logger } from '../log/logger.ts';
import { captureRoom } from './capture-room.ts';
import { createCatalogueWrites, type CatalogueWrites } from './catalogue-writes.ts';
import { deliverFiles } from './deliver-files.ts';
import { epochDirs, hasMedia, lastMediaAt } from './epoch-start.ts';
import { keepLease, type Wanted } from './lease-keeper.ts';
import { paths } from './paths.ts';
import type { RecorderContext } from './recorder-context.ts';
import { type RenderChild, startRenderChild } from './render-child.ts';

/** One claimed recording at work, from its claim to its terminal state. */
export interface RecordingRun {
  readonly recordingId: string;
  /** Resolves when nothing of it runs here any more. Never rejects. */
  readonly ended: Promise<void>;
  /** The row changed: look at once. */
  poke(): void;
  /** Ends the capture; files are made and delivered as after any other end. */
  stop(reason: string): void;
  /** Lets go without finishing: another owner goes on from the log. */
  abandon(): void;
}

/** What the parts of one run share. */
export interface RunState {
  readonly claim: Claim;
  readonly context: RecorderContext;
  readonly log: Logger;
  readonly writes: CatalogueWrites;
  /** Aborted when the recording is lost or given up: everything of it ends. */
  readonly gone: AbortController;
  /** Aborted (with the reason as text) when the capture is to end. */
  readonly stopping: AbortController;
  readonly recordingDir: string;
  wanted: Wanted;
  /** Called with every change of `wanted`. */
  onWanted: (wanted: Wanted) => void;
  plans: Promise<readonly RenderPlan[]>;
  /** The terminal state is being written: an answer that the lease is gone means nothing any more. */
  isOver: boolean;
  children: Promise<readonly RenderChild[]> | null;
}

/** Begins to work on a claim. */
export function startRecordingRun(claim: Claim, context: RecorderContext): RecordingRun {
  const log = context.log.child({ recording: claim.recordingId, epoch: claim.epoch });
  const gone = new AbortController();
  const state: RunState = {
    ...{ claim, context, log, gone, stopping: new AbortController(), children: null, plans: Promise.resolve([]), isOver: false },
    writes: createCatalogueWrites(log, gone.signal),
    recordingDir: paths.recording(context.runtime.config.dataDir, claim.recordingId),
    wanted: { desired: claim.desired, layout: null, subscribe: null },
    onWanted: () => undefined,
  };
  const lose = (): void => {
    if (state.isOver) return;
    log.warn({}, 'another recorder has taken the recording over');
    gone.abort();
  };
  const lease = keepLease(context.catalogue.leases, claim, log, (wanted) => want(state, wanted), lose);
  const ended = (async () => {
    await work(state).catch((error: unknown) => log.error({ err: error }, 'recording run broke off'));
    state.isOver = true;
    await lease.stop().catch((error: unknown) => log.error({ err: error }, 'lease keeper broke off'));
    await context.catalogue.leases.release(claim).catch(() => undefined); // else it expires
  })();
  return {
    recordingId: claim.recordingId,
    ended,
    poke: () => lease.poke(),
    stop: (reason) => state.stopping.abort(reason),
    abandon: () => gone.abort(),
  };
}

function want(state: RunState, wanted: Wanted): void {
  state.wanted = wanted;
  if (wanted.desired === 'stopped') state.stopping.abort('stopped');
  state.onWanted(wanted);
}

async function work(state: RunState): Promise<void> {
  const { claim, gone } = state;
  state.context.metrics.started.inc({ kind: claim.epoch === 1 ? 'new' : 'takeover' });
  try {
    state.plans = choosePlans(state);
    state.plans.catch(() => undefined); // whoever needs them sees it
    await capture(state);
    if (gone.signal.aborted) return;
    if (!hasMedia(state.recordingDir)) return;
    await finish(state);
  } catch (error) {
    if (gone.signal.aborted) return;
    await fail(state, error);
  } finally {
    for (const child of (await state.children?.catch(() => [])) ?? []) child.kill();
  }
}

/** A recording that is taken over has its plans: the renderer's libraries need not be loaded then, and capture goes on sooner. */
async function choosePlans(state: RunState): Promise<readonly RenderPlan[]> {
  const { claim, writes, context } = state;
  if (claim.plans !== null) return claim.plans as readonly RenderPlan[];
  const { request } = claim;
  const { planRender } = await import('@tapedeck/render');
  const plans = request.outputs.map((output, index) => planRender(output, claim.recordingId, index, request));
  writes.push('plans', () => context.catalogue.leases.setPlans(claim, plans));
  return plans;
}

/** Captures while the row asks for it; a claim of a recording that was already ending goes on from its log. */
async function capture(state: RunState): Promise<void> {
  const { claim, writes, context, stopping } = state;
  const { leases } = context.catalogue;
  const mayCapture = ['starting', 'recording', 'paused'].includes(claim.state);
  if (claim.desired === 'stopped') stopping.abort('stopped');
  const isOver = stopping.signal.aborted; // it was stopped while its recorder was dead
  let reason = typeof stopping.signal.reason === 'string' ? stopping.signal.reason : 'stopped';
  if (mayCapture && !isOver) reason = await captureRoom(state, () => void startRenders(state));
  if (state.gone.signal.aborted) return;
  context.metrics.ended.inc({ reason });
  const end = { endedAt: (isOver ? lastMediaAt(state.recordingDir) : null) ?? new Date(), endReason: reason };
  if (!hasMedia(state.recordingDir)) {
    state.isOver = true;
    await writes.ask('aborted', () => leases.transition(claim, 'aborted', end));
    state.log.info({ reason }, 'recording aborted: nothing was captured');
    return;
  }
  if (mayCapture) writes.push('stopping', () => leases.transition(claim, 'stopping', end));
  await sealLogs(state, reason);
  writes.push('rendering', () => leases.transition(claim, 'rendering'));
}

/** What a killed recorder left open is closed now, so that followers see the end and `verify` has something to hold on to. */
async function sealLogs(state: RunState, reason: string): Promise<void> {
  const dirs = epochDirs(state.recordingDir);
  for (const [index, dir] of dirs.entries()) await sealEpoch(state, dir, index === dirs.length - 1 ? reason : 'recorder-died');
}

async function sealEpoch({ claim }: RunState, dir: string, reason: string): Promise<void> {
  try {
    await sealCrashedLog(dir, reason);
  } catch (error) {
    if (!(error instanceof LogNotFoundError)) throw error;
    // Its recorder died before the first byte: an empty, sealed epoch keeps nobody waiting.
    await openLogWriter({ dir, recordingId: claim.recordingId, epoch: Number(basename(dir).slice(1)) }).seal(reason);
  }
}

function startRenders(state: RunState): Promise<readonly RenderChild[]> {
  const { claim, recordingDir, log, gone } = state;
  const { dataDir } = state.context.runtime.config;
  state.children ??= state.plans.then((plans) =>
    plans.map((plan) => {
      const outDir = paths.render(dataDir, claim.recordingId, String(plan.outputIndex));
      return startRenderChild({ plan, recordingDir, outDir, follow: true, log, signal: gone.signal });
    }),
  );
  state.children.catch(() => undefined); // `finish` sees it
  return state.children;
}

/** Waits for each output and delivers it; what one output lacks does not keep the others. */
async function finish(state: RunState): Promise<void> {
  const { claim, context, writes, log, gone } = state;
  const { leases } = context.catalogue;
  const children = await startRenders(state);
  const rendered = await Promise.allSettled(children.map((child) => child.done));
  if (gone.signal.aborted) return;
  writes.push('delivering', () => leases.transition(claim, 'delivering'));
  for (const { outDir, outputIndex } of children) {
    const delivery = { recordingId: claim.recordingId, prefix: claim.request.prefix, outputIndex, outDir };
    for (const row of await deliverFiles(delivery, context.storage, log, gone.signal)) keepFile(state, row);
  }
  const failure = rendered.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  state.isOver = true;
  await writes.ask('completed', () => leases.transition(claim, 'completed'));
  log.info({}, 'recording completed');
  await rm(paths.renders(context.runtime.config.dataDir, claim.recordingId), { recursive: true, force: true });
}

function keepFile(state: RunState, row: FileRow): void {
  state.writes.push('file', () => state.context.catalogue.leases.file(state.claim, row));
  state.log.info({ key: row.key, durationMs: row.durationMs, sizeBytes: row.sizeBytes }, 'file delivered');
}

async function fail(state: RunState, error: unknown): Promise<void> {
  const { claim, context, writes, log } = state;
  const known = error instanceof TapedeckError;
  log.error({ err: error }, 'recording failed');
  const code = known ? error.code : 'INTERNAL';
  context.metrics.failed.inc({ code });
  const detail = known ? error.message : 'An unexpected error; the log of the recording is kept.';
  const change = { error: { code, fault: known ? error.fault : 'service', detail } };
  state.isOver = true;
  await writes.ask('failed', () => context.catalogue.leases.transition(claim, 'failed', change)).catch(() => undefined);
}
