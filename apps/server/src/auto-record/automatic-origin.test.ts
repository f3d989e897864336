import type { AutomaticTemplate, Catalogue } from '@tapedeck/catalogue';
import { parseCreateTemplate } from '@tapedeck/protocol';
import { expect, it } from 'vitest';
import { automaticOrigin } from './automatic-origin.ts';
import { automaticRequest } from './automatic-request.ts';

const catalogue = {
  storages: { byName: async () => ({ value: { prefix: 'in/' } }) },
  applications: { settings: async () => ({ tencent: { bizId: 1234 } }) },
} as unknown as Pick<Catalogue, 'storages' | 'applications'>;
const originOf = async (template: object) => {
  const made = parseCreateTemplate({ name: 't', match: { rooms: ['*'] }, ...template });
  const stored: AutomaticTemplate = { ...made, id: 'tpl_0123456789', applicationId: 'app_1', createdAt: '', updatedAt: '' };
  return await automaticOrigin(catalogue, stored, automaticRequest(stored, 'room1'), 'RM_1');
};

it('is none unless the template names a vendor', async () => {
  expect(await originOf({})).toBeNull();
});

it('is a task that the session of the room and the template name', async () => {
  const recording = { outputs: [{ type: 'individual' }], storage: 'bucket' };
  const origin = await originOf({ recording, autoStart: { volcengine: { appId: 'app1', businessId: 'biz' } } });
  expect(origin).toMatchObject({
    ...{ dialect: 'volcengine', appId: 'app1', taskId: 'auto-RM_1-456789' },
    details: { businessId: 'biz', isSingle: true, isVod: false, keyPrefix: 'in/' },
    fileNames: { rule: 'volcengine', taskId: 'auto-RM_1-456789', roomId: 'room1' },
  });
});

it('is a recording of Tencent’s, in either scheme', async () => {
  const recording = { outputs: [{ type: 'individual' }] };
  expect(await originOf({ recording, autoStart: { tencent: { sdkAppId: 14 } } })).toMatchObject({
    ...{ dialect: 'tencent', appId: '14', taskId: 'auto-RM_1-456789', details: { kind: 'recording', recordMode: 1, storage: 'vod' } },
    fileNames: { rule: 'tencent', separator: '_', base: '14_cm9vbTE.', folder: 'auto-RM_1-456789/' },
  });
  const legacy = await originOf({ recording, autoStart: { tencent: { sdkAppId: 14, scheme: 'legacy' } } });
  expect(legacy).toMatchObject({
    details: { kind: 'stream', bizId: 1234, recordId: null },
    fileNames: {
      ...{ rule: 'tencent-legacy', recordId: null, folder: 'auto-RM_1-456789/' },
      stream: { appId: '14', room: 'room1', bizId: 1234 },
    },
  });
});

it('has the name that the template gives to Tencent’s files, in either scheme', async () => {
  const named = { sdkAppId: 14, userDefineRecordId: 'lesson_7' };
  const recording = { outputs: [{ type: 'individual' }] };
  expect((await originOf({ recording, autoStart: { tencent: named } }))?.fileNames).toMatchObject({ userDefine: 'lesson_7' });
  expect(await originOf({ recording, autoStart: { tencent: { ...named, scheme: 'legacy' } } })).toMatchObject({
    details: { recordId: 'lesson_7' },
    fileNames: { rule: 'tencent-legacy', recordId: 'lesson_7' },
  });
  for (const userDefineRecordId of ['', 'a b', 'a/b', 'x'.repeat(65)])
    await expect(originOf({ autoStart: { tencent: { ...named, userDefineRecordId } } })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});

it('is one vendor’s alone', async () => {
  const both = { tencent: { sdkAppId: 14 }, volcengine: { appId: 'a' } };
  await expect(originOf({ autoStart: both })).rejects.toMatchObject({ code: 'INVALID_REQUEST', field: 'autoStart.volcengine' });
});

it.each([[{ appId: 'a b' }], [{ appId: 'a', businessId: '' }], [{}], [{ appId: 'a', task: 1 }]])('refuses %j', async (volcengine) => {
  await expect(originOf({ autoStart: { volcengine } })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});
