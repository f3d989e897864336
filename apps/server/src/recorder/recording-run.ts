import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Claim } from '@tapedeck/catalogue';
import { type Output, type RecordingError, TapedeckError } from '@tapedeck/protocol';
import type { ExtraNotice, RenderNotice, RenderPlan } from '@tapedeck/render';
import { planRender } from '@tapedeck/render/plan';
import { LogNotFoundError, openLogWriter, sealCrashedLog } from '@tapedeck/rtplog';
import { noteFailure, notedFailure, openRecordingDelivery, type RecordingDelivery } from '../delivery/recording-delivery.ts';
import type { Logger } from '../log/logger.ts';
import { LayoutPictures, namesPictures } from '../pictures/layout-pictures.ts';
import { noteMissingPicture } from '../pictures/note-missing-picture.ts';
import { giveEvidence } from '../evidence/give-evidence.ts';
import { captureRoom } from './capture-room.ts';
import { createCatalogueWrites, type CatalogueWrites } from './catalogue-writes.ts';
import { epochDirs, hasMedia, lastMediaAt } from './epoch-start.ts';
import { keepLease, type Wanted } from './lease-keeper.ts';
import { noteFailedExtra } from './note-failed-extra.ts';
import { paths } from './paths.ts';
import type { RecorderContext } from './recorder-context.ts';
import { type RenderChild, startRenderChild } from './render-child.ts';

/** One claimed recording at work, from its claim to its terminal state. */
export interface RecordingRun {
  readonly recordingId: string;
  /** Only its files have to be brought to their storage. */
  readonly isWaiting: boolean;
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
  readonly pictures: LayoutPictures;
  /** Addresses of pictures of which the history says already that they failed. */
  readonly notedPictures: Set<string>;
  readonly delivery: RecordingDelivery;
}

