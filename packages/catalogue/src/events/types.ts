import type { CreateWebhook, DeliveryPage, DeliveryQuery, Delivery, PatchWebhook, Recording, Replay, Webhook } from '@tapedeck/protocol';

/** A committed event. `recording` is as it was then; addresses of its files are null: whoever sends it signs them. */
export interface EventRow {
  readonly id: string;
  /** Where it stands among all events: the order in which they became visible. */
  readonly place: number;
  readonly applicationId: string;
  readonly recordingId: string;
  readonly room: string;
  readonly type: string;
  readonly createdAt: string;
  readonly data: Record<string, unknown>;
  readonly recording: Recording;
}

/** Committed events, in an order that never grows in the middle: who goes on behind a place misses nothing. Kept for {@link keptDays}. */
export interface EventReads {
  /** Events behind `after` in order, of all applications: the reader filters. At most `limit`. */
  page(after: number, limit: number): Promise<readonly EventRow[]>;
  /** The place of an application's event, or null when it has none of this id (any more). */
  placeOf(applicationId: string, eventId: string): Promise<number | null>;
  /** The place of the newest event; 0 when there is none. */
  newest(): Promise<number>;
}

/** Webhooks of one application. A secret is opened only to be shown once or to sign. */
export interface Webhooks {
  /** The same idempotency key returns the first answer. @throws {WebhookLimitError} WEBHOOK_LIMIT · {IdempotencyConflictError} */
  create(applicationId: string, request: CreateWebhook, idempotencyKey: string | null): Promise<Webhook>;
  list(applicationId: string): Promise<readonly Webhook[]>;
  /** @throws {WebhookNotFoundError} WEBHOOK_NOT_FOUND, as all below. */
  get(applicationId: string, id: string): Promise<Webhook>;
  patch(applicationId: string, id: string, change: PatchWebhook): Promise<Webhook>;
  /** With its delivery log. */
  delete(applicationId: string, id: string): Promise<void>;
  /** A new secret; the one before signs too for so many seconds (that before it no more). */
  rotateSecret(applicationId: string, id: string, overlapS: number): Promise<Webhook>;
  deliveries(applicationId: string, id: string, query: DeliveryQuery): Promise<DeliveryPage>;
  /** Sends one event again. @throws {DeliveryNotFoundError} DELIVERY_NOT_FOUND */
  replayOne(applicationId: string, id: string, deliveryId: string): Promise<Delivery>;
  /** Sends the kept events of a time again, in their order; also those from before the webhook was made. Returns how many. */
  replay(applicationId: string, id: string, range: Replay): Promise<number>;
}

/** A delivery that one sender holds until its lease ends. */
export interface DueDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly applicationId: string;
  readonly owner: string;
  readonly url: string;
  /** Newest first; all of them sign. */
  readonly secrets: readonly string[];
  readonly event: EventRow;
  /** This one included, since it was queued or replayed last. */
  readonly attempt: number;
  readonly queuedAt: Date;
}

/** How an attempt went. */
export interface AttemptOutcome {
  readonly state: 'delivered' | 'failed' | 'pending';
  /** When to try again, from now; for `pending`. */
  readonly retryInMs: number;
  readonly status: number | null;
  readonly durationMs: number;
  readonly error: string | null;
  readonly response: string | null;
  /** The target is gone for good: the webhook is disabled. */
  readonly isGone: boolean;
}

/**
 * The sender's side of the outbox. Of one webhook and recording only the oldest unsettled event can be claimed, and by one owner at a time: order holds
 * whoever sends. `now` replaces the clock for due times in tests; leases always go by the database's clock.
 */
export interface Outbox {
  claimDue(
    owner: string,
    options: { readonly limit: number; readonly perWebhook: number; readonly leaseMs: number; readonly now?: Date },
  ): Promise<readonly DueDelivery[]>;
  /** Holds everything that the owner still holds for `leaseMs` more. */
  renew(owner: string, leaseMs: number): Promise<void>;
  /** False when the lease was lost meanwhile: then nothing is written. */
  settle(delivery: DueDelivery, outcome: AttemptOutcome, now?: Date): Promise<boolean>;
  /** When the next delivery that nobody holds is due, or null. */
  nextDueAt(): Promise<Date | null>;
  /** Forgets events (with their deliveries) that are older than {@link keptDays} and that nobody waits for. */
  prune(): Promise<number>;
}

/** Events and their delivery log are kept so many days. */
export const keptDays = 30;
