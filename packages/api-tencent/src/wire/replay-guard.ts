import { clockSkewS } from './tc3.ts';

/** Most signatures that are remembered; then the oldest is forgotten. */
const mostKept = 100_000;

/** Remembers signatures for as long as their time can be right, in this process. */
export class ReplayGuard {
  /** Signature → when it may be forgotten, ms; in the order in which they came. */
  readonly #seen = new Map<string, number>();

  /** False: this signature came before. */
  take(signature: string, nowMs: number): boolean {
    for (const [old, untilMs] of this.#seen) {
      if (untilMs > nowMs && this.#seen.size < mostKept) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(signature)) return false;
    this.#seen.set(signature, nowMs + 2 * clockSkewS * 1000);
    return true;
  }
}