/** Begins to work on a claim. */
export function startRecordingRun(claim: Claim, context: RecorderContext): RecordingRun {
  const log = context.log.child({ recording: claim.recordingId, epoch: claim.epoch });
  const gone = new AbortController();
  const writes = createCatalogueWrites(log, gone.signal);
  const state: RunState = {
    ...{ claim, context, log, writes, gone, stopping: new AbortController(), children: null, plans: Promise.resolve([]), isOver: false },
    delivery: openRecordingDelivery({ claim, context, writes, log, signal: gone.signal }),
    recordingDir: paths.recording(context.runtime.config.dataDir, claim.recordingId),
    pictures: new LayoutPictures(paths.recording(context.runtime.config.dataDir, claim.recordingId), context.pictures),
    notedPictures: new Set(),
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
    isWaiting: claim.state === 'delivering' && claim.delivery !== null,
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
  const isDelivering = claim.state === 'delivering';
  if (!isDelivering) state.context.metrics.started.inc({ kind: claim.epoch === 1 ? 'new' : 'takeover' });
  try {
    state.plans = choosePlans(state);
    state.plans.catch(() => undefined); // whoever needs them sees it
    if (isDelivering) return await deliver(state);
    await capture(state);
    if (gone.signal.aborted) return;
    if (!hasMedia(state.recordingDir)) return;
    await finish(state);
  } catch (error) {
    if (gone.signal.aborted) return;
    await fail(state, error);
  } finally {
    await state.delivery.stop();
    for (const child of (await state.children?.catch(() => [])) ?? []) child.kill();
  }
}

/** A recording that is taken over has its plans already. */
async function choosePlans(state: RunState): Promise<readonly RenderPlan[]> {
  const { claim, writes, context } = state;
  if (claim.plans !== null) return claim.plans as readonly RenderPlan[];
  // Whom to record is the capture's to say and the log's to tell: it may change while the plans stay as they are.
  const { subscribe: _subscribe, ...request } = claim.request;
  const outputs = await Promise.all(request.outputs.map(async (output) => await withPictures(state, output)));
  const plans = outputs.map((output, index) => planRender(output, claim.recordingId, index, request));
  writes.push('plans', () => context.catalogue.leases.setPlans(claim, plans));
  return plans;
}

/** The output with the pictures of its layout fetched: a plan names files, not addresses. What cannot be had is said in the history and left out. */
async function withPictures(state: RunState, output: Output): Promise<Output> {
  if (output.type !== 'composite' || output.video === null || !namesPictures(output.layout)) return output;
  const { layout, missing } = await state.pictures.keep(output.layout);
  for (const picture of missing) noteMissingPicture(state, picture);
  return { ...output, layout: layout as typeof output.layout };
}

/** Captures while the row asks for it; a claim of a recording that was already ending goes on from its log. */
async function capture(state: RunState): Promise<void> {
  const { claim, writes, context, stopping } = state;
  const { leases } = context.catalogue;
  const mayCapture = ['starting', 'recording', 'paused'].includes(claim.state);
  if (claim.desired === 'stopped') stopping.abort('stopped');
  const isOver = stopping.signal.aborted; // it was stopped while its recorder was dead
  let reason = typeof stopping.signal.reason === 'string' ? stopping.signal.reason : 'stopped';
  if (mayCapture && !isOver && claim.epoch > 1)
    writes.push('taken over', () => leases.event(claim, 'recording.taken_over', { epoch: claim.epoch }));
  if (mayCapture && !isOver)
    reason = await captureRoom(state, () => void startRenders(state)).catch((error: unknown) => keepWhatCame(state, error));
  if (state.gone.signal.aborted) return;
  context.metrics.ended.inc({ reason });
  const end = { endedAt: (isOver ? lastMediaAt(state.recordingDir) : null) ?? new Date(), endReason: reason };
  if (!hasMedia(state.recordingDir)) {
    state.isOver = true;
    if (claim.hasStarted && epochDirs(state.recordingDir).length === 0) await state.delivery.leaveElsewhere();
    else await abort(state, end);
    return;
  }
  if (mayCapture) writes.push('stopping', () => leases.transition(claim, 'stopping', end));
  await sealLogs(state, reason);
  writes.push('rendering', () => leases.transition(claim, 'rendering'));
}

/** Nothing was captured. What was paused before anybody came has to be stopped first. */
async function abort(
  { claim, context, writes, log }: RunState,
  end: { readonly endedAt: Date; readonly endReason: string },
): Promise<void> {
  const move = (to: 'aborted' | 'stopping'): Promise<boolean> => writes.ask(to, () => context.catalogue.leases.transition(claim, to, end));
  const isAborted = (await move('aborted')) || ((await move('stopping')) && (await move('aborted')));
  if (isAborted) log.info({ reason: end.endReason }, 'recording aborted: nothing was captured');
}

/** A capture that broke off costs what would have come after it: what came before is rendered and delivered, then the recording ends as failed. */
function keepWhatCame({ claim, context, gone, recordingDir, log }: RunState, error: unknown): string {
  if (gone.signal.aborted || !hasMedia(recordingDir)) throw error;
  log.error({ err: error }, 'capture failed');
  noteFailure(context.runtime.config.dataDir, claim.recordingId, problemOf(error));
  return 'failed';
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
  state.children ??= state.plans.then((plans) => {
    const children = plans.map((plan) => {
      const outDir = paths.render(dataDir, claim.recordingId, String(plan.outputIndex));
      const onNotice = (notice: RenderNotice | ExtraNotice): void =>
        notice.type === 'extra.failed' ? noteFailedExtra(state, plan.outputIndex, notice) : noteMissingPicture(state, notice);
      const onGivenUp = (error: Error): void => noteFailure(dataDir, claim.recordingId, problemOf(error));
      return startRenderChild({ plan, recordingDir, outDir, follow: true, log, signal: gone.signal, onNotice, onGivenUp });
    });
    state.delivery.follow(plans.map((plan) => plan.outputIndex));
    return children;
  });
  state.children.catch(() => undefined); // `finish` sees it
  return state.children;
}

/** Waits for each output; what one output lacks does not keep the others from being delivered. */
async function finish(state: RunState): Promise<void> {
  const { claim, context, writes, gone } = state;
  const children = await startRenders(state);
  const rendered = await Promise.allSettled(children.map((child) => child.done));
  if (gone.signal.aborted) return;
  const failure = rendered.find((result) => result.status === 'rejected');
  if (failure !== undefined) noteFailure(context.runtime.config.dataDir, claim.recordingId, problemOf(failure.reason));
  writes.push('delivering', () => context.catalogue.leases.transition(claim, 'delivering'));
  await deliver(state);
}

/** Brings what was rendered to its storage and ends the recording; or lets go of it until the storage is asked again. */
async function deliver(state: RunState): Promise<void> {
  const { claim, context, writes, log, delivery } = state;
  const { leases } = context.catalogue;
  const { dataDir } = context.runtime.config;
  const plans = await state.plans;
  if ((await delivery.finish(plans.map((plan) => plan.outputIndex))) === 'parked') {
    state.isOver = true;
    return;
  }
  const failure = notedFailure(dataDir, claim.recordingId);
  const outputs = plans.map((plan) => plan.outputIndex);
  await giveEvidence(state, outputs, failure === null ? 'completed' : 'failed');
  if (failure !== null) return await failWith(state, failure);
  await dropGrowing(state);
  state.isOver = true;
  await writes.ask('completed', () => leases.transition(claim, 'completed'));
  log.info({}, 'recording completed');
  await delivery.cleanUp();
  await rm(paths.renders(dataDir, claim.recordingId), { recursive: true, force: true });
}

/** What is not whole now never will be. */
async function dropGrowing({ claim, context, writes }: RunState): Promise<void> {
  await writes.ask('growing files', () => context.catalogue.leases.dropGrowing(claim));
}

async function fail(state: RunState, error: unknown): Promise<void> {
  state.log.error({ err: error }, 'recording failed');
  await failWith(state, problemOf(error));
}

async function failWith(state: RunState, error: RecordingError): Promise<void> {
  const { claim, context, writes } = state;
  context.metrics.failed.inc({ code: error.code });
  await dropGrowing(state).catch(() => undefined);
  state.isOver = true;
  await writes.ask('failed', () => context.catalogue.leases.transition(claim, 'failed', { error })).catch(() => undefined);
  await state.delivery.cleanUp();
}

function problemOf(error: unknown): RecordingError {
  if (error instanceof TapedeckError) return { code: error.code, fault: error.fault, detail: error.message };
  return { code: 'INTERNAL', fault: 'service', detail: 'An unexpected error; the log of the recording is kept.' };
}
