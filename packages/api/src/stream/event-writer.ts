import type { ServerResponse } from 'node:http';

/** Writes a text/event-stream no faster than its reader takes it. */
export interface EventWriter {
  /** Aborted when the stream is over, whoever ended it. */
  readonly ended: AbortSignal;
  /** Resolves when the reader can take more; a reader that takes nothing for too long is dropped. */
  write(text: string): Promise<void>;
  /** A comment line, unless something waits to be taken. */
  beat(): void;
  end(): void;
}

/** @param patienceMs How long a full connection may stay full. */
export function createEventWriter(response: ServerResponse, patienceMs: number): EventWriter {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  response.once('close', end).on('error', end);
  return {
    ended: ending.signal,
    write: async (text) => {
      if (ending.signal.aborted || response.write(text)) return;
      await new Promise<void>((resolve) => {
        const slow = setTimeout(() => response.destroy(), patienceMs);
        const go = (): void => {
          clearTimeout(slow);
          response.off('drain', go).off('close', go);
          resolve();
        };
        response.once('drain', go).once('close', go);
      });
    },
    beat: () => {
      if (!ending.signal.aborted && !response.writableNeedDrain) response.write(': \n\n');
    },
    end: () => {
      ending.abort();
      response.end();
    },
  };
}
