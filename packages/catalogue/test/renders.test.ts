import type { CreateRender } from '@tapedeck/protocol';
import { parseOutput } from '@tapedeck/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { file, startTestCatalogue } from './test-catalogue.ts';
import type { TestCatalogue } from './test-catalogue.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 }); // a loaded machine takes its time

let it: TestCatalogue;
beforeAll(async () => {
  it = await startTestCatalogue();
});
afterAll(async () => await it.close());

const request: CreateRender = { output: parseOutput({ type: 'composite' }), range: null, people: null, keepsLayout: false };
const expiryMs = 60_000;

async function ended(): Promise<string> {
  const claim = await it.claimed();
  await it.catalogue.leases.transition(claim, 'recording', { startedAt: new Date() });
  for (const state of ['stopping', 'rendering', 'delivering', 'completed'] as const) await it.catalogue.leases.transition(claim, state);
  await it.catalogue.leases.release(claim);
  return claim.recordingId;
}

/** A render whose shares wait for renderers. */
async function divided(shares: readonly object[]): Promise<{ recordingId: string; renderId: string }> {
  const { renders } = it.catalogue;
  const recordingId = await ended();
  const { id: renderId } = await renders.create(it.applicationId, recordingId, request, null);
  const split = await renders.claimStep('a', expiryMs);
  expect(split).toMatchObject({ renderId, kind: 'split', recordingId, request, recording: { room: expect.any(String) } });
  await renders.divide(split!, shares);
  return { recordingId, renderId };
}

/** Does the last step of the render that has ended. */
async function cleaned(): Promise<void> {
  const clean = await it.catalogue.renders.claimStep('cleaner', expiryMs);
  expect(clean?.kind).toBe('clean');
  await it.catalogue.renders.finishStep(clean!);
}

test('a render goes through its steps: each to one renderer, the join when all shares are done, then its files are listed', async () => {
  const { renders, recordings } = it.catalogue;
  const recordingId = await ended();
  const first = await renders.create(it.applicationId, recordingId, request, 'once');
  expect(first).toMatchObject({ recordingId, state: 'queued', progress: 0, startedAt: null, error: null, files: [] });
  expect((await renders.create(it.applicationId, recordingId, request, 'once')).id).toBe(first.id);
  await expect(renders.create(it.applicationId, recordingId, { ...request, keepsLayout: true }, 'once')).rejects.toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
  });
  const split = await renders.claimStep('a', expiryMs);
  await renders.divide(split!, [{ range: 1 }, { range: 2 }]);
  const other = await it.open();
  const [one, two, none] = [
    await renders.claimStep('a', expiryMs),
    await other.renders.claimStep('b', expiryMs),
    await renders.claimStep('a', expiryMs),
  ];
  expect([one?.work, two?.work, none]).toEqual([{ range: 1 }, { range: 2 }, null]);
  expect(await renders.heartbeat(one!, expiryMs, 0.5)).toBe(true);
  const get = () => renders.get(it.applicationId, recordingId, first.id);
  expect(await get()).toMatchObject({ state: 'rendering', progress: 0.243 });
  await renders.finishStep(two!);
  expect(await renders.claimStep('b', expiryMs)).toBeNull();
  await renders.finishStep(one!);
  const join = await renders.claimStep('b', expiryMs);
  expect(join).toMatchObject({ kind: 'join', work: [{ range: 1 }, { range: 2 }] });
  await renders.complete(join!, [file('again.mp4')]);
  await renders.complete(join!, [file('again.mp4')]);
  expect(await get()).toMatchObject({ state: 'completed', progress: 1, files: [{ key: 'again.mp4' }] });
  expect((await recordings.get(it.applicationId, recordingId))?.files.map(({ key }) => key)).toEqual(['again.mp4']);
  const events = await recordings.events(it.applicationId, recordingId);
  expect(events.filter(({ type }) => type.startsWith('render.')).map(({ type }) => type)).toEqual(['render.started', 'render.completed']);
  await cleaned();
  await expect(renders.cancel(it.applicationId, recordingId, first.id)).rejects.toMatchObject({ code: 'RENDER_STATE' });
});

