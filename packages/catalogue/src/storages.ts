import { storageAddress } from '@tapedeck/protocol';
import type { CreateStorage } from '@tapedeck/protocol';
import { sql } from 'kysely';
import { fingerprintOf } from './canonical-json.ts';
import { guard } from './database.ts';
import type { Database } from './database.ts';
import { IdempotencyConflictError, StorageInUseError, StorageNameTakenError, StorageNotFoundError } from './errors.ts';
import { newId } from './new-id.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';
import type { Catalogue, StoredStorage } from './types.ts';

/** What of a storage lies sealed. */
interface Secrets {
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
  readonly customerKey: string | null;
}

/** Storages of applications; their secrets lie sealed in their rows and are opened in memory only. */
export function storages(db: Database, masterKey: Uint8Array): Catalogue['storages'] {
  const write = (id: string, storage: CreateStorage) => {
    const { name, settings, secrets } = split(storage);
    return { name, settings: JSON.stringify(settings), sealed_secrets: sealSecret(JSON.stringify(secrets), id, masterKey) };
  };
  const open = (row: StorageRow): StoredStorage => {
    const secrets = JSON.parse(openSecret(row.sealed_secrets, row.id, masterKey)) as Secrets;
    const { secretAccessKey, sessionToken, customerKey } = secrets;
    const { encryption } = row.settings;
    const value = {
      ...{ ...row.settings, name: row.name, secretAccessKey, sessionToken },
      encryption: encryption?.type === 'customer' ? { type: 'customer', key: customerKey ?? '' } : encryption,
    } as CreateStorage;
    return Object.freeze({ id: row.id, value, createdAt: row.created_at.toISOString(), updatedAt: row.updated_at.toISOString() });
  };
  const find = (applicationId: string) => db.selectFrom('storages').selectAll().where('application_id', '=', applicationId);
  return {
    create: (applicationId, storage, key) =>
      guard(async () => {
        const id = newId('stg');
        const fingerprint = fingerprintOf(storage);
        const inserted = await db
          .insertInto('storages')
          .values({ id, application_id: applicationId, idempotency_key: key, request_sha256: fingerprint, ...write(id, storage) })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst();
        if (inserted !== undefined) return open(inserted);
        const before = key === null ? undefined : await find(applicationId).where('idempotency_key', '=', key).executeTakeFirst();
        if (before === undefined) throw new StorageNameTakenError(storage.name);
        if (before.request_sha256 !== fingerprint) throw new IdempotencyConflictError(key ?? '');
        return open(before);
      }),
    list: (applicationId) => guard(async () => (await find(applicationId).orderBy('id').execute()).map(open)),
    get: (applicationId, id) =>
      guard(async () => {
        const row = await find(applicationId).where('id', '=', id).executeTakeFirst();
        return row === undefined ? null : open(row);
      }),
    byName: (applicationId, name) =>
      guard(async () => {
        const row = await find(applicationId).where('name', '=', name).executeTakeFirst();
        return row === undefined ? null : open(row);
      }),
    replace: (applicationId, id, storage) =>
      guard(async () => {
        const row = await db.transaction().execute(async (trx) => {
          const rows = trx.selectFrom('storages').selectAll().where('application_id', '=', applicationId);
          const before = await rows.where('id', '=', id).where('name', '=', storage.name).forUpdate().executeTakeFirst();
          if (before === undefined) throw new StorageNotFoundError(id);
          const field = movedBy(open(before).value, storage);
          if (field !== null) await refuseWhileHeld(trx, applicationId, storage.name, field);
          const changed = { ...write(id, storage), updated_at: sql<Date>`clock_timestamp()` };
          return await trx.updateTable('storages').set(changed).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
        });
        await wakeDeliveries(db, applicationId);
        return open(row);
      }),
    remove: (applicationId, id) => guard(() => removeStorage(db, applicationId, id)),
  };
}

interface StorageRow {
  readonly id: string;
  readonly name: string;
  readonly settings: Omit<CreateStorage, 'name' | 'secretAccessKey' | 'sessionToken'>;
  readonly sealed_secrets: Buffer;
  readonly created_at: Date;
  readonly updated_at: Date;
}

