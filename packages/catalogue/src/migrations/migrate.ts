import { Migrator } from 'kysely';
import type { Kysely } from 'kysely';
import { firstTables } from './0001-first-tables.ts';
import { templateTables } from './0002-templates.ts';
import { storages } from './0003-storages.ts';
import { usageAndKeys } from './0005-usage-and-keys.ts';
import { webhooks } from './0004-webhooks.ts';
import { renderTables } from './0006-renders.ts';
import { dialects } from './0007-dialects.ts';
import { vendorCallbacks } from './0008-vendor-callbacks.ts';
import { mediaInfo } from './0010-media.ts';

const migrations = {
  '0001-first-tables': firstTables,
  '0002-templates': templateTables,
  '0003-storages': storages,
  '0004-webhooks': webhooks,
  '0005-usage-and-keys': usageAndKeys,
  '0006-renders': renderTables,
  '0007-dialects': dialects,
  '0008-vendor-callbacks': vendorCallbacks,
  '0010-media': mediaInfo,
};

/**
 * Brings the schema `tapedeck` to this version. Of several processes at once one does it and the others wait for it (PostgreSQL advisory lock).
 * All or nothing: a failing migration leaves the tables as they were.
 *
 * @throws whatever the database said.
 */
export async function migrate(db: Kysely<unknown>): Promise<void> {
  const migrator = new Migrator({
    db,
    allowUnorderedMigrations: true,
    migrationTableSchema: 'tapedeck',
    provider: { getMigrations: async () => migrations },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('A migration failed.', { cause: error });
}
