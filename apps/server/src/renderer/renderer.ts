import { setTimeout as delay } from 'node:timers/promises';
import type { RenderStep } from '@tapedeck/catalogue';
import { TapedeckError } from '@tapedeck/protocol';
import { LogNotFoundError } from '@tapedeck/rtplog';
import type { RendererContext } from './renderer-context.ts';
import { runStep } from './run-step.ts';

const pollMs = 1_000;
const heartbeatMs = 1_000;
const leaseExpiryMs = 15_000;
/** A render whose log is not here is looked at again after so long, by each renderer; after so many looks nobody has it. */
const elsewhereMs = 60_000;
const mostLooks = 10;

/** Claims steps of renders and works on as many at a time as the configuration says. */
export interface Renderer {
  /** Gives back what it works on, for others or for later; resolves when nothing runs any more. */
  stop(): Promise<void>;
}

/** @param context Its catalogue stays open until the renderer is stopped. */
export async function startRenderer(context: RendererContext): Promise<Renderer> {
  const stopping = new AbortController();
  let wake = Promise.withResolvers<undefined>();
  const unlisten = await context.catalogue.onChange(() => wake.resolve(undefined));
  /** Renders whose log this machine does not have. */
  const elsewhere = new Map<string, number>();
  /** Steps that only wait for their storage: they keep no slot from working. */
  const waiting = new Set<Promise<void>>();
  const workOn = async (step: RenderStep, onWaiting: () => void): Promise<void> => {
    if ((await work(step, context, stopping.signal, onWaiting)) === 'elsewhere')
      elsewhere.set(step.renderId, performance.now() + elsewhereMs);
    wake.resolve(undefined); // another slot may have waited for this step
  };
  const slot = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const woken = wake.promise;
      const step = await claim(context, stillElsewhere(elsewhere));
      if (step !== null) {
        const free = Promise.withResolvers<undefined>();
        const working: Promise<void> = workOn(step, () => free.resolve(undefined)).finally(() => waiting.delete(working));
        waiting.add(working);
        await Promise.race([working, free.promise]);
        continue;
      }
      await Promise.race([woken, delay(pollMs, undefined, { signal: stopping.signal }).catch(() => undefined)]);
      wake = Promise.withResolvers<undefined>();
    }
  };
  const slots = Array.from({ length: context.concurrency }, slot);
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(slots);
      await Promise.all(waiting);
      await unlisten().catch(() => undefined);
    },
  };
}

/** Renders that are not to be looked at yet. */
function stillElsewhere(elsewhere: Map<string, number>): readonly string[] {
  for (const [renderId, untilMs] of elsewhere) if (performance.now() > untilMs) elsewhere.delete(renderId);
  return [...elsewhere.keys()];
}

async function claim({ catalogue, owner, place }: RendererContext, elsewhere: readonly string[]): Promise<RenderStep | null> {
  return catalogue.renders.claimStep(owner, leaseExpiryMs, { place, elsewhere }).catch((error: unknown) => {
    if (!(error instanceof TapedeckError && error.retryable)) throw error;
    return null;
  });
}

/** Works on one step with its lease kept; ends it, fails its render or gives it back. `elsewhere`: its log is not here, somebody else may have it. */
async function work(step: RenderStep, context: RendererContext, stopping: AbortSignal, onWaiting: () => void): Promise<'elsewhere' | null> {
  const { catalogue, metrics } = context;
  const log = context.log.child({ recording: step.recordingId, render: step.renderId, step: step.number, kind: step.kind });
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, stopping]);
  const progress = { value: 0 };
  const over = new AbortController();
  const beating = beat(step, context, progress, gone, over.signal);
  log.info({}, 'render step begun');
  try {
    await runStep(step, { ...context, log }, signal, progress, onWaiting);
    if (step.kind === 'join') metrics.renders.inc({ outcome: 'completed' });
    log.info({}, 'render step done');
    return null;
  } catch (error) {
    if (signal.aborted) log.info({ isStopping: stopping.aborted }, 'render step given back');
    else if (step.kind === 'split' && error instanceof LogNotFoundError && step.claims < mostLooks) return await leave(step, context);
    else await fail(step, { ...context, log }, error);
    return null;
  } finally {
    over.abort();
    await beating;
    if (signal.aborted) await catalogue.renders.release(step).catch(() => undefined); // else the lease expires
  }
}

/** Gives a step back to whoever has the log. */
async function leave(step: RenderStep, { catalogue }: RendererContext): Promise<'elsewhere'> {
  await catalogue.renders.release(step).catch(() => undefined);
  return 'elsewhere';
}

/** What a storage refuses was tried again for as long as it may be: that ends the render. */
async function fail(step: RenderStep, { catalogue, log, metrics }: RendererContext, error: unknown): Promise<void> {
  const known = error instanceof TapedeckError;
  if (known && error.retryable && error.fault !== 'destination') {
    log.warn({ err: error }, 'render step is tried again');
    await catalogue.renders.release(step).catch(() => undefined);
    return;
  }
  if (known && error.fault === 'caller') log.info({ code: error.code, detail: error.message }, 'render refused');
  else log.error({ err: error }, 'render failed');
  metrics.renders.inc({ outcome: 'failed' });
  const detail = known ? error.message : 'An unexpected error; the log of the recording is kept.';
  const fact = { code: known ? error.code : 'INTERNAL', fault: known ? error.fault : ('service' as const), detail };
  await catalogue.renders.fail(step, fact).catch((cause: unknown) => log.error({ err: cause }, 'the failure could not be noted'));
}

/** Keeps the lease; a catalogue that is away does not end the work, a claim that is lost does. */
async function beat(
  step: RenderStep,
  { catalogue }: RendererContext,
  progress: { readonly value: number },
  gone: AbortController,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    await delay(heartbeatMs, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return;
    const isMine = await catalogue.renders.heartbeat(step, leaseExpiryMs, progress.value).catch(() => true);
    if (!isMine) gone.abort();
  }
}
