import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { SessionEvent } from './types.ts';

/** Reads session.jsonl as it grows: whole lines only; a line that is no JSON is left out. */
export class SessionCursor {
  readonly #path: string;
  readonly #buffer = new Uint8Array(64 * 1024);
  readonly #decoder = new TextDecoder();
  #handle: FileHandle | null = null;
  #position = 0;
  #partialLine = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** Returns the events of the next piece of the file (at most 64 KiB), in file order; null at its present end. */
  async readSome(): Promise<readonly SessionEvent[] | null> {
    this.#handle ??= await openIfThere(this.#path);
    if (this.#handle === null) return null;
    const { bytesRead } = await this.#handle.read(this.#buffer, 0, this.#buffer.length, this.#position);
    if (bytesRead === 0) return null;
    this.#position += bytesRead;
    const lines = (this.#partialLine + this.#decoder.decode(this.#buffer.subarray(0, bytesRead), { stream: true })).split('\n');
    this.#partialLine = lines.pop() ?? '';
    return lines.map(parseEvent).filter((event) => event !== null);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }
}

/** Opens for reading, or returns null when there is no such file yet. */
export async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseEvent(line: string): SessionEvent | null {
  try {
    const event = JSON.parse(line) as SessionEvent;
    return typeof event.us === 'number' && typeof event.type === 'string' ? event : null;
  } catch {
    return null;
  }
}
