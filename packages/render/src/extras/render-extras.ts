import type { RenderPlan } from '../plan.ts';
import { collectSession } from './collect-session.ts';
import type { CollectOptions } from './collect-session.ts';
import type { ExtraName } from './extra-name.ts';
import { noticeOf } from './extra-notice.ts';
import type { ExtraNotice } from './extra-notice.ts';
import { makeThumbnails } from './thumbnails.ts';
import { writeJsonExtra } from './write-extra.ts';

/** Extras of one render on their way. */
export interface ExtrasRender {
  /**
   * To be called when the render's own files are complete: makes thumbnails of them and waits for the rest. An extra that cannot be made costs neither the files nor
   * the other extras: what is told of it comes back. Rejects only when it is stopped.
   */
  finish(): Promise<readonly ExtraNotice[]>;
  /** Stops reading the log, wherever it is: nothing of it keeps the process. Idempotent. */
  close(): void;
}

/**
 * Begins to make what the plan's `extras` ask for beside its files. Timeline and waveform are read from the log while the render goes on (a reader of its own, so
 * nothing of the render waits for it), thumbnails from the finished files. A restarted render begins the reading again; what stands is left alone.
 */
export function startExtras(recordingDir: string, plan: RenderPlan, outDir: string, options: CollectOptions): ExtrasRender {
  const { extras = [] } = plan;
  const wantsLog = extras.includes('timeline') || extras.includes('waveform');
  const closing = new AbortController();
  const signal = options.signal === undefined ? closing.signal : AbortSignal.any([options.signal, closing.signal]);
  const reading = wantsLog ? collectSession(recordingDir, plan, { ...options, signal }) : null;
  reading?.catch(() => undefined); // `finish` sees it
  return {
    async finish() {
      const failed: ExtraNotice[] = [];
      const make = async (name: ExtraName, work: () => unknown): Promise<void> => {
        if (!extras.includes(name)) return;
        try {
          await work();
        } catch (error) {
          options.signal?.throwIfAborted();
          failed.push(noticeOf(name, error, outDir));
        }
      };
      await make('thumbnails', () => makeThumbnails(outDir, options.signal));
      if (reading === null) return failed;
      await make('timeline', async () => writeJsonExtra(outDir, 'timeline', (await reading).timeline));
      await make('waveform', async () => {
        const { waveform } = await reading;
        if (waveform instanceof Error) throw waveform;
        if (waveform !== null) writeJsonExtra(outDir, 'waveform', waveform);
      });
      return failed;
    },
    close: () => closing.abort(),
  };
}
