import { createHmac } from 'node:crypto';

/**
 * The headers that prove where a webhook comes from: `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, one `v1,…` per secret.
 * A receiver that knows one of the secrets accepts it, so a secret can be changed without losing an event.
 *
 * @param secrets `whsec_` and base64, newest first.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signWebhook(eventId: string, timestampS: number, body: string, secrets: readonly string[]): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${eventId}.${timestampS}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': eventId, 'webhook-timestamp': String(timestampS), 'webhook-signature': signatures.join(' ') };
}
