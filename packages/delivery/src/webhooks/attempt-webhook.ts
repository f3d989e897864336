import { TapedeckError } from '@tapedeck/protocol';
import type { OutgoingGuard } from '../outgoing/outgoing-guard.ts';
import { sendRequest } from '../outgoing/send-request.ts';
import { signWebhook } from './sign-webhook.ts';

/** One webhook request, ready to be signed and sent. */
export interface WebhookMessage {
  readonly url: string;
  readonly secrets: readonly string[];
  readonly eventId: string;
  /** JSON. */
  readonly body: string;
  /** Wall clock of the signature. */
  readonly sentAt: Date;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** What came of one attempt: a 2xx answer (`error` is null) or why not. */
export interface WebhookAttempt {
  readonly status: number | null;
  readonly durationMs: number;
  readonly error: string | null;
  /** Beginning of the answer's text, without what no database keeps. */
  readonly response: string | null;
}

const keptBytes = 1024;

/** Sends one webhook once, through the guard. Anything but a 2xx answer within the time is a failure, a redirect too: it is not followed. */
export async function attemptWebhook(guard: OutgoingGuard, message: WebhookMessage): Promise<WebhookAttempt> {
  const { url, secrets, eventId, body, sentAt, timeoutMs, signal } = message;
  const startedMs = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - startedMs);
  const headers = {
    ...signWebhook(eventId, Math.floor(sentAt.getTime() / 1000), body, secrets),
    ...{ 'content-type': 'application/json', 'user-agent': 'Tapedeck-Webhook/1' },
    connection: 'close', // a kept connection that the target closes at the same moment would count as a failure
  };
  try {
    const request = { url, method: 'POST', headers, body, timeoutMs, maxBytes: keptBytes, excess: 'cut' } as const;
    const answer = await sendRequest(guard, { ...request, ...(signal !== undefined && { signal }) });
    const response = answer.body.toString('utf8').replaceAll('\0', '').toWellFormed();
    return { status: answer.status, durationMs: elapsedMs(), error: judge(answer.status), response };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof TapedeckError)) throw error;
    return { status: null, durationMs: elapsedMs(), error: error.message, response: null };
  }
}

function judge(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? `Answered ${status}; redirects are not followed.` : `Answered ${status}.`;
}
