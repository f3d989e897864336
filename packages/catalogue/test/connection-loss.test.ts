import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CatalogueUnavailableError, openCatalogue } from '../src/index.ts';
import { masterKey, startTestCatalogue } from './test-catalogue.ts';
import type { TestCatalogue } from './test-catalogue.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 }); // a loaded machine takes its time

let it: TestCatalogue;
beforeAll(async () => {
  it = await startTestCatalogue();
});
afterAll(async () => await it.close());

/** Repeats what says "try again", as every caller does. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 20_000; ;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CatalogueUnavailableError && error.retryable) || Date.now() > end) throw error;
    }
  }
}

const terminate = () => it.sql(`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'tapedeck%'`);

test('killed connections: the next calls work, and the change feed comes back and says so', async () => {
  const heard: (string | null)[] = [];
  let wake = Promise.withResolvers<void>();
  const stop = await it.catalogue.onChange((id) => {
    heard.push(id);
    wake.resolve();
  });
  for (let round = 0; round < 5; round++) {
    const calls = Array.from({ length: 8 }, () => retried(() => it.catalogue.recordings.list(it.applicationId, {})));
    await terminate();
    await Promise.all(calls);
    heard.length = 0;
    const { id } = await retried(() => it.create(`round ${round}`));
    // Either it is heard, or the feed was away and tells that anything may have changed.
    while (!heard.includes(id) && !heard.includes(null)) {
      wake = Promise.withResolvers<void>();
      await wake.promise;
    }
  }
  await stop();
});

test('a killed server is started again on its port and the catalogue goes on with what it had', async () => {
  const { id } = await it.create('survivor');
  const before = it.postgres.pid;
  process.kill(before, 'SIGKILL');
  // Asks all the while: what is not answered says "try again" and nothing else.
  while (it.postgres.pid === before) await retried(() => it.catalogue.recordings.get(it.applicationId, id));
  const found = await retried(() => it.catalogue.recordings.get(it.applicationId, id));
  expect(found?.room).toBe('survivor');
});

test('a database that is away is CATALOGUE_UNAVAILABLE, at once', async () => {
  const url = it.postgres.url.replace(/:\d+\/postgres$/, ':1/postgres');
  await expect(openCatalogue({ url, masterKey })).rejects.toMatchObject({
    code: 'CATALOGUE_UNAVAILABLE',
    retryable: true,
    fault: 'service',
  });
});

test('ten that open an empty database at once all succeed', async () => {
  await it.sql('create database empty');
  const url = it.postgres.url.replace(/\/postgres$/, '/empty');
  const opened = await Promise.all(Array.from({ length: 10 }, () => openCatalogue({ url, masterKey, connections: 2 })));
  const ids = await Promise.all(opened.map((catalogue) => catalogue.applications.ensureFirst('k', 's')));
  expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
  await Promise.all(opened.map((catalogue) => catalogue.close()));
});
