import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { readLogBatches } from '@tapedeck/rtplog';
import { windowOf } from '../engine/render-window.ts';
import { isWanted } from '../engine/subscription.ts';
import { TrackFrames } from '../engine/track-frames.ts';
import type { EventItem, FrameItem, TrackItem } from '../engine/track-item.ts';
import { readFiles } from '../parts/files-journal.ts';
import { ProgressFile } from '../parts/progress-file.ts';
import { Visits } from '../individual/visits.ts';
import type { RenderedFile, RenderPlan } from '../plan.ts';
import { StalePartsError } from './remux-file.ts';
import { RemuxSlot } from './remux-slot.ts';
import { slotOf } from './track-slot.ts';
import { WindowGate } from './window-gate.ts';
import type { TrackSlot } from './track-slot.ts';

export interface RemuxOptions {
  /** True: waits at the end of a log that has not ended. */
  readonly follow: boolean;
  /** Stops between two batches; files stay playable. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly renderedMs: number; readonly logMs: number }) => void;
  readonly log?: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/**
 * Individual files by copying: VP8, VP9 and AV1 with Opus into WebM, H.264 and H.265 into MP4. Frames are not decoded. A restarted call reads the log from
 * its beginning and goes on behind the last whole part of each file.
 *
 * @returns the completed files, as in `files.jsonl`.
 * @throws {OutputError} RENDER_OUTPUT_FAILED when the disk refuses. Rejects with the signal's reason when aborted.
 */
export async function remuxLog(
  recordingDir: string,
  plan: RenderPlan,
  outDir: string,
  options: RemuxOptions,
): Promise<readonly RenderedFile[]> {
  mkdirSync(outDir, { recursive: true });
  try {
    return await remuxOnce(recordingDir, plan, outDir, options);
  } catch (error) {
    if (!(error instanceof StalePartsError)) throw error;
    // Another version of this program, or another log, made these files: they stay playable beside the new ones.
    options.log?.('remux begins again: files do not match the log', { key: error.key });
    setAside(outDir);
    return await remuxOnce(recordingDir, plan, outDir, options);
  }
}

function setAside(outDir: string): void {
  for (const { path } of readFiles(outDir)) {
    if (existsSync(join(outDir, path))) renameSync(join(outDir, path), join(outDir, `${path}.stale`));
  }
}

async function remuxOnce(recordingDir: string, plan: RenderPlan, outDir: string, options: RemuxOptions): Promise<readonly RenderedFile[]> {
  const { follow, signal, onProgress } = options;
  const frames = new TrackFrames({ holdbackMs: plan.holdbackMs });
  const remux = new Remux(plan, outDir, options.log);
  const progress = new ProgressFile(outDir);
  let logMs = 0;
  try {
    for await (const batch of readLogBatches(recordingDir, signal === undefined ? { follow } : { follow, signal })) {
      signal?.throwIfAborted();
      for (const item of frames.push(batch)) {
        remux.take(item);
        logMs = item.releasedUs / 1000;
      }
      const renderedMs = Math.max(0, logMs - plan.holdbackMs);
      progress.update({ renderedMs, logMs, done: false, error: null });
      onProgress?.({ renderedMs, logMs });
    }
    signal?.throwIfAborted();
    const files = remux.finish();
    progress.update({ renderedMs: logMs, logMs, done: true, error: null });
    return files;
  } finally {
    remux.close();
  }
}

/** Sends each frame to the slot it belongs to. */
class Remux {
  readonly #plan: RenderPlan;
  readonly #outDir: string;
  readonly #log: RemuxOptions['log'];
  readonly #slots = new Map<string, RemuxSlot>();
  /** Which slot a publication writes to. */
  readonly #slotByTrack = new Map<string, RemuxSlot>();
  readonly #visits: Visits;
  readonly #gate: WindowGate;
  #wallMs: number | null = null;
  #releasedUs = -1;

  constructor(plan: RenderPlan, outDir: string, log: RemuxOptions['log']) {
    this.#plan = plan;
    this.#outDir = outDir;
    this.#log = log;
    this.#gate = new WindowGate(windowOf(plan));
    this.#visits = new Visits(plan.resumeWaitS ?? null);
  }

  take(item: TrackItem): void {
    if (item.releasedUs > this.#releasedUs) {
      this.#releasedUs = item.releasedUs;
      for (const slot of this.#slots.values()) slot.advance(item.releasedUs);
    }
    if (item.type === 'frame') for (const passed of this.#gate.pass(item)) this.#takeFrame(passed);
    else if (item.type === 'event') this.#takeEvent(item);
  }

  #takeEvent({ event, us }: EventItem): void {
    this.#visits.take(event, us);
    if (event.type === 'started') this.#wallMs ??= event.wall - us / 1000;
    else if (event.type === 'unpublished') this.#slotByTrack.get(event.trackSid)?.release(event.trackSid);
  }

  #takeFrame(item: FrameItem): void {
    const { track } = item;
    if ((track.kind === 'video' ? this.#plan.video : this.#plan.audio) === null) return;
    if (!isWanted(this.#plan.subscribe, track.identity, track.kind)) return;
    let slot = this.#slotByTrack.get(track.trackSid);
    if (slot?.claim(item) !== true) {
      slot = this.#findSlot(item);
      this.#slotByTrack.set(track.trackSid, slot);
    }
    slot.push(item, this.#visits.of(track.identity));
  }

  #findSlot(item: FrameItem): RemuxSlot {
    const { track } = item;
    const { key, sources } = slotOf(track, this.#plan.merge);
    for (const candidate of [key, slotOf(track, false).key, `${key}.${track.trackSid}`]) {
      const slot = this.#slots.get(candidate) ?? this.#open(candidate, track.identity, sources);
      if (slot.claim(item)) return slot;
    }
    throw new Error(`Track ${track.trackSid} cannot claim its own file.`);
  }

  #open(key: string, participant: string, sources: TrackSlot['sources']): RemuxSlot {
    const { merge, holdbackMs, formats } = this.#plan;
    const slot = new RemuxSlot(
      {
        outDir: this.#outDir,
        key,
        type: merge ? 'individual' : 'track',
        participant,
        sources,
        holdbackMs,
        preferred: formats.includes('webm') ? 'webm' : 'mp4',
        wallMs: this.#wallMs,
        ...(this.#log === undefined ? {} : { log: this.#log }),
      },
      this.#plan,
    );
    this.#slots.set(key, slot);
    return slot;
  }

  finish(): readonly RenderedFile[] {
    return [...this.#slots.values()].flatMap((slot) => slot.finish());
  }

  close(): void {
    for (const slot of this.#slots.values()) slot.close();
  }
}
