import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { FilesPort } from '../ports.ts';
import type { ArchiveEntry } from './archive-entries.ts';

/** A ZIP on its way. */
export interface ArchiveStream {
  /** Destroy it to end early; whatever it has open is closed then. */
  readonly output: Readable;
  /** null: not known before the end. */
  readonly sizeBytes: number | null;
}

/**
 * The entries as a ZIP (stored, not compressed: media does not get smaller), read one after the other as fast as the reader takes them. Nothing is kept on
 * disk and no more than a few blocks in memory; Zip64 where 4 GiB or 65,535 entries are passed.
 */
export async function streamArchive(
  entries: readonly ArchiveEntry[],
  at: Date,
  files: Pick<FilesPort, 'stat' | 'open'>,
): Promise<ArchiveStream> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let current: Readable | null = null;
  const fail = (error: unknown): void => void output.destroy(error instanceof Error ? error : new Error(String(error)));
  output.once('close', () => current?.destroy());
  zip.on('error', fail);
  const open = async ({ file, sizeBytes }: ArchiveEntry): Promise<Readable> => {
    const size = sizeBytes ?? (await files.stat(file))?.sizeBytes ?? 0;
    const source = size === 0 ? Readable.from([]) : await files.open(file, { first: 0, last: size - 1 });
    if (output.destroyed) source.destroy();
    current = source.on('error', fail);
    return source;
  };
  for (const entry of entries) {
    const size = entry.sizeBytes === null ? {} : { size: entry.sizeBytes };
    zip.addReadStreamLazy(entry.name, { mtime: at, mode: 0o100644, compress: false, ...size }, (ready) => {
      open(entry).then(
        (source) => ready(null, source),
        (error: unknown) => fail(error),
      );
    });
  }
  // The types do not know what the callback gets: the size, or -1 when it cannot be told before the end.
  const end = zip.end.bind(zip) as (options: object, tell: (sizeBytes: number) => void) => void;
  const total = await new Promise<number>((resolve) => end({}, resolve));
  return { output, sizeBytes: total < 0 ? null : total };
}
