import { sql } from 'kysely';
import { guard } from './database.ts';
import type { Database } from './database.ts';
import { newId } from './new-id.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';
import type { Application, Catalogue } from './types.ts';

const firstLock = 0x7a9ed;

/** Who may call the API. Secrets lie sealed in their rows and are opened in memory only. */
export function applications(db: Database, masterKey: Uint8Array): Catalogue['applications'] {
  const open = (row: { id: string; name: string; key: string; sealed_secret: Buffer }): Application =>
    Object.freeze({ id: row.id, name: row.name, key: row.key, secret: openSecret(row.sealed_secret, row.id, masterKey) });
  return {
    ensureFirst: (key, secret) =>
      guard(() =>
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
          return open(await write.returningAll().executeTakeFirstOrThrow());
        }),
      ),
    add: (name, key, secret) =>
      guard(async () => {
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
      guard(async () => {
        if (key.includes('\0')) return null;
        const row = await db.selectFrom('applications').selectAll().where('key', '=', key).executeTakeFirst();
        return row === undefined ? null : open(row);
      }),
  };
}
