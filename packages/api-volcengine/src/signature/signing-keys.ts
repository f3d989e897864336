import { createSecretKey, type KeyObject } from 'node:crypto';

/** Most keys that are remembered; then the oldest is forgotten. */
const mostKept = 256;

/** Remembers what secrets make for one day and scope: a client signs all calls of a day with the same key. */
export class SigningKeys {
  readonly #keys = new Map<string, KeyObject>();

  /** The key of these names, from memory or from `derive`. */
  of(names: readonly string[], derive: () => Buffer): KeyObject {
    const name = JSON.stringify(names);
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const made = createSecretKey(derive());
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size < mostKept) break;
      this.#keys.delete(oldest);
    }
    this.#keys.set(name, made);
    return made;
  }
}
