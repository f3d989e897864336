import { type Dialect, type DialectCallbacks, TapedeckError, type VendorCallback } from '@tapedeck/protocol';
import type { OutgoingGuard } from '../outgoing/outgoing-guard.ts';
import { sendRequest } from '../outgoing/send-request.ts';
import { type OutboxSender, startOutboxSender } from '../outbox/outbox-sender.ts';

/** A callback that this sender may try now; see {@link CallbackSource}. */
export interface DueVendorCallback {
  readonly id: string;
  readonly applicationId: string;
  readonly dialect: Dialect;
  readonly appId: string;
  /** null: there is no address any more. */
  readonly url: string | null;
  readonly key: string;
  readonly callback: VendorCallback;
  readonly attempt: number;
  readonly queuedAt: Date;
}

/** Where callbacks wait. It hands out the oldest one of each recording or room only, to one owner at a time. */
export interface CallbackSource<D extends DueVendorCallback> {
  claimDue(owner: string, options: { limit: number; perApplication: number; leaseMs: number; now?: Date }): Promise<readonly D[]>;
  renew(owner: string, leaseMs: number): Promise<void>;
  settle(
    callback: D,
    outcome: {
      readonly state: 'delivered' | 'dropped' | 'pending';
      readonly retryInMs: number;
      readonly status: number | null;
      readonly error: string | null;
    },
    now?: Date,
  ): Promise<boolean>;
  nextDueAt(): Promise<Date | null>;
}

export interface CallbackSenderOptions<D extends DueVendorCallback> {
  readonly outbox: CallbackSource<D>;
  /** Called before every look for due callbacks: makes callbacks of what has happened meanwhile. */
  readonly prepare: () => Promise<void>;
  readonly dialects: Partial<Readonly<Record<Dialect, DialectCallbacks>>>;
  readonly guard: OutgoingGuard;
  readonly log: { warn(fields: object, message: string): void };
  /** Replaces the clock of due times and signatures. */
  readonly now?: () => Date;
}

const perApplication = 8;
/** What of an answer is read: nothing of it is kept. */
const answerBytes = 1024;

/** Sends callbacks in their vendors' forms, in order, each tried again as its vendor does; the last failure is logged. Taken means an answer of status 200. */
export function startCallbackSender<D extends DueVendorCallback>(options: CallbackSenderOptions<D>): OutboxSender {
  const { outbox, log, now } = options;
  const clock = (): { now?: Date } => (now === undefined ? {} : { now: now() });
  return startOutboxSender<D>({
    outbox: {
      claimDue: async (owner, limit, leaseMs) => {
        await options.prepare();
        return await outbox.claimDue(owner, { limit, perApplication, leaseMs, ...clock() });
      },
      renew: (owner, leaseMs) => outbox.renew(owner, leaseMs),
      nextDueAt: () => outbox.nextDueAt(),
    },
    attempt: (due, signal) => attempt(options, due, signal),
    describe: describeCallback,
    ...{ what: 'vendor callbacks', log, ...(now !== undefined && { now }) },
  });
}

const describeCallback = ({ applicationId, dialect, callback }: DueVendorCallback): object => ({
  ...{ application: applicationId, dialect, event: callback.eventName },
});

async function attempt<D extends DueVendorCallback>(
  options: CallbackSenderOptions<D>,
  due: D,
  signal: AbortSignal,
): Promise<() => Promise<boolean>> {
  const dialect = options.dialects[due.dialect];
  const at = options.now?.() ?? new Date();
  const { status, error } = await send(options, due, dialect, at, signal);
  const isDelivered = error === null;
  const canTry = dialect !== undefined && due.url !== null;
  const retry = isDelivered || !canTry ? null : dialect.retryMs(due.attempt, at.getTime() - due.queuedAt.getTime());
  const state = isDelivered ? 'delivered' : retry === null ? 'dropped' : 'pending';
  if (state === 'dropped') options.log.warn({ ...describeCallback(due), attempts: due.attempt, error }, 'a vendor callback was dropped');
  return () => options.outbox.settle(due, { state, retryInMs: retry ?? 0, status, error }, options.now?.());
}

async function send<D extends DueVendorCallback>(
  { guard }: CallbackSenderOptions<D>,
  { url, callback, key, appId }: D,
  dialect: DialectCallbacks | undefined,
  at: Date,
  signal: AbortSignal,
): Promise<{ readonly status: number | null; readonly error: string | null }> {
  if (dialect === undefined) return { status: null, error: 'This server does not speak the dialect.' };
  if (url === null) return { status: null, error: 'The application has no address for callbacks any more.' };
  let signed: ReturnType<DialectCallbacks['sign']>;
  try {
    signed = dialect.sign(callback, key, appId, at.getTime());
  } catch (error) {
    return { status: null, error: `It cannot be signed: ${error instanceof Error ? error.message : String(error)}` };
  }
  const { body, headers } = signed;
  const kept = { 'user-agent': 'Tapedeck-Callback/1', connection: 'close' }; // a kept connection that the target closes at the same moment would count as a failure
  const request = { url, method: 'POST', headers: { ...kept, ...headers }, body, timeoutMs: dialect.timeoutMs } as const;
  try {
    const { status } = await sendRequest(guard, { ...request, maxBytes: answerBytes, excess: 'cut', signal });
    return { status, error: status === 200 ? null : `Answered ${status}.` };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TapedeckError)) throw error;
    return { status: null, error: error.message };
  }
}
