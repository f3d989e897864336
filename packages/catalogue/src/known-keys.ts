import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { Application } from './types.ts';

/** Channel of LISTEN/NOTIFY: a key opens nothing any more, or something else. */
export const keyChannel = 'tapedeck_keys';

/** Tells every process that keys have changed, when the transaction commits. */
export async function announceKeys(db: Database): Promise<void> {
  await sql`select pg_notify(${keyChannel}, '')`.execute(db);
}

/** So long a key's owner is taken from memory. */
const knownMs = 2000;
/** Most keys that are remembered; then all are forgotten. */
const mostKept = 10_000;

/**
 * Remembers who owns a key, so that a client that asks again and again does not cost a query each time. What this process changes counts at once, what another one changes as soon as the
 * database has told of it ({@link KnownKeys.forget}); nothing is remembered for longer than two seconds, should its word be lost. Keys that nobody has are not remembered.
 */
export class KnownKeys {
  readonly #known = new Map<string, { readonly application: Application; readonly untilMs: number }>();
  /** Rises with each change: what was read before it is not remembered after it. */
  #changes = 0;

  /** The owner, from memory or from `read`. */
  async owner(key: string, read: () => Promise<Application | null>): Promise<Application | null> {
    const known = this.#known.get(key);
    if (known !== undefined && known.untilMs > performance.now()) return known.application;
    const changes = this.#changes;
    const application = await read();
    if (this.#known.size >= mostKept) this.#known.clear();
    if (application === null) this.#known.delete(key);
    else if (changes === this.#changes) this.#known.set(key, { application, untilMs: performance.now() + knownMs });
    return application;
  }

  /** Runs a change of keys; nothing that was read before its end is used after it. */
  async whileChanging<T>(change: () => Promise<T>): Promise<T> {
    try {
      return await change();
    } finally {
      this.forget();
    }
  }

  /** Another process has changed keys, or may have. */
  forget(): void {
    this.#changes++;
    this.#known.clear();
  }
}
