import { ValidationError } from '@tapedeck/protocol';
import type { Database } from '../database.ts';

/**
 * @param field Where in the request the storage is named.
 * @throws {ValidationError} INVALID_REQUEST when the application has no storage of that name.
 */
export async function checkStorage(db: Database, applicationId: string, name: string, field = 'storage'): Promise<void> {
  if (name === 'default') return;
  const found = await db
    .selectFrom('storages')
    .select('id')
    .where('application_id', '=', applicationId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (found === undefined) throw new ValidationError(field, 'must be "default" or the name of a storage of this application', name);
}
