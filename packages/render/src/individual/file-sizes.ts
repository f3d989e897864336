import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFiles, recordFile } from '../parts/files-journal.ts';
import { fileSizeOf } from './video-size.ts';
import type { VideoSize } from './video-size.ts';

/** The largest width and height known of an output's pictures, and how often it was begun: 1, 2 … */
interface FileSize extends VideoSize {
  readonly attempt: number;
}

/**
 * The sizes of the individual files of a render, kept in `<outDir>/sizes/<key>.json` so that a restarted render makes the same files and
 * renders of different people share a folder. An output whose pictures outgrow its file is begun again under another key; what it made before is marked `replaced`.
 */
export class FileSizes {
  readonly #outDir: string;
  readonly #sizes = new Map<string, FileSize | null>();

  constructor(outDir: string) {
    this.#outDir = outDir;
  }

  /** The pictures that an output was laid out for, or null when its first picture has not been seen. */
  get(outputKey: string): FileSize | null {
    const known = this.#sizes.get(outputKey);
    if (known !== undefined) return known;
    const path = this.#path(outputKey);
    const size = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as FileSize) : null;
    this.#sizes.set(outputKey, size);
    return size;
  }

  /** What the output's files are called: its own key, and with the size behind it once it was begun again. */
  keyOf(outputKey: string): string {
    const size = this.get(outputKey);
    if (size === null || size.attempt === 1) return outputKey;
    const { width, height } = fileSizeOf(size);
    return `${outputKey}.${width}x${height}`;
  }

  /** Decides what pictures an output is laid out for at first. */
  decide(outputKey: string, { width, height }: VideoSize): void {
    this.#keep(outputKey, { width, height, attempt: 1 });
  }

  /** Decides that outputs begin again in these sizes: their files so far are replaced by what comes. */
  grow(sizes: ReadonlyMap<string, VideoSize>): void {
    const replaced = new Set([...sizes.keys()].map((outputKey) => this.keyOf(outputKey)));
    for (const file of readFiles(this.#outDir)) {
      if (file.state !== 'replaced' && replaced.has(file.key.replace(/(\.hls)?(\.\d{4})?$/, '')))
        recordFile(this.#outDir, { ...file, state: 'replaced' });
    }
    for (const [outputKey, { width, height }] of sizes) {
      this.#keep(outputKey, { width, height, attempt: (this.get(outputKey)?.attempt ?? 0) + 1 });
    }
  }

  #keep(outputKey: string, size: FileSize): void {
    this.#sizes.set(outputKey, size);
    const path = this.#path(outputKey);
    mkdirSync(join(this.#outDir, 'sizes'), { recursive: true });
    writeFileSync(`${path}.tmp`, JSON.stringify(size));
    renameSync(`${path}.tmp`, path);
  }

  #path(outputKey: string): string {
    return join(this.#outDir, 'sizes', `${outputKey}.json`);
  }
}
