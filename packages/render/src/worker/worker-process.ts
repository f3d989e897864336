import { fileURLToPath } from 'node:url';

/** How a process that renders is to be forked. */
export interface WorkerProcess {
  /** The worker's module. */
  readonly entry: string;
  readonly execArgv: readonly string[];
  /** To be added to the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A render's live JavaScript heap is small and its garbage is encoded frames: a small young generation and a collector that may be called (see `FrameGarbage`) keep it
 * flat. glibc's arenas, one per thread, would keep what decoders and encoders have freed. Eight 720p people: 315 → 274 MB at the same CPU.
 */
export const workerProcess: WorkerProcess = {
  entry: fileURLToPath(new URL('../worker.ts', import.meta.url)),
  execArgv: ['--expose-gc', '--max-semi-space-size=1'],
  env: { MALLOC_ARENA_MAX: '2' },
};
