import { defaultSettings } from '@tapedeck/protocol';
import type { ApplicationSettings, PatchApplication } from '@tapedeck/protocol';
import type { Database } from './database.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';

/** The settings of an application, secrets in clear. */
export async function readSettings(db: Database, masterKey: Uint8Array, applicationId: string): Promise<ApplicationSettings> {
  const row = await db
    .selectFrom('applications')
    .select(['name', 'settings', 'sealed_settings'])
    .where('id', '=', applicationId)
    .executeTakeFirstOrThrow();
  const secrets =
    row.sealed_settings === null ? {} : (JSON.parse(openSecret(row.sealed_settings, settingsOf(applicationId), masterKey)) as Stored);
  const { tencent, volcengine } = row.settings as Stored;
  return {
    name: row.name,
    tencent: { ...defaultSettings.tencent, ...tencent, ...secrets.tencent },
    volcengine: { ...defaultSettings.volcengine, ...volcengine, ...secrets.volcengine },
  };
}

type Stored = Partial<Pick<ApplicationSettings, 'tencent' | 'volcengine'>>;

/** Changes what is given; secrets are sealed, the rest lies in clear. */
export async function patchSettings(
  db: Database,
  masterKey: Uint8Array,
  applicationId: string,
  change: Omit<PatchApplication, 'autoRecord'>,
): Promise<ApplicationSettings> {
  return await db.transaction().execute(async (trx) => {
    await trx.selectFrom('applications').select('id').where('id', '=', applicationId).forNoKeyUpdate().execute();
    const before = await readSettings(trx, masterKey, applicationId);
    const name = change.name ?? before.name;
    const tencent = { ...before.tencent, ...change.tencent };
    const volcengine = { ...before.volcengine, ...change.volcengine };
    const { callbackKey, userSigKey, ...openTencent } = tencent;
    const { callbackKey: volcengineKey, ...openVolcengine } = volcengine;
    const secrets = { tencent: { callbackKey, userSigKey }, volcengine: { callbackKey: volcengineKey } };
    await trx
      .updateTable('applications')
      .set({
        name,
        settings: JSON.stringify({ tencent: openTencent, volcengine: openVolcengine }),
        sealed_settings: sealSecret(JSON.stringify(secrets), settingsOf(applicationId), masterKey),
      })
      .where('id', '=', applicationId)
      .execute();
    return { name, tencent, volcengine };
  });
}

/** What the settings are sealed for: not the same as the application's own secret. */
const settingsOf = (applicationId: string): string => `${applicationId} settings`;
