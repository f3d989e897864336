import type { RenderNotice } from '../composite/picture-store.ts';
import type { RenderShare } from '../engine/split-render.ts';
import type { ExtraNotice } from '../extras/extra-notice.ts';

/** What a render worker is told: the one argument of `worker.ts`, as JSON. Paths are absolute. */
export interface WorkerRequest {
  readonly recordingDir: string;
  /** A file holding the RenderPlan as JSON. */
  readonly planPath: string;
  readonly outDir: string;
  /** True: follow the log until it ends. */
  readonly follow: boolean;
  /** What this worker makes; null: everything. */
  readonly share: RenderShare | null;
  /** True: renders nothing and completes, as they are, the files that earlier workers left growing. */
  readonly endsOnly: boolean;
}

/** What a render worker tells its parent. `rendered`: its files are complete; what is still being made are extras. */
export type WorkerMessage = { readonly type: 'rendered' } | { readonly type: 'notice'; readonly notice: RenderNotice | ExtraNotice };

/** Reads a worker's argument. Null when it is not a complete request. */
export function parseWorkerRequest(text: string | undefined): WorkerRequest | null {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { recordingDir, planPath, outDir, follow, share, endsOnly } = value as Record<string, unknown>;
  if (typeof recordingDir !== 'string' || typeof planPath !== 'string' || typeof outDir !== 'string') return null;
  const part = (share ?? null) as RenderShare | null;
  return { recordingDir, planPath, outDir, follow: follow === true, share: part, endsOnly: endsOnly === true };
}
