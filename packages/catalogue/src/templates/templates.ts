import type { CreateTemplate, Template } from '@tapedeck/protocol';
import { sql } from 'kysely';
import { guard } from '../database.ts';
import type { Database } from '../database.ts';
import { TemplateNameTakenError, TemplateNotFoundError } from '../errors.ts';
import { checkStorage } from '../recordings/check-storage.ts';
import type { Catalogue } from '../types.ts';
import { createTemplate } from './create-template.ts';
import { nullableJson, toTemplate } from './template-row.ts';

const uniqueViolation = '23505';

/** Templates of recordings; every query but `automatic` is scoped to one application. */
export function templates(db: Database): Catalogue['templates'] {
  return {
    create: (applicationId, template, key) => guard(() => createTemplate(db, applicationId, template, key)),
    get: (applicationId, id) =>
      guard(async () => {
        const row = await ownTemplates(db, applicationId).where('id', '=', id).executeTakeFirst();
        return row === undefined ? null : toTemplate(row);
      }),
    byName: (applicationId, name) =>
      guard(async () => {
        const row = await ownTemplates(db, applicationId).where('name', '=', name).executeTakeFirst();
        return row === undefined ? null : toTemplate(row);
      }),
    list: (applicationId) => guard(async () => (await ownTemplates(db, applicationId).orderBy('name').execute()).map(toTemplate)),
    patch: (applicationId, id, change) => guard(() => patchTemplate(db, applicationId, id, change)),
    delete: (applicationId, id) =>
      guard(async () => {
        const gone = db.deleteFrom('templates').where('application_id', '=', applicationId).where('id', '=', id);
        if ((await gone.returning('id').executeTakeFirst()) === undefined) throw new TemplateNotFoundError(id);
      }),
    automatic: () =>
      guard(async () => {
        const rows = await db
          .selectFrom('templates')
          .selectAll()
          .where('enabled', '=', true)
          .where('match', 'is not', null)
          .where('auto_start', 'is not', null)
          .orderBy('id')
          .execute();
        return rows.map((row) => ({ ...toTemplate(row), applicationId: row.application_id }));
      }),
  };
}

function ownTemplates(db: Database, applicationId: string) {
  return db.selectFrom('templates').selectAll().where('application_id', '=', applicationId);
}

async function patchTemplate(db: Database, applicationId: string, id: string, change: Partial<CreateTemplate>): Promise<Template> {
  const { name, match, recording, autoStart, enabled } = change;
  await checkStorage(db, applicationId, recording?.storage ?? 'default', 'recording.storage');
  try {
    const row = await db
      .updateTable('templates')
      .set({
        ...(name === undefined ? {} : { name }),
        ...(match === undefined ? {} : { match: nullableJson(match) }),
        ...(recording === undefined ? {} : { recording: JSON.stringify(recording) }),
        ...(autoStart === undefined ? {} : { auto_start: nullableJson(autoStart) }),
        ...(enabled === undefined ? {} : { enabled }),
        updated_at: sql<Date>`clock_timestamp()`,
      })
      .where('application_id', '=', applicationId)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new TemplateNotFoundError(id);
    return toTemplate(row);
  } catch (cause) {
    if ((cause as { code?: unknown }).code === uniqueViolation) throw new TemplateNameTakenError(name ?? '', { cause });
    throw cause;
  }
}
