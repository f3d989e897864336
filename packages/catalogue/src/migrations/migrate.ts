import { Migrator } from 'kysely';
import type { Kysely } from 'kysely';
import { firstTables } from './0001-first-tables.ts';

const migrations = { '0001-first-tables': firstTables };

/**
 * Brings the schema `tapedeck` to this version. Of several processes at once one does it and the others wait for it (PostgreSQL advisory lock).
 * All or nothing: a failing migration leaves the tables as they were.
 *
 * @throws whatever the database said.
 */
export async function migrate(db: Kysely<unknown>): Promise<void> {
  const migrator = new Migrator({ db, migrationTableSchema: 'tapedeck', provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('A migration failed.', { cause: error });
}
