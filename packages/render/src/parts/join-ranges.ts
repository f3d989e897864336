import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError } from '../errors.ts';
import type { RenderedFile } from '../plan.ts';
import { chaptersWithin } from './chapters.ts';
import { openOutput } from './output.ts';
import { decodeTracks, readPartFile } from './part-file.ts';
import { partFileName } from './range-output.ts';
import type { Chapter, OutputOptions } from './types.ts';

/** How ranges are joined. */
export interface JoinOptions {
  readonly signal?: AbortSignal;
  /** Called now and then: how many parts of how many. */
  readonly onProgress?: (joined: number, parts: number) => void;
  readonly log?: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** Parts between two looks at the signal. */
const partsAtOnce = 16;

/**
 * Makes the files of a composite in `outDir` from the parts that the shares of `splitRender` left in their folders, once all shares are done. May run again
 * after a crash: a file that was begun goes on at its next part. The shares' folders are not changed.
 *
 * @returns the completed files, as in `files.jsonl`.
 * @throws {OutputError} RENDER_OUTPUT_FAILED when a part is missing or damaged, or the disk refuses. Rejects with the signal's reason when aborted.
 */
export async function joinRanges(
  shareDirs: readonly string[],
  outDir: string,
  options: JoinOptions = {},
): Promise<readonly RenderedFile[]> {
  const files: RenderedFile[] = [];
  const names = encodingNames(shareDirs);
  if (names.length === 0) throw new OutputError(outDir);
  for (const name of names) {
    const folders = shareDirs.map((dir) => join(dir, 'ranges', name)).filter((folder) => existsSync(folder));
    files.push(...(await joinEncoding(folders, outDir, options)));
  }
  return files;
}

/** Each encoding of the output has a folder of its own. */
function encodingNames(shareDirs: readonly string[]): readonly string[] {
  const folders = shareDirs.map((dir) => join(dir, 'ranges')).filter((folder) => existsSync(folder));
  return [...new Set(folders.flatMap((folder) => readdirSync(folder)))].sort();
}

async function joinEncoding(
  folders: readonly string[],
  outDir: string,
  { signal, onProgress, log }: JoinOptions,
): Promise<readonly RenderedFile[]> {
  const paths = partPaths(folders);
  const output = openOutput({ ...readOptions(folders, outDir), ...(log === undefined ? {} : { log }) });
  try {
    while (!output.isFinished && output.completedParts < paths.length) {
      signal?.throwIfAborted();
      const index = output.completedParts + 1;
      const path = paths[index - 1] as string;
      const part = readPartFile(path);
      if (part === null) throw new OutputError(path);
      output.append(part);
      if (index % partsAtOnce !== 0) continue;
      onProgress?.(index, paths.length);
      await new Promise(setImmediate);
    }
    return output.finish();
  } finally {
    output.close();
  }
}

function readOptions(folders: readonly string[], outDir: string): OutputOptions {
  const path = folders.map((folder) => join(folder, 'output.json')).find((candidate) => existsSync(candidate));
  if (path === undefined) throw new OutputError(outDir);
  const facts = JSON.parse(readFileSync(path, 'utf8')) as Omit<OutputOptions, 'tracks' | 'outDir'> & {
    readonly tracks: readonly unknown[];
  };
  const marks = folders.map(readChapters).sort((a, b) => b.length - a.length)[0] ?? [];
  return { ...facts, outDir, tracks: decodeTracks(facts.tracks), chapters: (from, until) => chaptersWithin(marks, from, until) };
}

function readChapters(folder: string): readonly Chapter[] {
  const path = join(folder, 'chapters.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as readonly Chapter[]) : [];
}

/** Where part 1, 2, 3 … stand. @throws {OutputError} when there is a hole. */
function partPaths(folders: readonly string[]): readonly string[] {
  const found = new Map<string, string>();
  for (const folder of folders) for (const name of readdirSync(folder)) if (name.endsWith('.part')) found.set(name, join(folder, name));
  return Array.from({ length: found.size }, (_, index) => {
    const path = found.get(partFileName(index + 1));
    if (path === undefined) throw new OutputError(join(folders[0] ?? '', partFileName(index + 1)));
    return path;
  });
}
