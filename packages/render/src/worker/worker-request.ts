/** What a render worker is told: the one argument of `worker.ts`, as JSON. Paths are absolute. */
export interface WorkerRequest {
  readonly recordingDir: string;
  /** A file holding the RenderPlan as JSON. */
  readonly planPath: string;
  readonly outDir: string;
  /** True: follow the log until it ends. */
  readonly follow: boolean;
}

/** Reads a worker's argument. Null when it is not a complete request. */
export function parseWorkerRequest(text: string | undefined): WorkerRequest | null {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { recordingDir, planPath, outDir, follow } = value as Record<string, unknown>;
  if (typeof recordingDir !== 'string' || typeof planPath !== 'string' || typeof outDir !== 'string') return null;
  return { recordingDir, planPath, outDir, follow: follow === true };
}
