import { setTimeout as delay } from 'node:timers/promises';
import type { Catalogue, Claim, DesiredState } from '@tapedeck/catalogue';
import { TapedeckError } from '@tapedeck/protocol';
import type { Logger } from '../log/logger.ts';

const heartbeatMs = 1_000;
/** Others may take a recording after so long without a heartbeat. */
export const leaseExpiryMs = 5_000;

/** What the rows ask for now. */
export interface Wanted {
  readonly desired: DesiredState;
  readonly layout: unknown;
  readonly subscribe: unknown;
}

/** Holds one lease: a heartbeat every second, and at once when `poke` says that the row changed. */
export interface LeaseKeeper {
  poke(): void;
  /** Resolves when the last heartbeat in flight is over. */
  stop(): Promise<void>;
}

/**
 * @param onWanted Called with every answer. @param onLost Called once when another owner has the recording: nothing may be written any more.
 * While the catalogue is away nothing is lost and nothing is called.
 */
export function keepLease(
  leases: Catalogue['leases'],
  claim: Claim,
  log: Logger,
  onWanted: (wanted: Wanted) => void,
  onLost: () => void,
): LeaseKeeper {
  const stopping = new AbortController();
  let wake = new AbortController();
  let isPoked = false;
  const beat = async (): Promise<boolean> => {
    try {
      const wanted = await leases.heartbeat(claim, leaseExpiryMs);
      if (stopping.signal.aborted) return false;
      if (wanted === null) onLost();
      else onWanted(wanted);
      return wanted !== null;
    } catch (error) {
      if (!(error instanceof TapedeckError && error.retryable)) throw error;
      log.debug({ err: error, recording: claim.recordingId }, 'heartbeat failed');
      return true;
    }
  };
  const beating = (async () => {
    while (!stopping.signal.aborted) {
      if (!isPoked) await delay(heartbeatMs, undefined, { signal: AbortSignal.any([stopping.signal, wake.signal]) }).catch(() => undefined);
      isPoked = false;
      wake = new AbortController();
      if (stopping.signal.aborted || !(await beat())) return;
    }
  })().catch((error: unknown) => {
    log.error({ err: error }, 'the lease cannot be held');
    onLost();
  });
  return {
    poke: () => {
      isPoked = true;
      wake.abort();
    },
    stop: async () => {
      stopping.abort();
      await beating;
    },
  };
}
