import pg from 'pg';
import { connectionOptions } from './database.ts';
import { keyChannel } from './known-keys.ts';
import type { Log } from './log.ts';
import { changeChannel } from './recordings/announce.ts';

type Listener = (recordingId: string | null) => void;

/** Hears every change of a recording, and of keys, over one connection of its own, for any number of listeners. */
export interface ChangeFeed {
  /** Resolves once listening began (or, when the database is away, at once: the listener is called with null when it is back). */
  add(listener: Listener): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const firstRetryMs = 50;
const lastRetryMs = 2000;

/**
 * A feed that connects with its first listener and connects again, for as long as it is open, when the connection is lost.
 *
 * @param onKeys Keys have changed, or may have while nobody heard.
 */
export function openChangeFeed(url: string, log: Log, onKeys: () => void): ChangeFeed {
  const listeners = new Set<Listener>();
  let isClosed = false;
  let client: pg.Client | null = null;
  let connecting: Promise<void> | null = null;
  let retryTimer: NodeJS.Timeout | undefined;
  let retryMs = firstRetryMs;

  const tell = (recordingId: string | null): void => {
    for (const listener of listeners) listener(recordingId);
  };
  const lost = (which: pg.Client, error: Error | null): void => {
    if (client !== which) return;
    client = null;
    which.removeAllListeners('end');
    void which.end().catch(() => undefined);
    if (isClosed) return;
    log.warn({ error: error?.message }, 'The connection that hears changes was lost; connecting again.');
    retry();
  };
  const retry = (): void => {
    retryTimer = setTimeout(() => void start(), retryMs);
    retryMs = Math.min(retryMs * 2, lastRetryMs);
  };
  const connect = async (): Promise<void> => {
    const next = new pg.Client({ ...connectionOptions(url), query_timeout: 5000, application_name: 'tapedeck listen' });
    client = next;
    next.on('error', (error) => lost(next, error));
    next.on('end', () => lost(next, null));
    next.on('notification', ({ channel, payload }) => (channel === keyChannel ? onKeys() : tell(payload ?? null)));
    try {
      await next.connect();
      await next.query(`listen ${changeChannel}; listen ${keyChannel}`);
      retryMs = firstRetryMs;
      onKeys(); // whatever changed while nobody heard
      tell(null);
    } catch (error) {
      lost(next, error instanceof Error ? error : new Error(String(error)));
    }
  };
  const start = async (): Promise<void> => {
    if (isClosed || client !== null) return connecting ?? undefined;
    connecting = connect();
    await connecting;
  };

  return {
    async add(listener) {
      listeners.add(listener);
      if (retryTimer === undefined || client !== null) await start();
      return async () => {
        listeners.delete(listener);
      };
    },
    async close() {
      isClosed = true;
      clearTimeout(retryTimer);
      listeners.clear();
      await connecting;
      const last = client;
      client = null;
      await last?.end().catch(() => undefined);
    },
  };
}