test('a renderer that dies loses its step to the next, and cannot end it any more', async () => {
  const { renders } = it.catalogue;
  await divided([{ range: 1 }]);
  const dead = await renders.claimStep('dead', 50);
  expect(dead?.kind).toBe('share');
  const heir = await vi.waitUntil(() => renders.claimStep('heir', expiryMs), { timeout: 5000 });
  expect(heir).toMatchObject({ number: dead?.number, claims: 2 });
  expect(await renders.heartbeat(dead!, expiryMs, 1)).toBe(false);
  await renders.finishStep(dead!);
  expect(await renders.claimStep('heir', expiryMs)).toBeNull(); // no join: the share is not done
  await renders.finishStep(heir!);
  const join = await renders.claimStep('heir', expiryMs);
  await renders.complete(join!, []);
  await cleaned();
});

test('a step that takes its renderers with it fails the render in the end', async () => {
  const { renders } = it.catalogue;
  const { recordingId, renderId } = await divided([{ range: 1 }]);
  for (let claims = 1; claims <= 8; claims++) {
    const step = await renders.claimStep('unlucky', expiryMs);
    expect(step?.kind).toBe('share');
    await renders.release(step!);
  }
  await cleaned();
  const render = await renders.get(it.applicationId, recordingId, renderId);
  expect(render).toMatchObject({ state: 'failed', error: { code: 'RENDER_FAILED', fault: 'service' } });
});

test('cancelling takes the claims away; what is left is removed once nobody works on it', async () => {
  const { renders } = it.catalogue;
  const { recordingId, renderId } = await divided([{ range: 1 }, { range: 2 }]);
  const share = await renders.claimStep('a', expiryMs);
  expect(await renders.cancel(it.applicationId, recordingId, renderId)).toMatchObject({
    state: 'failed',
    error: { code: 'RENDER_CANCELLED' },
  });
  expect((await renders.cancel(it.applicationId, recordingId, renderId)).state).toBe('failed');
  expect(await renders.heartbeat(share!, expiryMs, 0.1)).toBe(false);
  expect(await renders.claimStep('b', expiryMs)).toBeNull();
  await renders.release(share!);
  const clean = await renders.claimStep('b', expiryMs);
  expect(clean).toMatchObject({ kind: 'clean', renderId });
  expect(await renders.heartbeat(clean!, expiryMs, 0)).toBe(true);
  await renders.finishStep(clean!);
  expect(await renders.claimStep('b', expiryMs)).toBeNull();
});

test('what has no log, or grows still, is not rendered; other applications see nothing', async () => {
  const { renders, leases } = it.catalogue;
  const claim = await it.claimed();
  await expect(renders.create(it.applicationId, claim.recordingId, request, null)).rejects.toMatchObject({ code: 'RECORDING_STATE' });
  await leases.transition(claim, 'aborted');
  await expect(renders.create(it.applicationId, claim.recordingId, request, null)).rejects.toMatchObject({ code: 'RECORDING_STATE' });
  await expect(renders.create('app_other', claim.recordingId, request, null)).rejects.toMatchObject({ code: 'RECORDING_NOT_FOUND' });
  const recordingId = await ended();
  const { id } = await renders.create(it.applicationId, recordingId, request, null);
  expect(await renders.get('app_other', recordingId, id)).toBeNull();
  expect(await renders.list('app_other', recordingId)).toEqual([]);
  expect((await renders.list(it.applicationId, recordingId)).map((render) => render.id)).toEqual([id]);
  await expect(renders.cancel('app_other', recordingId, id)).rejects.toMatchObject({ code: 'RENDER_NOT_FOUND' });
  await renders.cancel(it.applicationId, recordingId, id);
  await cleaned();
});

test('a render goes on where it was divided, and is divided where its log is', async () => {
  const { renders } = it.catalogue;
  const recordingId = await ended();
  const { id } = await renders.create(it.applicationId, recordingId, request, null);
  expect(await renders.claimStep('a', expiryMs, { place: 'north', elsewhere: [id] })).toBeNull();
  const split = await renders.claimStep('b', expiryMs, { place: 'south', elsewhere: [] });
  await renders.divide(split!, [{ range: 1 }], 'south');
  expect(await renders.claimStep('a', expiryMs, { place: 'north', elsewhere: [] })).toBeNull();
  const share = await renders.claimStep('c', expiryMs, { place: 'south', elsewhere: [] });
  expect(share?.kind).toBe('share');
});
