import type { Dialect } from '@tapedeck/protocol';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { openSecret } from '../sealed-secret.ts';
import type { Application } from '../types.ts';

/** Where an application lists the vendor's app ids. */
const listOf = { tencent: 'sdkAppIds', volcengine: 'appIds' } as const;

/** Whose a vendor's app id is: the application that lists it, else the first one when that lists none of this dialect, else null. */
export async function applicationOf(db: Database, masterKey: Uint8Array, dialect: Dialect, appId: string): Promise<Application | null> {
  if (appId.includes('\0')) return null;
  const list = sql<object>`coalesce(settings::jsonb -> ${dialect}::text -> ${listOf[dialect]}::text, '[]')`;
  // Numbers and text alike: a list of numbers says `1400000001`, a list of text `"abc"`.
  const isListed = sql<boolean>`exists (select from jsonb_array_elements_text(${list}) as listed where listed = ${appId})`;
  const row = await db
    .selectFrom('applications')
    .select(['id', 'name', 'key', 'sealed_secret'])
    .where((eb) => eb.or([isListed, eb.and([eb('is_first', '=', true), sql<boolean>`${list} = '[]'`])]))
    .orderBy(isListed, 'desc')
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  return Object.freeze({ id: row.id, name: row.name, key: row.key, secret: openSecret(row.sealed_secret, row.id, masterKey) });
}
