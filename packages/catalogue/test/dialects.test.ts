import { parseCreateRecording } from '@tapedeck/protocol';
import type { DialectOrigin } from '@tapedeck/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestCatalogue } from './test-catalogue.ts';
import type { TestCatalogue } from './test-catalogue.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time

let it: TestCatalogue;
beforeAll(async () => {
  it = await startTestCatalogue();
});
afterAll(async () => await it.close());

const origin = (taskId: string, over: Partial<DialectOrigin> = {}): DialectOrigin => ({
  ...{ dialect: 'volcengine', appId: 'abc', taskId, details: { BusinessId: 'b', z: 1, a: [2] }, fileNames: null },
  ...over,
});
const request = (room = 'room') => parseCreateRecording({ room });

test('a task that runs is started once, however many ask at once, and its name is free when its stop was asked for', async () => {
  const { dialects, recordings } = it.catalogue;
  const asked = await Promise.all(Array.from({ length: 8 }, () => dialects.create(it.applicationId, request(), origin('once'))));
  expect(asked.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(new Set(asked.map(({ task }) => task.recording.id)).size).toBe(1);
  const first = asked[0]?.task;
  expect(first).toMatchObject({ origin: origin('once'), desired: 'recording', recording: { state: 'starting', room: 'room' } });
  const elsewhere = await dialects.create(it.applicationId, request('another room'), origin('once'));
  expect(elsewhere.isNew).toBe(true);
  await recordings.setDesired(it.applicationId, first?.recording.id ?? '', 'stopped');
  const second = await dialects.create(it.applicationId, request(), origin('once'));
  expect([second.isNew, second.task.recording.id === first?.recording.id]).toEqual([true, false]);
  const name = { dialect: 'volcengine', appId: 'abc', taskId: 'once' } as const;
  expect((await dialects.find(it.applicationId, { ...name, room: 'room' }))?.recording.id).toBe(second.task.recording.id);
  expect((await dialects.find(it.applicationId, { ...name, room: 'another room' }))?.recording.id).toBe(elsewhere.task.recording.id);
  expect(await dialects.find(it.applicationId, { ...name, appId: 'other' })).toBeNull();
  const live = await dialects.live(it.applicationId, 'volcengine');
  expect(live.map(({ recording }) => recording.id)).toEqual([elsewhere.task.recording.id, second.task.recording.id]);
  expect(await dialects.live(it.applicationId, 'tencent')).toEqual([]);
});

test('of many that ask at once, as many start as may', async () => {
  const { dialects, recordings } = it.catalogue;
  const tencent = (taskId: string): DialectOrigin => origin(taskId, { dialect: 'tencent', appId: '1400000001' });
  const ask = (index: number) =>
    dialects.createIf(it.applicationId, request(`burst ${index}`), tencent(`burst ${index}`), (live) => live.length < 3);
  const made = await Promise.all(Array.from({ length: 12 }, (_, index) => ask(index)));
  expect(made.filter((task) => task !== null)).toHaveLength(3);
  const live = await dialects.live(it.applicationId, 'tencent');
  expect(live).toHaveLength(3);
  for (const { recording } of live) await recordings.setDesired(it.applicationId, recording.id, 'stopped');
});

test('the claim carries the origin as it was frozen; details can be replaced, and are kept in their order', async () => {
  const { dialects, leases } = it.catalogue;
  const fileNames = { rule: 'tencent', separator: '__', base: '1400000001_room', folder: 'T/', userDefine: null } as const;
  const { task } = await dialects.create(it.applicationId, request(), origin('T', { dialect: 'tencent', appId: '1400000001', fileNames }));
  const claims = [];
  for (let claim = await leases.claimNext('one', { expiryMs: 60_000 }); claim !== null;) {
    claims.push(claim);
    claim = await leases.claimNext('one', { expiryMs: 60_000 });
  }
  expect(claims.find(({ recordingId }) => recordingId === task.recording.id)?.origin).toEqual(task.origin);
  await it.create();
  expect((await leases.claimNext('one', { expiryMs: 60_000 }))?.origin).toBeNull();
  await dialects.setDetails(it.applicationId, task.recording.id, { z: 0, a: 1 });
  const found = await dialects.find(it.applicationId, task.origin);
  expect(found?.origin).toEqual({ ...task.origin, details: { z: 0, a: 1 } });
  expect(Object.keys(found?.origin.details ?? {})).toEqual(['z', 'a']);
  await expect(dialects.setDetails(it.applicationId, task.recording.id, { a: 'x'.repeat(70_000) })).rejects.toThrow(/65536/);
});

test('another application sees and changes nothing of a task', async () => {
  const { applications, dialects } = it.catalogue;
  const other = await applications.add('other', 'other-key', 'other-secret');
  const { task } = await dialects.create(it.applicationId, request(), origin('mine'));
  expect(await dialects.find(other.id, task.origin)).toBeNull();
  expect(await dialects.live(other.id, 'volcengine')).toEqual([]);
  await expect(dialects.setDetails(other.id, task.recording.id, {})).rejects.toMatchObject({ code: 'RECORDING_NOT_FOUND' });
  expect((await dialects.create(other.id, request(), origin('mine'))).isNew).toBe(true);
});

test('an app id belongs to who lists it, else to the first application while that lists none', async () => {
  const { applications, dialects } = it.catalogue;
  const other = await applications.add('lists', 'lists-key', 'lists-secret');
  expect((await dialects.applicationOf('tencent', '1400000001'))?.id).toBe(it.applicationId);
  await applications.patchSettings(other.id, { tencent: { sdkAppIds: [1_400_000_001] }, volcengine: { appIds: ['abc'] } });
  expect(await dialects.applicationOf('tencent', '1400000001')).toMatchObject({ id: other.id, key: 'lists-key', secret: 'lists-secret' });
  expect((await dialects.applicationOf('volcengine', 'abc'))?.id).toBe(other.id);
  expect((await dialects.applicationOf('tencent', '1400000002'))?.id).toBe(it.applicationId);
  await applications.patchSettings(it.applicationId, { tencent: { sdkAppIds: [1_400_000_003] } });
  expect(await dialects.applicationOf('tencent', '1400000002')).toBeNull();
  expect((await dialects.applicationOf('tencent', '1400000003'))?.id).toBe(it.applicationId);
  expect((await dialects.applicationOf('volcengine', 'anything'))?.id).toBe(it.applicationId);
  expect(await dialects.applicationOf('tencent', "1' or true --")).toBeNull();
});
