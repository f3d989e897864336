import { readFile, rename, rm, writeFile } from 'node:fs/promises';

/** One part that stands in the storage. */
export interface SentPart {
  readonly etag: string;
  /** Hexadecimal MD5 of the bytes that were sent. */
  readonly md5: string;
  readonly crc32: number;
  readonly sizeBytes: number;
}

/** How far a multipart upload came. */
export interface UploadState {
  readonly version: 1;
  /** Endpoint, bucket and object: a journal of another target is of no use. */
  readonly target: string;
  readonly uploadId: string;
  readonly partBytes: number;
  readonly parts: Readonly<Record<number, SentPart>>;
}

/** The state that the journal holds for this target, or null: none, torn, or of another target. */
export async function readJournal(path: string | undefined, target: string): Promise<UploadState | null> {
  if (path === undefined) return null;
  try {
    const state = JSON.parse(await readFile(path, 'utf8')) as UploadState;
    return state.version === 1 && state.target === target ? state : null;
  } catch {
    return null; // what the storage has of it is given up with `removeUnfinished`
  }
}

/** Replaces the journal by rename. Without a path nothing is kept. */
export async function writeJournal(path: string | undefined, state: UploadState): Promise<void> {
  if (path === undefined) return;
  await writeFile(`${path}.tmp`, JSON.stringify(state));
  await rename(`${path}.tmp`, path);
}

export async function removeJournal(path: string | undefined): Promise<void> {
  if (path !== undefined) await rm(path, { force: true });
}
