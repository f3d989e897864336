import type { FileDelivery } from '@tapedeck/protocol';
import { TapedeckError } from '@tapedeck/protocol';

/** How deliveries are tried again. */
export interface RetryRules {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Given up when nothing but failures came for so long. */
  readonly giveUpMs: number;
}

/** Counts the failures of one recording's delivery and says when to try again. */
export interface DeliveryTracker {
  /** As the recording shows it; null while nothing ever failed. */
  readonly value: FileDelivery | null;
  /** For how long nothing but failures came, ms. */
  readonly failingMs: number;
  /** @returns When to try again; null: not any more. */
  failed(error: unknown): { readonly delayMs: number } | null;
  succeeded(): void;
}

/** @param before What earlier owners of the recording left. @param now Wall clock, ms. */
export function createDeliveryTracker(before: FileDelivery | null, rules: RetryRules, now: () => number = Date.now): DeliveryTracker {
  let value = before;
  const failingMs = (): number => {
    const since = value?.failingSince ?? null;
    return since === null ? 0 : now() - Date.parse(since);
  };
  return {
    get value() {
      return value;
    },
    get failingMs() {
      return failingMs();
    },
    failed: (error) => {
      const at = new Date(now()).toISOString();
      const failingSince = value?.failingSince ?? at;
      const failures = (value?.failures ?? 0) + 1;
      const delayMs = Math.min(rules.longestMs, rules.firstMs * 2 ** Math.min(30, failures - 1));
      const nextAttemptAt = new Date(now() + delayMs).toISOString();
      value = { attempts: (value?.attempts ?? 0) + 1, failures, failingSince, lastError: { ...problemOf(error), at }, nextAttemptAt };
      return failingMs() >= rules.giveUpMs ? null : { delayMs };
    },
    succeeded: () => {
      if (value !== null) value = { ...value, failures: 0, failingSince: null, lastError: null, nextAttemptAt: null };
    },
  };
}

function problemOf(error: unknown): { code: string; fault: 'caller' | 'destination' | 'service'; detail: string } {
  if (error instanceof TapedeckError) return { code: error.code, fault: error.fault, detail: error.message };
  return { code: 'INTERNAL', fault: 'service', detail: error instanceof Error ? error.message : String(error) };
}
