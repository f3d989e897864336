import { parseCreateRecording, parseCreateRender, parseCreateStorage } from '@tapedeck/protocol';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { LogDeletedError, openCatalogue, StorageInUseError, StorageNameTakenError } from '../src/index.ts';
import type { Claim } from '../src/index.ts';
import { file, startTestCatalogue } from './test-catalogue.ts';
import type { TestCatalogue } from './test-catalogue.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time

let it: TestCatalogue;
beforeAll(async () => {
  it = await startTestCatalogue();
});
afterAll(async () => await it.close());
beforeEach(async () => {
  await it.sql('delete from tapedeck.recordings');
  await it.sql('delete from tapedeck.storages');
});

const settings = (change: object = {}) =>
  parseCreateStorage({
    ...{ name: 'archive', endpoint: 'https://s3.example', bucket: 'calls', accessKeyId: 'key', secretAccessKey: 'the-secret' },
    ...change,
  });
const failure = {
  ...{ attempts: 3, failures: 3, failingSince: '2026-01-01T00:00:00.000Z', nextAttemptAt: '2026-01-01T00:05:00.000Z' },
  lastError: { code: 'STORAGE_DENIED', fault: 'destination', detail: 'denied', at: '2026-01-01T00:00:00.000Z' },
} as const;
const claimNext = (options: { waiting?: boolean } = {}) => it.catalogue.leases.claimNext('two', { expiryMs: 60_000, ...options });
const delivering = async (request: object = {}): Promise<Claim> => {
  await it.catalogue.recordings.create(it.applicationId, parseCreateRecording({ room: 'r', ...request }), null);
  const claim = await it.catalogue.leases.claimNext('one', { expiryMs: 60_000 });
  if (claim === null) throw new Error('nothing to claim');
  for (const state of ['recording', 'stopping', 'rendering', 'delivering'] as const)
    await it.catalogue.leases.transition(claim, state, { startedAt: new Date(), endedAt: new Date() });
  return claim;
};

test('secrets lie sealed in the database and open with the master key alone', async () => {
  const { id } = await it.catalogue.storages.create(it.applicationId, settings({ sessionToken: 'the-token' }), null);
  const [row] = await it.sql<{ text: string }>('select s::text as text from tapedeck.storages s');
  for (const secret of ['the-secret', 'the-token']) expect(row?.text).not.toContain(Buffer.from(secret).toString('hex'));
  expect(row?.text).not.toContain('the-secret');
  const other = await openCatalogue({ url: it.postgres.url, masterKey: Buffer.alloc(32, 6) });
  await expect(other.storages.get(it.applicationId, id)).rejects.toMatchObject({ code: 'MASTER_KEY_WRONG' });
  await other.close();
  expect((await it.catalogue.storages.get(it.applicationId, id))?.value).toEqual(settings({ sessionToken: 'the-token' }));
  await expect(it.catalogue.storages.create(it.applicationId, settings(), null)).rejects.toBeInstanceOf(StorageNameTakenError);
});

test('a recording whose storage fails is nobody’s until its next attempt, or until somebody puts the storage right', async () => {
  const { id } = await it.catalogue.storages.create(it.applicationId, settings(), null);
  const claim = await delivering({ storage: 'archive' });
  await it.catalogue.leases.park(claim, failure, 3_600_000);
  expect(await it.catalogue.recordings.get(it.applicationId, claim.recordingId)).toMatchObject({ state: 'delivering', delivery: failure });
  expect(await claimNext()).toBeNull();
  await it.sql(`update tapedeck.recordings set next_attempt_at = next_attempt_at - interval '1 hour'`); // an hour later
  expect(await claimNext({ waiting: false })).toBeNull();
  const again = await claimNext();
  expect(again).toMatchObject({ recordingId: claim.recordingId, epoch: 2, state: 'delivering', delivery: failure });
  await it.catalogue.leases.park(claim, failure, 0); // who was overtaken parks nothing
  expect(await claimNext()).toBeNull();
  await it.catalogue.leases.park(again as Claim, failure, 3_600_000);
  await it.catalogue.storages.replace(it.applicationId, id, settings({ secretAccessKey: 'another' }));
  expect(await claimNext()).toMatchObject({ recordingId: claim.recordingId, epoch: 3 });
});

