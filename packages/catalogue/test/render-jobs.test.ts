import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { file, startTestCatalogue } from './test-catalogue.ts';
import type { TestCatalogue } from './test-catalogue.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 }); // a loaded machine takes its time

let it: TestCatalogue;
beforeAll(async () => {
  it = await startTestCatalogue();
});
afterAll(async () => await it.close());

async function ended(): Promise<string> {
  const claim = await it.claimed();
  await it.catalogue.leases.transition(claim, 'recording', { startedAt: new Date() });
  for (const state of ['stopping', 'rendering', 'delivering', 'completed'] as const) await it.catalogue.leases.transition(claim, state);
  await it.catalogue.leases.release(claim);
  return claim.recordingId;
}

test('a render goes to one worker, is tried again when it fails, and lists its file', async () => {
  const recordingId = await ended();
  const tries: string[] = [];
  const done = Promise.withResolvers<void>();
  const workers = [it.catalogue, await it.open()].map((catalogue) =>
    catalogue.jobs.workRenders(async (job) => {
      tries.push(job.id);
      if (tries.length === 1) throw new Error('first try');
      await catalogue.jobs.finishRenderFile(job, file(`again-${job.id}.mp4`));
      done.resolve();
    }),
  );
  const stops = await Promise.all(workers);
  const { id } = await it.catalogue.jobs.submitRender(it.applicationId, recordingId, { type: 'composite' }, 'once');
  expect(await it.catalogue.jobs.submitRender(it.applicationId, recordingId, { type: 'composite' }, 'once')).toEqual({ id });
  await done.promise;
  expect(tries).toEqual([id, id]);
  expect((await it.catalogue.recordings.get(it.applicationId, recordingId))?.files.map(({ key }) => key)).toEqual([`again-${id}.mp4`]);
  await Promise.all(stops.map((stop) => stop()));
});

test('stopping a worker aborts its job, and the job is there for the next', async () => {
  const recordingId = await ended();
  const { id } = await it.catalogue.jobs.submitRender(it.applicationId, recordingId, { type: 'composite' });
  const began = Promise.withResolvers<void>();
  const stop = await it.catalogue.jobs.workRenders(async (_job, signal) => {
    began.resolve();
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  });
  await began.promise;
  await stop();
  const again = Promise.withResolvers<string>();
  const stopNext = await (await it.open()).jobs.workRenders(async (job) => again.resolve(job.id));
  expect(await again.promise).toBe(id);
  await stopNext();
});

test('what has no log, or grows still, is not rendered', async () => {
  const { jobs } = it.catalogue;
  const claim = await it.claimed();
  await expect(jobs.submitRender(it.applicationId, claim.recordingId, {})).rejects.toMatchObject({ code: 'RECORDING_STATE' });
  await it.catalogue.leases.transition(claim, 'aborted');
  await expect(jobs.submitRender(it.applicationId, claim.recordingId, {})).rejects.toMatchObject({ code: 'RECORDING_STATE' });
  await expect(jobs.submitRender('app_other', claim.recordingId, {})).rejects.toMatchObject({ code: 'RECORDING_NOT_FOUND' });
});
