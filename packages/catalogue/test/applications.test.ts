import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { openCatalogue } from '../src/index.ts';
import { startTestCatalogue } from './test-catalogue.ts';
import type { TestCatalogue } from './test-catalogue.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time

let it: TestCatalogue;
beforeAll(async () => {
  it = await startTestCatalogue();
});
afterAll(async () => await it.close());

test('the first application keeps its id and its recordings when its pair changes', async () => {
  const { applications, recordings } = it.catalogue;
  const { id } = await it.create('before');
  const changed = await applications.ensureFirst('new-key', 'new-secret');
  expect(changed).toEqual({ id: it.applicationId, name: 'default', key: 'new-key', secret: 'new-secret' });
  expect(await applications.byKey('key')).toBeNull();
  expect(await applications.byKey('new-key')).toEqual(changed);
  expect((await recordings.get(changed.id, id))?.room).toBe('before');
});

test('secrets lie sealed, and another master key opens none', async () => {
  await it.catalogue.applications.add('second', 'second-key', 'a-secret-to-look-for');
  const rows = await it.sql<{ sealed_secret: Buffer }>('select sealed_secret from tapedeck.applications');
  for (const row of rows) expect(row.sealed_secret.includes('secret')).toBe(false);
  const other = await openCatalogue({ url: it.postgres.url, masterKey: Buffer.alloc(32, 6) });
  await expect(other.applications.byKey('second-key')).rejects.toMatchObject({ code: 'MASTER_KEY_WRONG' });
  await other.close();
});

test('a key that one process revokes opens no other that hears the database', async () => {
  const { applications, keys } = it.catalogue;
  const { id } = await applications.add('revoking', 'revoking-key', 'x');
  const other = await it.open();
  const stop = await other.onChange(() => undefined); // as every API process does
  onTestFinished(() => void vi.useRealTimers());
  const { key } = await keys.create(id, 'backend', null);
  vi.useFakeTimers({ toFake: ['performance'] }); // what is remembered does not run out
  expect(await other.applications.byKey(key)).toMatchObject({ id, key });
  await keys.revoke(id, key);
  while ((await other.applications.byKey(key)) !== null) await delay(10);
  await stop();
});

test('an application sees nothing of another', async () => {
  const { applications, recordings } = it.catalogue;
  const { id } = await it.create('mine');
  const other = await applications.add('other', 'other-key', 'x');
  expect(await recordings.get(other.id, id)).toBeNull();
  expect((await recordings.list(other.id, {})).items).toEqual([]);
  const unknown = { code: 'RECORDING_NOT_FOUND' };
  await expect(recordings.setDesired(other.id, id, 'stopped')).rejects.toMatchObject(unknown);
  await expect(recordings.patch(other.id, id, { metadata: {} })).rejects.toMatchObject(unknown);
  await expect(recordings.delete(other.id, id)).rejects.toMatchObject(unknown);
  await expect(recordings.events(other.id, id)).rejects.toMatchObject(unknown);
});

test('what cannot be reached tells so and leaves nothing behind; closing twice is closing once', async () => {
  const catalogue = await it.open();
  const stop = await catalogue.onChange(() => undefined);
  await stop();
  await Promise.all([catalogue.close(), catalogue.close()]);
  await catalogue.close();
});
