import type { CreateTemplate, Template } from '@tapedeck/protocol';
import { fingerprintOf } from '../canonical-json.ts';
import type { Database } from '../database.ts';
import { IdempotencyConflictError, TemplateNameTakenError } from '../errors.ts';
import { newId } from '../new-id.ts';
import { checkStorage } from '../recordings/check-storage.ts';
import { nullableJson, toTemplate } from './template-row.ts';

/**
 * Inserts a template. With an idempotency key that this application used before for the same request, the template of that time is returned as it is now.
 *
 * @throws {TemplateNameTakenError} TEMPLATE_NAME_TAKEN · {IdempotencyConflictError} IDEMPOTENCY_CONFLICT when the key came with another request.
 */
export async function createTemplate(
  db: Database,
  applicationId: string,
  template: CreateTemplate,
  idempotencyKey: string | null,
): Promise<Template> {
  await checkStorage(db, applicationId, template.recording.storage ?? 'default', 'recording.storage');
  const fingerprint = fingerprintOf(template);
  return await db.transaction().execute(async (trx) => {
    const before = idempotencyKey === null ? null : await usedBefore(trx, applicationId, idempotencyKey, fingerprint);
    if (before !== null) return before;
    const id = newId('tpl');
    const row = await trx
      .insertInto('templates')
      .values({
        ...{ id, application_id: applicationId, name: template.name, enabled: template.enabled },
        match: nullableJson(template.match),
        recording: JSON.stringify(template.recording),
        auto_start: nullableJson(template.autoStart),
      })
      .onConflict((conflict) => conflict.columns(['application_id', 'name']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new TemplateNameTakenError(template.name);
    if (idempotencyKey !== null) {
      const use = { application_id: applicationId, key: idempotencyKey, request_sha256: fingerprint, template_id: id };
      await trx.insertInto('idempotency').values(use).execute();
    }
    return toTemplate(row);
  });
}

/** One create of a key after the other: the second one sees what the first one made. */
async function usedBefore(trx: Database, applicationId: string, key: string, fingerprint: string): Promise<Template | null> {
  await trx.selectFrom('applications').select('id').where('id', '=', applicationId).forNoKeyUpdate().execute();
  const use = await trx
    .selectFrom('idempotency')
    .select(['template_id', 'request_sha256'])
    .where('application_id', '=', applicationId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (use === undefined) return null;
  if (use.request_sha256 !== fingerprint || use.template_id === null) throw new IdempotencyConflictError(key);
  return toTemplate(await trx.selectFrom('templates').selectAll().where('id', '=', use.template_id).executeTakeFirstOrThrow());
}
