import { StorageSetupError } from '@tapedeck/delivery';
import { describe, expect, it } from 'vitest';
import { createDeliveryTracker } from './delivery-tracker.ts';

const rules = { firstMs: 1_000, longestMs: 300_000, giveUpMs: 14 * 86_400_000 };
const denied = (): StorageSetupError => new StorageSetupError('STORAGE_DENIED', 'archive', 'access is denied.', { cause: null });

describe('a delivery that fails', () => {
  it('is tried again after ever longer waits, and shows its last error all along', () => {
    let nowMs = Date.parse('2026-01-01T00:00:00Z');
    const tracker = createDeliveryTracker(null, rules, () => nowMs);
    expect(tracker.value).toBeNull();
    const waits: number[] = [];
    for (const end = nowMs + 3_600_000; nowMs < end;) {
      const { delayMs } = tracker.failed(denied()) ?? { delayMs: NaN };
      expect(tracker.value).toMatchObject({
        lastError: { code: 'STORAGE_DENIED', fault: 'destination', at: new Date(nowMs).toISOString() },
        nextAttemptAt: new Date(nowMs + delayMs).toISOString(),
        failingSince: '2026-01-01T00:00:00.000Z',
      });
      waits.push(delayMs);
      nowMs += delayMs;
    }
    expect(waits.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300].map((seconds) => seconds * 1000));
    expect(waits.length).toBe(20); // an outage of an hour
    tracker.succeeded();
    expect(tracker.value).toEqual({ attempts: 20, failures: 0, failingSince: null, lastError: null, nextAttemptAt: null });
  });

  it('goes on counting under another owner, and is given up only after two weeks of nothing else', () => {
    let nowMs = 0;
    let tracker = createDeliveryTracker(null, rules, () => nowMs);
    let attempts = 0;
    for (; tracker.failed(denied()) !== null; nowMs += 300_000) {
      attempts += 1;
      tracker = createDeliveryTracker(tracker.value, rules, () => nowMs);
    }
    expect(nowMs).toBe(rules.giveUpMs);
    expect(attempts).toBe(14 * 288);
  });

  it('begins anew once something was taken', () => {
    const tracker = createDeliveryTracker(null, rules, () => 0);
    for (let count = 0; count < 9; count++) tracker.failed(denied());
    tracker.succeeded();
    expect(tracker.failed(denied())).toEqual({ delayMs: 1_000 });
    expect(tracker.value).toMatchObject({ attempts: 10, failures: 1 });
  });
});
