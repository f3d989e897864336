import { mkdir, open, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One open file of a log. Every method may reject with the operating system's error. */
export interface LogFile {
  /** Writes at a position and resolves with the number of bytes that went in (a full disk may take only some). */
  write(bytes: Uint8Array, position: number): Promise<number>;
  datasync(): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

/** The few file operations a writer needs; replaced in tests by a disk that is slow or full. */
export interface FileLayer {
  /** Opens for writing, creating the file; its folder exists or is made. */
  open(path: string): Promise<LogFile>;
  /** Renames and makes the rename durable. */
  rename(from: string, to: string): Promise<void>;
}

/** The real disk. */
export const nodeFileLayer: FileLayer = {
  async open(path) {
    const handle = await openForWriting(path);
    return {
      write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
      datasync: () => handle.datasync(),
      truncate: (sizeBytes) => handle.truncate(sizeBytes),
      close: () => handle.close(),
    };
  },
  async rename(from, to) {
    await rename(from, to);
    const folder = await open(dirname(to), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

async function openForWriting(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, 'w');
  }
}