test('a storage stays while anything needs it', async () => {
  const { storages, leases } = it.catalogue;
  const { id } = await storages.create(it.applicationId, settings(), null);
  const backed = await storages.create(it.applicationId, settings({ name: 'backed', fallback: 'archive' }), null);
  await expect(storages.remove(it.applicationId, id)).rejects.toThrow(/1 storages/);
  await storages.remove(it.applicationId, backed.id);
  const claim = await delivering({ storage: 'archive' });
  await expect(storages.remove(it.applicationId, id)).rejects.toThrow(/1 recordings/);
  await leases.file(claim, { ...file('a.mp4'), storage: 'archive' });
  await leases.transition(claim, 'completed');
  await expect(storages.remove(it.applicationId, id)).rejects.toBeInstanceOf(StorageInUseError);
  await it.catalogue.recordings.delete(it.applicationId, claim.recordingId);
  await storages.remove(it.applicationId, id);
});

test('a storage stays where it is while files lie there; what does not move them may change', async () => {
  const { storages, leases } = it.catalogue;
  const key = `${'A'.repeat(43)}=`;
  const { id } = await storages.create(it.applicationId, settings({ encryption: { type: 'customer', key } }), null);
  const change = (changes: object) =>
    storages.replace(it.applicationId, id, settings({ encryption: { type: 'customer', key }, ...changes }));
  const moves = {
    endpoint: 'https://other.example',
    bucket: 'others',
    prefix: 'calls/',
    encryption: { type: 'customer', key: `${'B'.repeat(43)}=` },
  };
  const expectRefused = async (users: RegExp): Promise<void> => {
    for (const [field, value] of Object.entries(moves)) {
      await expect(change({ [field]: value }), field).rejects.toMatchObject({ code: 'STORAGE_IN_USE', field });
      await expect(change({ [field]: value }), field).rejects.toThrow(users);
    }
    await expect(change({ encryption: null })).rejects.toMatchObject({ field: 'encryption' });
  };
  const claim = await delivering({ storage: 'archive' });
  await expectRefused(/used by 1 deliveries/); // the file may be there, and not listed yet
  await leases.delivery(claim, failure);
  await change({ bucket: 'typo' }); // it takes nothing: its bucket may be what is wrong
  await change({});
  await leases.file(claim, { ...file('a.mp4'), storage: 'archive' });
  await leases.delivery(claim, null);
  await leases.transition(claim, 'completed');
  await expectRefused(/used by 1 files/);
  const harmless = { secretAccessKey: 'new', retentionDays: 3, region: 'eu-west-1', pathStyle: true, endpoint: 'https://s3.example/' };
  expect((await change(harmless)).value).toMatchObject(harmless);
  await it.catalogue.recordings.delete(it.applicationId, claim.recordingId);
  expect((await change(moves)).value).toMatchObject(moves);
});

test('by its region a storage of a provider is another place', async () => {
  const aws = { preset: 'aws', endpoint: null, region: 'eu-west-1' };
  const { id } = await it.catalogue.storages.create(it.applicationId, settings(aws), null);
  await it.catalogue.leases.file(await delivering({ storage: 'archive' }), { ...file('a.mp4'), storage: 'archive' });
  const moved = it.catalogue.storages.replace(it.applicationId, id, settings({ ...aws, region: 'us-east-1' }));
  await expect(moved).rejects.toMatchObject({ code: 'STORAGE_IN_USE', field: 'region' });
});

