import { guard } from './database.ts';
import type { Database } from './database.ts';
import { newId } from './new-id.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';
import type { Application, Catalogue } from './types.ts';

/** Who may call the API. Secrets lie sealed in their rows and are opened in memory only. */
export function applications(db: Database, masterKey: Uint8Array): Catalogue['applications'] {
  const open = (row: { id: string; name: string; key: string; sealed_secret: Buffer }): Application =>
    Object.freeze({ id: row.id, name: row.name, key: row.key, secret: openSecret(row.sealed_secret, row.id, masterKey) });
  return {
    ensureFirst: (key, secret) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          const found = await trx.selectFrom('applications').selectAll().where('is_first', '=', true).forUpdate().executeTakeFirst();
          const id = found?.id ?? newId('app');
          if (found !== undefined && found.key === key && open(found).secret === secret) return open(found);
          const row = { id, name: found?.name ?? 'default', key, is_first: true, sealed_secret: sealSecret(secret, id, masterKey) };
          const kept = await trx
            .insertInto('applications')
            .values(row)
            .onConflict((conflict) => conflict.column('is_first').where('is_first', '=', true).doUpdateSet({ key }))
            .returning('id')
            .executeTakeFirstOrThrow();
          const sealed = { key, sealed_secret: sealSecret(secret, kept.id, masterKey) };
          return open(await trx.updateTable('applications').set(sealed).where('id', '=', kept.id).returningAll().executeTakeFirstOrThrow());
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
