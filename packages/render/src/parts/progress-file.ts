import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RenderProgress } from '../plan.ts';

/** `<outDir>/progress.json`, replaced by rename: at most once a second, at once when `done` or `error` is set. */
export class ProgressFile {
  readonly #path: string;
  #writtenAtMs = -Infinity;

  constructor(outDir: string) {
    this.#path = join(outDir, 'progress.json');
  }

  update(progress: RenderProgress): void {
    const isFinal = progress.done || progress.error !== null;
    if (!isFinal && performance.now() - this.#writtenAtMs < 1000) return;
    this.#writtenAtMs = performance.now();
    writeFileSync(`${this.#path}.tmp`, `${JSON.stringify(progress)}\n`);
    renameSync(`${this.#path}.tmp`, this.#path);
  }
}
