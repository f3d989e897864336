import { setTimeout as delay } from 'node:timers/promises';
import type { Catalogue, EventRow } from '@tapedeck/catalogue';

/** Reads committed events once for everybody who follows them in this process. */
export interface EventHub {
  /** Events behind a place, in order, at most `limit`; of all applications. */
  read(after: number, limit: number): Promise<readonly EventRow[]>;
  /** Resolves when there is an event behind the place (or `signal` aborts). */
  changed(after: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const pageSize = 500;
const retryMs = 500;

/** A hub that begins to listen with its first reader. The newest `keptEvents` are kept in memory; older ones are read again. */
export function createEventHub(catalogue: Pick<Catalogue, 'events' | 'onChange'>, keptEvents: number): EventHub {
  const kept: EventRow[] = [];
  const closing = new AbortController();
  /** Everything up to `head` was read; everything behind `floor` up to it is in `kept`. */
  let head = 0;
  let floor = 0;
  let starting: Promise<() => Promise<void>> | null = null;
  let change = Promise.withResolvers<undefined>();
  let isReading = false;
  let isStale = false;
  const readNew = async (): Promise<void> => {
    for (;;) {
      const page = await catalogue.events.page(head, pageSize);
      kept.push(...page);
      for (const dropped of kept.splice(0, Math.max(0, kept.length - keptEvents))) floor = dropped.place;
      head = page.at(-1)?.place ?? head;
      if (page.length > 0) {
        change.resolve(undefined);
        change = Promise.withResolvers();
      }
      if (page.length < pageSize) return;
    }
  };
  const refresh = async (): Promise<void> => {
    isStale = true;
    if (isReading) return;
    isReading = true;
    while (isStale && !closing.signal.aborted) {
      isStale = false;
      await readNew().catch(async () => {
        isStale = true; // the catalogue is away: it says so elsewhere, here it is asked again
        await delay(retryMs, undefined, { signal: closing.signal }).catch(() => undefined);
      });
    }
    isReading = false;
  };
  const start = async (): Promise<() => Promise<void>> => {
    head = floor = await catalogue.events.newest();
    const unlisten = await catalogue.onChange(() => void refresh());
    void refresh();
    return unlisten;
  };
  const begin = async (): Promise<void> => {
    starting ??= start();
    try {
      await starting;
    } catch (error) {
      starting = null;
      throw error;
    }
  };
  return {
    read: async (after, limit) => {
      await begin();
      if (after < floor) return await catalogue.events.page(after, limit);
      return kept.filter((event) => event.place > after).slice(0, limit);
    },
    changed: async (after, signal) => {
      await begin();
      if (head > after || signal.aborted) return;
      const ended = Promise.withResolvers<undefined>();
      const end = (): void => ended.resolve(undefined);
      signal.addEventListener('abort', end, { once: true });
      await Promise.race([change.promise, ended.promise]);
      signal.removeEventListener('abort', end);
    },
    close: async () => {
      closing.abort();
      await (
        await starting?.catch(() => null)
      )?.();
    },
  };
}
