import type { TapedeckError } from '@tapedeck/protocol';
import {
  RecorderAudioBlockedError,
  RecorderFailedError,
  RecorderStateError,
  RecorderStorageError,
  RecorderUnsupportedError,
} from '../errors.ts';
import type { Manifest } from '../store/recording-store.ts';
import type { WorkerCall, WorkerMessage, WorkerValue } from '../worker/calls.ts';
import type { Ending, Progress } from '../worker/plan.ts';

/** News of a worker. */
export interface WorkerNews {
  progress(progress: Progress): void;
  ended(ending: Ending): void;
  /** The worker itself broke. */
  broke(message: string): void;
}

interface Waiting {
  resolve(value: WorkerValue): void;
  reject(error: Error): void;
}

/** Talks to one worker: a call is answered once, in order. */
export class WorkerLink {
  readonly #worker = new Worker(new URL('../worker/recorder-worker.ts', import.meta.url), { type: 'module', name: 'tapedeck-recorder' });
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  constructor(news: Partial<WorkerNews> = {}) {
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
      if ('progress' in data) news.progress?.(data.progress);
      else if ('ended' in data) news.ended?.(data.ended);
      else this.#answered(data);
    };
    this.#worker.onerror = ({ message }) => {
      for (const { reject } of this.#waiting.values()) reject(new RecorderFailedError(`The recorder's worker broke: ${message}`));
      this.#waiting.clear();
      news.broke?.(message);
    };
  }

  #answered(data: Extract<WorkerMessage, { readonly answer: number }>): void {
    const waiting = this.#waiting.get(data.answer);
    this.#waiting.delete(data.answer);
    if ('error' in data) waiting?.reject(errorOf(data.error.code, data.error.message));
    else waiting?.resolve(data.value);
  }

  #ask(ask: WorkerCall, transfer: Transferable[]): Promise<WorkerValue> {
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#worker.postMessage({ call, ask }, transfer);
    });
  }

  /** @throws {TapedeckError} what the worker answered. */
  async call(ask: Exclude<WorkerCall, { readonly do: 'stop' | 'recover' }>, transfer: Transferable[] = []): Promise<void> {
    await this.#ask(ask, transfer);
  }

  async stop(): Promise<Ending> {
    return (await this.#ask({ do: 'stop' }, [])) as Ending;
  }

  /** @throws {RecorderStateError} RECORDER_STATE when there is nothing by that id or in it. */
  async recover(id: string): Promise<Manifest> {
    return (await this.#ask({ do: 'recover', id }, [])) as Manifest;
  }

  /** Idempotent. */
  close(): void {
    this.#worker.terminate();
  }
}

function errorOf(code: string, message: string): TapedeckError {
  switch (code) {
    case 'RECORDER_UNSUPPORTED':
      return new RecorderUnsupportedError(message);
    case 'RECORDER_STATE':
      return new RecorderStateError(message);
    case 'RECORDER_STORAGE':
      return new RecorderStorageError(message);
    case 'RECORDER_AUDIO_BLOCKED':
      return new RecorderAudioBlockedError();
    default:
      return new RecorderFailedError(message);
  }
}
