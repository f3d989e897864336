import { sql } from 'kysely';
import { patchSettings, readSettings } from './application-settings.ts';
import { guard } from './database.ts';
import type { Database } from './database.ts';
import { announceKeys, type KnownKeys } from './known-keys.ts';
import { newId } from './new-id.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';
import type { Application, Catalogue } from './types.ts';

const firstLock = 0x7a9ed;

/** Who may call the API. Secrets lie sealed in their rows and are opened in memory only. */
export function applications(db: Database, masterKey: Uint8Array, known: KnownKeys): Catalogue['applications'] {
  const open = (row: { id: string; name: string; key: string; sealed_secret: Buffer }): Application =>
    Object.freeze({ id: row.id, name: row.name, key: row.key, secret: openSecret(row.sealed_secret, row.id, masterKey) });
  const changing = <T>(change: () => Promise<T>): Promise<T> => guard(() => known.whileChanging(change));
  return {
    ensureFirst: (key, secret) =>
      changing(() =>
        db.transaction().execute(async (trx) => {
          await sql`select pg_advisory_xact_lock(${firstLock})`.execute(trx); // one after the other: there is one first
          const found = await trx.selectFrom('applications').selectAll().where('is_first', '=', true).executeTakeFirst();
          if (found !== undefined && found.key === key && open(found).secret === secret) return open(found);
          const id = found?.id ?? newId('app');
          const pair = { key, sealed_secret: sealSecret(secret, id, masterKey) };
          const row = { id, name: 'default', is_first: true, ...pair };
          const write =
            found === undefined
              ? trx.insertInto('applications').values(row)
              : trx.updateTable('applications').set(pair).where('id', '=', id);
          await announceKeys(trx);
          return open(await write.returningAll().executeTakeFirstOrThrow());
        }),
      ),
    add: (name, key, secret) =>
      changing(async () => {
        const id = newId('app');
        const row = { id, name, key, is_first: false, sealed_secret: sealSecret(secret, id, masterKey) };
        await db
          .insertInto('applications')
          .values(row)
          .onConflict((conflict) => conflict.column('key').doNothing())
          .execute();
        return open(await db.selectFrom('applications').selectAll().where('key', '=', key).executeTakeFirstOrThrow());
      }),
    byKey: (key) =>
      known.owner(key, () =>
        guard(async () => {
          if (key.includes('\0')) return null;
          const row = await db.selectFrom('applications').selectAll().where('key', '=', key).executeTakeFirst();
          return row === undefined ? await byFurtherKey(db, masterKey, key) : open(row);
        }),
      ),
    settings: (applicationId) => guard(() => readSettings(db, masterKey, applicationId)),
    patchSettings: (applicationId, change) => guard(() => patchSettings(db, masterKey, applicationId, change)),
  };
}

/** The application of a further key, as that pair; notes its use once a minute. */
async function byFurtherKey(db: Database, masterKey: Uint8Array, key: string): Promise<Application | null> {
  const row = await db
    .selectFrom('access_keys as k')
    .innerJoin('applications as a', 'a.id', 'k.application_id')
    .select(['a.id', 'a.name', 'k.key', 'k.sealed_secret'])
    .where('k.key', '=', key)
    .executeTakeFirst();
  if (row === undefined) return null;
  await sql`update tapedeck.access_keys set last_used_at = now()
    where key = ${key} and (last_used_at is null or last_used_at < now() - interval '1 minute')`.execute(db);
  return Object.freeze({ id: row.id, name: row.name, key: row.key, secret: openSecret(row.sealed_secret, row.key, masterKey) });
}
