import { randomBytes } from 'node:crypto';
import type { Webhook } from '@tapedeck/protocol';
import type { Database } from '../database.ts';
import { WebhookNotFoundError } from '../errors.ts';
import { openSecret } from '../sealed-secret.ts';
import type { Tables } from '../tables.ts';
import type { Selectable } from 'kysely';

/** A row of `webhooks`. */
export type WebhookRow = Selectable<Tables['webhooks']>;

/** The webhook as answers show it, without its secret. */
export function toWebhook(row: WebhookRow): Webhook {
  const overlaps = row.previous_until !== null && row.previous_until.getTime() > Date.now();
  return {
    ...{ id: row.id, url: row.url, events: row.events, enabled: row.enabled, disabledReason: row.disabled_reason },
    ...{ description: row.description, createdAt: row.created_at.toISOString() },
    previousSecretUntil: overlaps ? (row.previous_until?.toISOString() ?? null) : null,
  };
}

/** A fresh secret of 256 bits. @see https://www.standardwebhooks.com (symmetric secrets) */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** The secrets that sign now, newest first. */
export function signingSecrets(
  row: Pick<WebhookRow, 'id' | 'sealed_secret' | 'previous_secret' | 'previous_until'>,
  masterKey: Uint8Array,
  now: Date,
): string[] {
  const sealed = [row.sealed_secret];
  if (row.previous_secret !== null && row.previous_until !== null && row.previous_until > now) sealed.push(row.previous_secret);
  return sealed.map((secret) => openSecret(secret, row.id, masterKey));
}

/** The row of an application's webhook. @throws {WebhookNotFoundError} WEBHOOK_NOT_FOUND */
export async function findWebhook(db: Database, applicationId: string, id: string): Promise<WebhookRow> {
  const row = await db
    .selectFrom('webhooks')
    .selectAll()
    .where('id', '=', id)
    .where('application_id', '=', applicationId)
    .executeTakeFirst();
  if (row === undefined) throw new WebhookNotFoundError(id);
  return row;
}
