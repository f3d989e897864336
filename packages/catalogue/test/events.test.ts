import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { file, startTestCatalogue } from './test-catalogue.ts';
import type { TestCatalogue } from './test-catalogue.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time

let it: TestCatalogue;
beforeAll(async () => {
  it = await startTestCatalogue();
});
afterAll(async () => await it.close());

test('a reader that goes on behind the last place misses no event of a transaction that began earlier and ended later', async () => {
  const { events, leases, recordings } = it.catalogue;
  const [slow, quick] = [await it.claimed(), await it.claimed()];
  await leases.transition(slow, 'aborted');
  const start = await events.newest();
  const written = Promise.withResolvers<undefined>();
  const mayEnd = Promise.withResolvers<undefined>();
  const deleting = recordings.delete(it.applicationId, slow.recordingId, async () => {
    written.resolve(undefined);
    await mayEnd.promise; // the event is written, not committed
  });
  await written.promise;
  await leases.event(quick, 'note.test', { n: 1 });
  const first = await events.page(start, 10);
  expect(first.map(({ type }) => type)).toEqual(['note.test']);
  mayEnd.resolve(undefined);
  await deleting;
  const next = await events.page(first.at(-1)?.place ?? 0, 10);
  expect(next.map(({ type, recordingId }) => [type, recordingId])).toEqual([['recording.deleted', slow.recordingId]]);
});

test('many readers and writers at once: every event gets one place, per recording in the order of its history', async () => {
  const { events, leases, recordings } = it.catalogue;
  const start = await events.newest();
  const claims = [await it.claimed(), await it.claimed(), await it.claimed()];
  const seen: { id: string; place: number; recordingId: string }[] = [];
  let place = start;
  const read = async (): Promise<void> => {
    const page = await events.page(place, 7);
    seen.push(...page);
    place = page.at(-1)?.place ?? place;
  };
  const other = await it.open();
  const writing = claims.map(async (claim) => {
    for (let n = 0; n < 20; n++) await leases.event(claim, 'note.test', { n });
  });
  let isWriting = true;
  const placing = (async () => {
    while (isWriting) await Promise.all([read(), other.events.newest()]);
  })();
  await Promise.all(writing);
  isWriting = false;
  await placing;
  for (let before = -1; before !== place;) {
    before = place;
    await read();
  }
  expect(new Set(seen.map((event) => event.place)).size).toBe(seen.length);
  for (const { recordingId } of claims) {
    const history = await recordings.events(it.applicationId, recordingId);
    expect(seen.filter((event) => event.recordingId === recordingId).map(({ id }) => id)).toEqual(history.map(({ id }) => id));
  }
});

test('an event carries the recording as it was then, also after its deletion', async () => {
  const { events, leases, recordings } = it.catalogue;
  const start = await events.newest();
  const claim = await it.claimed();
  await leases.transition(claim, 'recording', { startedAt: new Date() });
  await leases.file(claim, file('one.mp4'));
  await leases.file(claim, file('one.mp4')); // a repeat is no news
  for (const state of ['stopping', 'rendering', 'completed'] as const) await leases.transition(claim, state);
  await recordings.delete(it.applicationId, claim.recordingId);
  const told = (await events.page(start, 20)).filter(({ recordingId }) => recordingId === claim.recordingId);
  expect(told.map(({ type, recording }) => [type, recording.state, recording.files.length])).toEqual([
    ['recording.state_changed', 'starting', 0],
    ['recording.state_changed', 'recording', 0],
    ['file.ready', 'recording', 1],
    ['recording.state_changed', 'stopping', 1],
    ['recording.state_changed', 'rendering', 1],
    ['recording.state_changed', 'completed', 1],
    ['recording.deleted', 'completed', 0],
  ]);
  expect(told.at(-1)?.data).toEqual({ keys: ['one.mp4'] });
});

test('old events are forgotten, but for those that a webhook still waits for', async () => {
  const { webhooks, outbox, events } = it.catalogue;
  const before = await it.claimed();
  await it.catalogue.leases.release(before);
  const { id } = await webhooks.create(
    it.applicationId,
    { url: 'https://example.com', events: ['*'], enabled: true, description: '' },
    null,
  );
  const waiting = await it.create();
  await it.sql(`update tapedeck.events set created_at = created_at - interval '31 days'`);
  expect(await outbox.prune()).toBeGreaterThan(0);
  const kept = await it.sql<{ recording_id: string }>('select recording_id from tapedeck.events');
  expect(kept.map((row) => row.recording_id)).toEqual([waiting.id]);
  expect((await webhooks.deliveries(it.applicationId, id, {})).items).toHaveLength(1);
  const newest = await events.newest();
  await it.create();
  expect((await events.page(newest, 10)).length).toBe(1);
  await webhooks.delete(it.applicationId, id);
});