function split(storage: CreateStorage): { name: string; settings: object; secrets: Secrets } {
  const { name, secretAccessKey, sessionToken, encryption, ...rest } = storage;
  const isCustomer = encryption?.type === 'customer';
  return {
    name,
    settings: { ...rest, encryption: isCustomer ? { type: 'customer' } : encryption },
    secrets: { secretAccessKey, sessionToken, customerKey: isCustomer ? encryption.key : null },
  };
}

/** Somebody has put a storage right: whoever waits for one tries at once. */
async function wakeDeliveries(db: Database, applicationId: string): Promise<void> {
  const woken = await db
    .updateTable('recordings')
    .set({ next_attempt_at: null })
    .where('application_id', '=', applicationId)
    .where('state', '=', 'delivering')
    .where('next_attempt_at', 'is not', null)
    .returning('id')
    .execute();
  for (const { id } of woken) await sql`select pg_notify('tapedeck_recordings', ${id})`.execute(db);
}

/** The field that makes of the storage another place, or of its objects ones that it cannot open: what lies there would not be found any more. Null: there is none. */
function movedBy(before: CreateStorage, after: CreateStorage): string | null {
  if (before.bucket !== after.bucket) return 'bucket';
  if (before.prefix !== after.prefix) return 'prefix';
  const keyOf = ({ encryption }: CreateStorage): string | null => (encryption?.type === 'customer' ? encryption.key : null);
  if (keyOf(before) !== keyOf(after)) return 'encryption';
  if (endpointOf(before) === endpointOf(after)) return null;
  return (['endpoint', 'region', 'accountId'] as const).find((field) => before[field] !== after[field]) ?? 'preset';
}

function endpointOf(storage: CreateStorage): string {
  const address = storageAddress(storage);
  return 'missing' in address ? '' : address.endpoint;
}

/** A recording whose files the storage does not take holds nothing there: its settings may be what is wrong. */
async function refuseWhileHeld(trx: Database, applicationId: string, name: string, field: string): Promise<void> {
  const { rows } = await sql<{ files: string; deliveries: string }>`select
      (select count(*) from tapedeck.files f join tapedeck.recordings r on r.id = f.recording_id
        where r.application_id = ${applicationId} and f.storage = ${name}) as files,
      (select count(*) from tapedeck.recordings where application_id = ${applicationId} and request ->> 'storage' = ${name}
        and state = 'delivering' and delivery ->> 'failingSince' is null) as deliveries`.execute(trx);
  const users = usersOf(rows);
  if (users !== null) throw new StorageInUseError(name, users, field);
}

/** What there is, in words; null: nothing. */
function usersOf(rows: readonly Readonly<Record<string, string>>[]): string | null {
  const used = Object.entries(rows[0] ?? {}).filter(([, count]) => Number(count) > 0);
  return used.length === 0 ? null : used.map(([what, count]) => `${count} ${what}`).join(', ');
}

async function removeStorage(db: Database, applicationId: string, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('storages')
      .select('name')
      .where('id', '=', id)
      .where('application_id', '=', applicationId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) throw new StorageNotFoundError(id);
    const { rows } = await sql<{ files: string; recordings: string; templates: string; storages: string }>`select
      (select count(*) from tapedeck.templates where application_id = ${applicationId} and recording ->> 'storage' = ${row.name}) as templates,
      (select count(*) from tapedeck.files f join tapedeck.recordings r on r.id = f.recording_id
        where r.application_id = ${applicationId} and f.storage = ${row.name}) as files,
      (select count(*) from tapedeck.recordings where application_id = ${applicationId} and request ->> 'storage' = ${row.name}
        and state not in ('completed', 'failed', 'aborted')) as recordings,
      (select count(*) from tapedeck.storages where application_id = ${applicationId} and settings ->> 'fallback' = ${row.name}) as storages`.execute(
      trx,
    );
    const users = usersOf(rows);
    if (users !== null) throw new StorageInUseError(row.name, users);
    await trx.deleteFrom('storages').where('id', '=', id).execute();
  });
}
