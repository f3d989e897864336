import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { TapedeckError } from '@tapedeck/protocol';

/** Where messages wait that are due at some time and that one owner at a time may hold, under a lease. */
export interface LeasedOutbox<D> {
  /** Messages that the owner may send now, at most `limit`. */
  claimDue(owner: string, limit: number, leaseMs: number): Promise<readonly D[]>;
  renew(owner: string, leaseMs: number): Promise<void>;
  nextDueAt(): Promise<Date | null>;
}

export interface OutboxSenderOptions<D> {
  readonly outbox: LeasedOutbox<D>;
  /** One attempt. @returns What notes its outcome; that is called again while the outbox is away for a moment. */
  readonly attempt: (message: D, signal: AbortSignal) => Promise<() => Promise<unknown>>;
  /** What identifies a message in the log. */
  readonly describe: (message: D) => object;
  /** Plural, for the log: `webhooks`. */
  readonly what: string;
  readonly log: { warn(fields: object, message: string): void };
  /** Replaces the clock of due times. */
  readonly now?: () => Date;
}

/** Sends what is due, for as long as it runs. */
export interface OutboxSender {
  /** Something may be due: look now. */
  wake(): void;
  /** Resolves when nothing is due now and nothing is on its way. */
  idle(): Promise<void>;
  /** Ends; attempts on their way are given up and come again elsewhere. */
  stop(): Promise<void>;
}

const mostInFlight = 256;
/** Longest wait between two looks: another node may have died with what it held. */
const lookEveryMs = 5_000;
/** A sender that dies is missed for so long; one that lives renews what it holds. */
const leaseMs = 9_000;
const renewEveryMs = 3_000;

/** Any number of senders may run on one outbox. What is sent but not noted (a crash between the two) is sent again: at least once. */
export function startOutboxSender<D>(options: OutboxSenderOptions<D>): OutboxSender {
  const { outbox, what, log } = options;
  const owner = randomUUID();
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();
  const waiters = new Set<() => void>();
  let alarm = Promise.withResolvers<undefined>();
  let isAwake = true;
  const wake = (): void => {
    isAwake = true;
    alarm.resolve(undefined);
  };
  const look = async (): Promise<number> => {
    const startBy = performance.now() + leaseMs / 2;
    const limit = mostInFlight - inFlight.size;
    if (limit <= 0) return 0;
    const due = await outbox.claimDue(owner, limit, leaseMs);
    for (const message of due) {
      const sending = send(options, message, startBy, stopping.signal)
        .catch((error: unknown) => {
          if (!stopping.signal.aborted) log.warn({ err: error, ...options.describe(message) }, `an attempt to send ${what} broke off`);
        })
        .finally(() => {
          inFlight.delete(sending);
          wake();
        });
      inFlight.add(sending);
    }
    return due.length;
  };
  const rest = async (): Promise<void> => {
    if (isAwake) return; // something came while we looked
    const nextAt = await outbox.nextDueAt();
    const untilNextMs = nextAt === null ? lookEveryMs : nextAt.getTime() - (options.now?.() ?? new Date()).getTime();
    // What has become due since the look is not nothing.
    if (!isAwake && inFlight.size === 0 && untilNextMs > 0) for (const tell of waiters) tell();
    // What is due but was not handed out waits for an attempt on its way: its end wakes us.
    const isHeldUp = untilNextMs <= 0 && inFlight.size > 0;
    const waitMs = isHeldUp ? lookEveryMs : Math.min(lookEveryMs, Math.max(50, untilNextMs));
    await Promise.race([alarm.promise, delay(waitMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)]);
  };
  const renewing = setInterval(() => {
    if (inFlight.size > 0) outbox.renew(owner, leaseMs).catch(() => undefined); // then it expires: somebody else sends it
  }, renewEveryMs);
  renewing.unref();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      isAwake = false;
      alarm = Promise.withResolvers<undefined>();
      try {
        if ((await look()) === 0) await rest();
      } catch (error) {
        if (!(error instanceof TapedeckError && error.retryable)) log.warn({ err: error }, `${what} cannot be sent`);
        await delay(1_000, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      }
    }
  })();
  return {
    wake,
    idle: () =>
      new Promise((resolve) => {
        const tell = (): void => {
          waiters.delete(tell);
          resolve();
        };
        waiters.add(tell);
        wake();
      }),
    stop: async () => {
      clearInterval(renewing);
      stopping.abort();
      wake();
      await running;
      await Promise.all(inFlight);
    },
  };
}

async function send<D>(options: OutboxSenderOptions<D>, message: D, startBy: number, signal: AbortSignal): Promise<void> {
  if (performance.now() > startBy) return; // this process stood still: the lease may be somebody else's by the time the answer comes
  await noted(await options.attempt(message, signal), signal);
}

/** An outbox that is away for a moment must not make a delivered message come twice. */
async function noted(settle: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (let waitMs = 100; ; waitMs *= 2) {
    try {
      await settle();
      return;
    } catch (error) {
      if (!(error instanceof TapedeckError && error.retryable) || waitMs > 10_000) throw error;
      await delay(waitMs, undefined, { signal, ref: false });
    }
  }
}
