import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

/** What an application loads before it asks for anything on demand. */
export interface CoreSize {
  /** Names of the built files: the entry, the worker, and what both import. */
  readonly files: readonly string[];
  readonly gzipBytes: number;
}

/** What the core with its worker may be, gzipped. */
export const coreBudgetBytes = 120_000;

/** Builds the package as it is published; what is in the folder goes. @throws {Error} with what publint finds. */
export async function buildPackage(folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, [fileURLToPath(new URL('build.ts', import.meta.url)), folder]);
}

/** Adds up the core of a built package. */
export function coreOf(built: string): CoreSize {
  const files = new Set<string>();
  for (const entry of ['index.js', 'recorder-worker.js']) addLoaded(built, entry, files);
  return { files: [...files], gzipBytes: [...files].reduce((sum, name) => sum + gzipSync(readFileSync(join(built, name))).length, 0) };
}

function addLoaded(built: string, name: string, files: Set<string>): void {
  files.add(name);
  for (const [, other = ''] of readFileSync(join(built, name), 'utf8').matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+)["'`]/g))
    if (!files.has(other)) addLoaded(built, other, files);
}