test('a recording that waits for its storage can be deleted, and with it what it waits for', async () => {
  const claim = await delivering();
  const remove = () => it.catalogue.recordings.delete(it.applicationId, claim.recordingId);
  await expect(remove()).rejects.toMatchObject({ code: 'RECORDING_STATE' });
  await it.catalogue.leases.park(claim, failure, 3_600_000);
  await remove();
  expect(await it.catalogue.recordings.get(it.applicationId, claim.recordingId)).toBeNull();
});

test('a growing file is listed once, becomes whole, and what never does is taken off', async () => {
  const claim = await delivering();
  for (const sizeBytes of [1, 2]) await it.catalogue.leases.file(claim, { ...file('a.m3u8'), state: 'growing', sizeBytes });
  await it.catalogue.leases.file(claim, { ...file('replaced.m3u8'), state: 'growing' });
  await it.catalogue.leases.file(claim, { ...file('a.m3u8'), sizeBytes: 3 });
  await it.catalogue.leases.dropGrowing(claim);
  const { files } = (await it.catalogue.recordings.get(it.applicationId, claim.recordingId)) ?? { files: [] };
  expect(files).toMatchObject([{ key: 'a.m3u8', state: 'complete', sizeBytes: 3 }]);
  const events = await it.catalogue.recordings.events(it.applicationId, claim.recordingId);
  expect(events.filter(({ type }) => type.startsWith('file.')).map(({ type }) => type)).toEqual([
    'file.growing',
    'file.growing',
    'file.ready',
  ]);
});

test('files expire by their recording’s days, else their storage’s, else never', async () => {
  await it.catalogue.storages.create(it.applicationId, settings({ retentionDays: 30 }), null);
  const ended = async (request: object): Promise<string> => {
    const claim = await delivering(request);
    await it.catalogue.leases.file(claim, { ...file('a.mp4'), storage: 'archive' });
    await it.catalogue.leases.transition(claim, 'completed');
    return claim.recordingId;
  };
  const [own, storages, kept] = [
    await ended({ storage: 'archive', retentionDays: 7 }),
    await ended({ storage: 'archive' }),
    await ended({}),
  ];
  const expired = async (): Promise<string[]> => (await it.catalogue.retention.expiredFiles(10)).map(({ recordingId }) => recordingId);
  const later = (days: number) => it.sql(`update tapedeck.recordings set ended_at = ended_at - interval '${days} days'`);
  await later(6);
  expect(await expired()).toEqual([]);
  await later(2);
  expect(await expired()).toEqual([own]);
  await it.catalogue.retention.filesDeleted(own);
  await it.catalogue.retention.filesDeleted(own);
  expect((await it.catalogue.recordings.get(it.applicationId, own))?.files).toEqual([]);
  const events = await it.catalogue.recordings.events(it.applicationId, own);
  expect(events.filter(({ type }) => type === 'recording.expired')).toMatchObject([{ data: { files: 1 } }]);
  await later(1_000);
  expect(await expired()).toEqual([storages]);
  expect((await it.catalogue.recordings.get(it.applicationId, kept))?.files).toHaveLength(1);
});

test('a recording whose log was deleted says so when it is to be rendered again', async () => {
  const claim = await delivering();
  await it.catalogue.leases.transition(claim, 'completed');
  await it.sql(`update tapedeck.recordings set ended_at = ended_at - interval '1 hour'`);
  expect(await it.catalogue.retention.expiredLogs(7_200, 10)).toEqual([]);
  expect(await it.catalogue.retention.expiredLogs(1_800, 10)).toEqual([claim.recordingId]);
  await it.catalogue.retention.logDeleted(claim.recordingId);
  expect(await it.catalogue.retention.expiredLogs(1_800, 10)).toEqual([]);
  const render = it.catalogue.renders.create(
    it.applicationId,
    claim.recordingId,
    parseCreateRender({ output: { type: 'composite' } }, { outputs: [], startedAt: null, endedAt: null }),
    null,
  );
  await expect(render).rejects.toBeInstanceOf(LogDeletedError);
});
