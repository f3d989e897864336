import { automaticTencentOrigin } from '@tapedeck/api-tencent';
import { automaticVolcengineOrigin } from '@tapedeck/api-volcengine';
import type { AutomaticTemplate, Catalogue } from '@tapedeck/catalogue';
import type { CreateRecording, DialectOrigin } from '@tapedeck/protocol';

/** As which vendor's task the recording counts that a template starts by itself in a session of a room; null: none. */
export async function automaticOrigin(
  catalogue: Pick<Catalogue, 'storages' | 'applications'>,
  { id, applicationId, autoStart }: AutomaticTemplate,
  request: CreateRecording,
  roomSid: string,
): Promise<DialectOrigin | null> {
  // Two templates may record one session.
  const taskId = `auto-${roomSid}-${id.slice(-6)}`;
  if (autoStart?.tencent !== undefined) {
    const { tencent } = await catalogue.applications.settings(applicationId);
    return automaticTencentOrigin(autoStart.tencent, taskId, request, tencent.bizId);
  }
  if (autoStart?.volcengine === undefined) return null;
  const storage = await catalogue.storages.byName(applicationId, request.storage);
  return automaticVolcengineOrigin(autoStart.volcengine, taskId, request, storage?.value.prefix ?? '');
}
