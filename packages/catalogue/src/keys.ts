import { randomBytes } from 'node:crypto';
import { limits } from '@tapedeck/protocol';
import type { Key } from '@tapedeck/protocol';
import { guard } from './database.ts';
import type { Database } from './database.ts';
import { IdempotencyConflictError, KeyLimitError, KeyNotFoundError, PrimaryKeyError } from './errors.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';
import { announceKeys, type KnownKeys } from './known-keys.ts';
import type { Catalogue } from './types.ts';

/** Further key pairs of applications. Each opens the API as the primary pair does, until it is revoked. */
export function keys(db: Database, masterKey: Uint8Array, known: KnownKeys): Catalogue['keys'] {
  return {
    create: (applicationId, name, idempotencyKey) => guard(() => createKey(db, masterKey, applicationId, name, idempotencyKey)),
    list: (applicationId) =>
      guard(async () => {
        const primary = await db.selectFrom('applications').selectAll().where('id', '=', applicationId).executeTakeFirstOrThrow();
        const rows = await db
          .selectFrom('access_keys')
          .selectAll()
          .where('application_id', '=', applicationId)
          .orderBy('created_at')
          .orderBy('key')
          .execute();
        const { key, created_at } = primary;
        return [{ key, name: 'primary', isPrimary: true, createdAt: created_at.toISOString(), lastUsedAt: null }, ...rows.map(toKey)];
      }),
    revoke: (applicationId, key) =>
      guard(async () => {
        const remove = async (trx: Database): Promise<boolean> => {
          const mine = trx.deleteFrom('access_keys').where('key', '=', key).where('application_id', '=', applicationId);
          const isGone = (await mine.returning('key').executeTakeFirst()) !== undefined;
          if (isGone) await announceKeys(trx);
          return isGone;
        };
        if (await known.whileChanging(() => db.transaction().execute(remove))) return;
        const primary = await db.selectFrom('applications').select('key').where('id', '=', applicationId).executeTakeFirst();
        throw primary?.key === key ? new PrimaryKeyError(key) : new KeyNotFoundError(key);
      }),
  };
}

async function createKey(
  db: Database,
  masterKey: Uint8Array,
  applicationId: string,
  name: string,
  idempotencyKey: string | null,
): Promise<Key> {
  return await db.transaction().execute(async (trx) => {
    await trx.selectFrom('applications').select('id').where('id', '=', applicationId).forNoKeyUpdate().execute(); // one after the other
    const present = await trx.selectFrom('access_keys').selectAll().where('application_id', '=', applicationId).execute();
    const first = idempotencyKey === null ? undefined : present.find((row) => row.idempotency_key === idempotencyKey);
    if (first !== undefined) {
      if (first.name !== name) throw new IdempotencyConflictError(idempotencyKey ?? '');
      return { ...toKey(first), secret: openSecret(first.sealed_secret, first.key, masterKey) };
    }
    if (present.length >= limits.keys) throw new KeyLimitError(limits.keys);
    const key = `td_${randomBytes(9).toString('hex')}`;
    const secret = randomBytes(32).toString('base64url');
    const row = await trx
      .insertInto('access_keys')
      .values({
        ...{ key, application_id: applicationId, name, idempotency_key: idempotencyKey },
        sealed_secret: sealSecret(secret, key, masterKey),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { ...toKey(row), secret };
  });
}

function toKey(row: { key: string; name: string; created_at: Date; last_used_at: Date | null }): Key {
  const { key, name } = row;
  return { key, name, isPrimary: false, createdAt: row.created_at.toISOString(), lastUsedAt: row.last_used_at?.toISOString() ?? null };
}
