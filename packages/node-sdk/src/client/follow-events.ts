import { setTimeout as delay } from 'node:timers/promises';
import type { Operations, TapedeckEvent } from './api-types.ts';
import { TapedeckApiError, TapedeckConnectionError } from './errors.ts';
import { readEventStream } from './read-event-stream.ts';
import type { Transport } from './transport.ts';

/** What events are wanted. */
export interface EventOptions {
  /** Of one room. */
  readonly room?: string;
  /** Of one recording: its id. */
  readonly recording?: string;
  /** Types, groups like `recording.*`, or `*`; all when left out. */
  readonly types?: readonly string[];
  /** Go on behind this event; from now on when left out. */
  readonly after?: string;
  /** Ends the iteration; it then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told when the place to go on from is not kept any more: what happened since the last event is not known, so read the recordings again. */
  readonly onReset?: () => void;
}

/** The server says something at least every 15 s. */
const longestSilenceMs = 45_000;
const longestWaitMs = 30_000;

/**
 * Events as they happen, in order, until the iteration is left. A lost connection is made again behind the last event, for as long as it takes; before the first
 * event of an iteration without `after`, what happens in between is missed.
 *
 * @throws {TapedeckApiError} when the server refuses (4xx).
 */
export async function* followEvents(transport: Transport, options: EventOptions): AsyncGenerator<TapedeckEvent, void, undefined> {
  const { room, recording, types, signal } = options;
  const query: Operations['GET /v1/events']['query'] = {
    ...(room !== undefined && { room }),
    ...(recording !== undefined && { recording }),
    ...(types !== undefined && { types: types.join(',') }),
  };
  const state = { id: options.after ?? null, retryMs: 1_000 };
  for (let failures = 0; ; failures++) {
    const connection = new AbortController();
    const silence = setTimeout(() => connection.abort(new TapedeckConnectionError('timeout', 'The stream went silent.')), longestSilenceMs);
    const isAlive = (): void => {
      failures = 0;
      silence.refresh();
    };
    const both = signal === undefined ? connection.signal : AbortSignal.any([signal, connection.signal]);
    try {
      const headers = { accept: 'text/event-stream', ...(state.id !== null && { 'last-event-id': state.id }) };
      const { body } = await transport.open('GET /v1/events', { query }, both, headers);
      for await (const message of readEventStream(body ?? new ReadableStream(), state, isAlive)) {
        if (message.event === 'stream.reset') options.onReset?.();
        else yield JSON.parse(message.data) as TapedeckEvent;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof TapedeckApiError && error.status < 500 && error.status !== 429) throw error;
      if (error instanceof SyntaxError)
        throw new TapedeckConnectionError('answer', 'The stream is none of a Tapedeck server.', { cause: error });
    } finally {
      clearTimeout(silence);
      connection.abort();
    }
    const waitMs = Math.min(longestWaitMs, state.retryMs * 2 ** Math.min(failures, 5));
    await delay(waitMs, undefined, { ...(signal !== undefined && { signal }) }).catch(() => signal?.throwIfAborted());
  }
}
