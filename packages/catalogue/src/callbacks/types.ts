import type { Dialect, DialectOrigin, RoomNotice, VendorCallback } from '@tapedeck/protocol';
import type { EventRow } from '../events/types.ts';

/** A committed event of a recording that a dialect made, with the recording's origin as it was then. */
export interface DialectEventRow extends EventRow {
  readonly origin: DialectOrigin;
}

/** An application that has set where a dialect's callbacks go. */
export interface CallbackTarget {
  readonly applicationId: string;
  readonly dialect: Dialect;
  /** The vendor's app id that it uses: the first one it lists, else `0`. */
  readonly appId: string;
  /** Names of the callbacks that it wants; null: all. */
  readonly events: readonly string[] | null;
}

/** A fact about a room on its way to the applications that want to hear of rooms. */
export interface NewRoomNotice {
  readonly notice: RoomNotice;
  /** LiveKit's id of the participant's stay; null: about the room itself. */
  readonly stayId: string | null;
}

/** A callback that one sender holds until its lease ends. */
export interface DueCallback {
  readonly id: string;
  readonly applicationId: string;
  readonly owner: string;
  readonly dialect: Dialect;
  readonly appId: string;
  /** null: the application has taken its address away meanwhile. */
  readonly url: string | null;
  /** In clear: in memory only. */
  readonly key: string;
  readonly callback: VendorCallback;
  /** This one included. */
  readonly attempt: number;
  readonly queuedAt: Date;
}

/** How an attempt went. */
export interface CallbackOutcome {
  readonly state: 'delivered' | 'dropped' | 'pending';
  /** When to try again, from now; for `pending`. */
  readonly retryInMs: number;
  readonly status: number | null;
  readonly error: string | null;
}

/**
 * Callbacks in the vendors' forms, from the committed event to the last attempt. An event is marked when it is written and the mark is cleared in the transaction that queues its
 * callbacks: none is told before it is committed and none is lost. Of one recording (or room) only the oldest unsettled callback can be claimed, by one owner at a time. `now` replaces
 * the clock of due times in tests; leases go by the database's clock.
 */
export interface CallbackOutbox {
  /**
   * Queues the callbacks of the next committed events, of all applications, in order. By one process at a time: others find nothing to do meanwhile.
   *
   * @param make Pure; called for events of applications that have set an address. What it throws keeps the events waiting.
   * @returns How many events were taken.
   */
  present(limit: number, make: (event: DialectEventRow) => readonly VendorCallback[]): Promise<number>;
  /** Of all applications: who wants callbacks. */
  targets(): Promise<readonly CallbackTarget[]>;
  /**
   * Queues what an application is told of a room; the same notice again changes nothing. That somebody stopped sending waits for `heldMs` and is void when they are found to have left: a vendor
   * tells the leaving alone. That somebody began sending who has not been told to have come waits as long for that, and goes behind it.
   */
  addRoomNotice(target: CallbackTarget, notice: NewRoomNotice, callbacks: readonly VendorCallback[], heldMs: number): Promise<void>;
  claimDue(
    owner: string,
    options: { readonly limit: number; readonly perApplication: number; readonly leaseMs: number; readonly now?: Date },
  ): Promise<readonly DueCallback[]>;
  /** Holds everything that the owner still holds for `leaseMs` more. */
  renew(owner: string, leaseMs: number): Promise<void>;
  /** False when the lease was lost meanwhile: then nothing is written. */
  settle(callback: DueCallback, outcome: CallbackOutcome, now?: Date): Promise<boolean>;
  /** When the next callback that nobody holds is due, or null. */
  nextDueAt(): Promise<Date | null>;
  /** Forgets settled callbacks after a day. */
  prune(): Promise<number>;
}
