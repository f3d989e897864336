import { RecorderFailedError } from '../errors.ts';
import type { RemuxAnswer, RemuxOrder } from './remux-worker.ts';

/**
 * Writes a recording's file anew in a worker of its own: readers of all containers are three times as large as everything that recording needs, and are loaded only here.
 *
 * @returns how long it lasts in ms; null when there is nothing in it.
 * @throws {RecorderFailedError} RECORDER_FAILED when the file cannot be read or written.
 */
export async function remuxInWorker(order: RemuxOrder): Promise<number | null> {
  const worker = new Worker(new URL('./remux-worker.ts', import.meta.url), { type: 'module', name: 'tapedeck-remux' });
  try {
    const answer = await new Promise<RemuxAnswer>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<RemuxAnswer>) => resolve(data);
      worker.onerror = ({ message }) => resolve({ failed: message });
      worker.postMessage(order);
    });
    if ('failed' in answer) throw new RecorderFailedError(`The recording could not be written anew: ${answer.failed}`);
    return answer.durationMs;
  } finally {
    worker.terminate();
  }
}
