import type { OutgoingGuard } from '../outgoing/outgoing-guard.ts';
import { type OutboxSender, startOutboxSender } from '../outbox/outbox-sender.ts';
import { attemptWebhook, type WebhookAttempt } from './attempt-webhook.ts';
import { retryInMs } from './retry-schedule.ts';

/** A delivery that this sender may try now; see {@link WebhookOutbox}. */
export interface DueWebhook {
  readonly id: string;
  readonly webhookId: string;
  readonly url: string;
  readonly secrets: readonly string[];
  readonly event: { readonly id: string };
  readonly attempt: number;
  readonly queuedAt: Date;
}

/** Where deliveries wait. It hands out the oldest one of each webhook and recording only, to one owner at a time. */
export interface WebhookOutbox<D extends DueWebhook> {
  claimDue(owner: string, options: { limit: number; perWebhook: number; leaseMs: number; now?: Date }): Promise<readonly D[]>;
  renew(owner: string, leaseMs: number): Promise<void>;
  settle(
    delivery: D,
    outcome: WebhookAttempt & { readonly state: 'delivered' | 'failed' | 'pending'; readonly retryInMs: number; readonly isGone: boolean },
    now?: Date,
  ): Promise<boolean>;
  nextDueAt(): Promise<Date | null>;
}

export interface WebhookSenderOptions<D extends DueWebhook> {
  readonly outbox: WebhookOutbox<D>;
  readonly guard: OutgoingGuard;
  /** The JSON to send, made anew for every attempt. */
  readonly body: (delivery: D) => string;
  readonly log: { warn(fields: object, message: string): void };
  /** For each attempt; default 15 s. */
  readonly timeoutMs?: number;
  /** Replaces the clock of due times and signatures. */
  readonly now?: () => Date;
}

export type WebhookSender = OutboxSender;

const perWebhook = 4;

/** Sends webhooks in order. A target that does not answer holds `perWebhook` requests and nothing else, so others are not delayed. */
export function startWebhookSender<D extends DueWebhook>(options: WebhookSenderOptions<D>): WebhookSender {
  const { outbox, log, now } = options;
  const clock = (): { now?: Date } => (now === undefined ? {} : { now: now() });
  return startOutboxSender<D>({
    outbox: {
      claimDue: (owner, limit, leaseMs) => outbox.claimDue(owner, { limit, perWebhook, leaseMs, ...clock() }),
      renew: (owner, leaseMs) => outbox.renew(owner, leaseMs),
      nextDueAt: () => outbox.nextDueAt(),
    },
    attempt: (delivery, signal) => attempt(options, delivery, signal),
    describe: ({ webhookId }) => ({ webhook: webhookId }),
    ...{ what: 'webhooks', log, ...(now !== undefined && { now }) },
  });
}

async function attempt<D extends DueWebhook>(
  options: WebhookSenderOptions<D>,
  delivery: D,
  signal: AbortSignal,
): Promise<() => Promise<boolean>> {
  const { timeoutMs = 15_000 } = options;
  const sentAt = options.now?.() ?? new Date();
  const { url, secrets } = delivery;
  const message = { url, secrets, eventId: delivery.event.id, body: options.body(delivery), sentAt, timeoutMs, signal };
  const made = await attemptWebhook(options.guard, message);
  const isDelivered = made.error === null;
  const retry = isDelivered ? 0 : retryInMs(delivery.attempt, sentAt.getTime() - delivery.queuedAt.getTime());
  const state = isDelivered ? 'delivered' : retry === null ? 'failed' : 'pending';
  if (state === 'failed') options.log.warn({ webhook: delivery.webhookId, event: delivery.event.id }, 'a webhook was given up');
  const outcome = { ...made, state, retryInMs: retry ?? 0, isGone: made.status === 410 } as const;
  return () => options.outbox.settle(delivery, outcome, options.now?.());
}
