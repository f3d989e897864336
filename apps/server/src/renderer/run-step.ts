import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileRow, RenderStep } from '@tapedeck/catalogue';
import { isJoined, joinRanges, type RenderPlan, type RenderShare, splitRender } from '@tapedeck/render';
import { deliverFiles } from '../delivery/deliver-files.ts';
import { LayoutPictures, namesPictures } from '../pictures/layout-pictures.ts';
import { paths } from '../recorder/paths.ts';
import { startRenderChild } from '../recorder/render-child.ts';
import { firstLayout, planOfRender } from './plan-of-render.ts';
import type { RendererContext } from './renderer-context.ts';

const progressEveryMs = 500;

/**
 * Does one step and notes its end in the catalogue. `progress.value` rises from 0 to 1 meanwhile. Rejects when `signal` aborts.
 *
 * @param onWaiting Called when nothing is left to do but to wait for a storage.
 */
export async function runStep(
  step: RenderStep,
  context: RendererContext,
  signal: AbortSignal,
  progress: { value: number },
  onWaiting: () => void,
): Promise<void> {
  const { renders } = context.catalogue;
  if (step.kind === 'clean') {
    await rm(jobDir(step, context), { recursive: true, force: true });
    return renders.finishStep(step);
  }
  const plan = planOfRender(step, await layoutOf(step, context));
  const recordingDir = paths.recording(context.dataDir, step.recordingId);
  switch (step.kind) {
    case 'split':
      await renders.divide(step, await splitRender(recordingDir, plan), context.place);
      return;
    case 'share':
      await renderShare(step, plan, context, signal, progress);
      return renders.finishStep(step);
    case 'join':
      return renders.complete(step, await joinAndDeliver(step, context, signal, progress, onWaiting));
  }
}

/** The layout of the request (null: the recording's own is drawn) with its pictures: fetched once, before the shares are made, so that all of them draw the same. */
async function layoutOf({ kind, request, recordingId, plans }: RenderStep, { dataDir, pictures, log }: RendererContext): Promise<unknown> {
  if (request.output.type !== 'composite' || (!request.keepsLayout && firstLayout(plans) !== null)) return null;
  const { layout } = request.output;
  if ((kind !== 'split' && kind !== 'share') || !namesPictures(layout)) return layout;
  const kept = new LayoutPictures(paths.recording(dataDir, recordingId), pictures);
  if (kind === 'share') return (await kept.known(layout)).layout;
  const found = await kept.keep(layout);
  for (const { url, detail } of found.missing) log.warn({ url, detail }, 'a picture of the layout cannot be had');
  return found.layout;
}

const jobDir = ({ recordingId, renderId }: RenderStep, { dataDir }: RendererContext): string =>
  paths.laterRender(dataDir, recordingId, renderId);

/** A share has its folder whoever renders it: what an earlier claim made is gone on with. */
const shareDir = (step: RenderStep, number: number, context: RendererContext): string => join(jobDir(step, context), `share-${number}`);

async function renderShare(
  step: RenderStep,
  plan: RenderPlan,
  context: RendererContext,
  signal: AbortSignal,
  progress: { value: number },
): Promise<void> {
  const share = step.work as RenderShare;
  const outDir = shareDir(step, step.number, context);
  const recordingDir = paths.recording(context.dataDir, step.recordingId);
  const timer = setInterval(() => (progress.value = shareProgress(outDir, share)), progressEveryMs);
  try {
    await startRenderChild({ plan, recordingDir, outDir, follow: false, share, log: context.log, signal }).done;
    signal.throwIfAborted();
  } finally {
    clearInterval(timer);
  }
}

function shareProgress(outDir: string, { fromMs, untilMs }: RenderShare): number {
  try {
    const { renderedMs } = JSON.parse(readFileSync(join(outDir, 'progress.json'), 'utf8')) as { renderedMs: number };
    return Math.max(0, Math.min(1, (renderedMs - fromMs) / Math.max(1, untilMs - fromMs)));
  } catch {
    return 0; // not written yet
  }
}

async function joinAndDeliver(
  step: RenderStep,
  context: RendererContext,
  signal: AbortSignal,
  progress: { value: number },
  onWaiting: () => void,
): Promise<readonly FileRow[]> {
  const shares = step.work as readonly RenderShare[];
  let outDirs = shares.map((_, index) => shareDir(step, index + 1, context));
  if (isJoined(shares)) {
    const joined = join(jobDir(step, context), 'joined');
    await joinRanges(outDirs, joined, { signal, onProgress: (count, of) => (progress.value = count / of) });
    outDirs = [joined];
  }
  const { storages, retry, log } = context;
  const prefix = `renders/${step.renderId}/`;
  const deliveries = outDirs.map((outDir) => ({ recordingId: step.recordingId, prefix, outputIndex: 0, outDir, naming: null }));
  const where = { applicationId: step.applicationId, storage: step.recording.storage, storages };
  return await deliverFiles(deliveries, { ...where, retry, onWaiting, log, signal });
}
