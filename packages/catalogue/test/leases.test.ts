import { allowedMoves, canMove, recordingStates } from '@tapedeck/protocol';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { file, startTestCatalogue } from './test-catalogue.ts';
import type { TestCatalogue } from './test-catalogue.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 }); // a loaded machine takes its time

let it: TestCatalogue;
beforeAll(async () => {
  it = await startTestCatalogue();
});
afterAll(async () => await it.close());
beforeEach(async () => {
  await it.sql('delete from tapedeck.recordings');
});

test('of many owners that race for one recording one wins, every time', async () => {
  const catalogues = [it.catalogue, await it.open(), await it.open()];
  for (let round = 0; round < 20; round++) {
    const { id } = await it.create();
    const race = Array.from({ length: 9 }, (_, index) =>
      (catalogues[index % 3] ?? it.catalogue).leases.claimNext(`owner ${round}.${index}`, { expiryMs: 60_000 }),
    );
    const won = (await Promise.all(race)).filter((claim) => claim !== null);
    expect(won.map((claim) => [claim.recordingId, claim.epoch])).toEqual([[id, 1]]);
  }
});

test('owners that race for many recordings share them out, none twice', async () => {
  const ids = await Promise.all(Array.from({ length: 30 }, async () => (await it.create()).id));
  const take = async (owner: string): Promise<string[]> => {
    const claim = await it.catalogue.leases.claimNext(owner, { expiryMs: 60_000 });
    return claim === null ? [] : [claim.recordingId, ...(await take(owner))];
  };
  const taken = (await Promise.all(['a', 'b', 'c', 'd'].map(take))).flat();
  // A row that another claim holds at that moment is passed over: whoever polls next takes it.
  taken.push(...(await take('e')));
  expect(taken.toSorted()).toEqual(ids.toSorted());
});

test('a lost heartbeat: another claims with the next epoch, and the late owner changes nothing', async () => {
  const { id } = await it.create();
  const late = await it.catalogue.leases.claimNext('late', { expiryMs: 60_000 });
  if (late === null) throw new Error('not claimed');
  await it.catalogue.leases.transition(late, 'recording', { startedAt: new Date() });
  expect(await it.catalogue.leases.claimNext('next', { expiryMs: 60_000 })).toBeNull();
  await it.sql(`update tapedeck.recordings set lease_expires_at = clock_timestamp() - interval '1 millisecond'`);
  const next = await it.catalogue.leases.claimNext('next', { expiryMs: 60_000 });
  if (next === null) throw new Error('not claimed');
  expect(next).toMatchObject({ recordingId: id, owner: 'next', epoch: 2, state: 'recording' });

  const { leases, recordings } = it.catalogue;
  const before = [await recordings.get(it.applicationId, id), await recordings.events(it.applicationId, id)];
  expect(await leases.heartbeat(late, 60_000)).toBeNull();
  expect(await leases.transition(late, 'stopping', { endReason: 'late' })).toBe(false);
  await leases.file(late, file('late'));
  await leases.participant(late, { identity: 'late', name: '', joinedMs: 0, leftMs: null });
  await leases.event(late, 'note', { late: true });
  await leases.setPlans(late, [{ late: true }]);
  await leases.release(late);
  expect([await recordings.get(it.applicationId, id), await recordings.events(it.applicationId, id)]).toEqual(before);
  expect(await leases.heartbeat(next, 60_000)).toEqual({ desired: 'recording', layout: null, subscribe: null });
});

test('an expired lease that nobody took can be kept', async () => {
  await it.create();
  const claim = await it.catalogue.leases.claimNext('one', { expiryMs: 1 });
  if (claim === null) throw new Error('not claimed');
  expect(await it.catalogue.leases.heartbeat(claim, 60_000)).not.toBeNull();
  expect(await it.catalogue.leases.claimNext('two', { expiryMs: 1000 })).toBeNull();
});

test("a dead owner's recordings are claimed at once, a released one too", async () => {
  const first = await it.claimed('dead');
  expect(await it.catalogue.leases.claimNext('two', { expiryMs: 60_000, deadOwners: ['other'] })).toBeNull();
  const second = await it.catalogue.leases.claimNext('two', { expiryMs: 60_000, deadOwners: ['other', 'dead'] });
  expect(second).toMatchObject({ recordingId: first.recordingId, epoch: 2 });
  if (second === null) throw new Error('not claimed');
  await it.catalogue.leases.release(second);
  expect(await it.catalogue.leases.claimNext('three', { expiryMs: 60_000 })).toMatchObject({ epoch: 3 });
});

test('an expired lease is left alone by who asks for that, and by the one at whose place it runs', async () => {
  const claim = await it.claimed('away');
  expect(await it.catalogue.leases.heartbeat(claim, 1)).not.toBeNull();
  const options = { expiryMs: 60_000 };
  expect(await it.catalogue.leases.claimNext('two', { ...options, takeExpired: false })).toBeNull();
  expect(await it.catalogue.leases.claimNext('away', { ...options, exceptIds: [claim.recordingId] })).toBeNull();
  expect(await it.catalogue.leases.claimNext('two', options)).toMatchObject({ recordingId: claim.recordingId, epoch: 2 });
});

test('plans are written once and come with the next claim', async () => {
  const claim = await it.claimed('one');
  expect(claim.plans).toBeNull();
  await it.catalogue.leases.setPlans(claim, [{ version: 1 }]);
  await it.catalogue.leases.setPlans(claim, [{ version: 2 }]);
  const next = await it.catalogue.leases.claimNext('two', { expiryMs: 60_000, deadOwners: ['one'] });
  expect(next?.plans).toEqual([{ version: 1 }]);
});

test('what the API asks for comes with the heartbeat', async () => {
  const claim = await it.claimed();
  const { recordings, leases } = it.catalogue;
  await recordings.setDesired(it.applicationId, claim.recordingId, 'paused');
  const layout = { name: 'speaker', options: {} };
  await recordings.patch(it.applicationId, claim.recordingId, { layout });
  expect(await leases.heartbeat(claim, 60_000)).toEqual({ desired: 'paused', layout, subscribe: null });
});

test.each(recordingStates)('from %s only the moves of the table are made', async (from) => {
  for (const to of recordingStates) {
    const claim = await it.claimed();
    await it.sql('update tapedeck.recordings set state = $2 where id = $1', [claim.recordingId, from]);
    expect([to, await it.catalogue.leases.transition(claim, to)]).toEqual([to, canMove(from, to)]);
    await it.catalogue.leases.release(claim);
    await it.sql('delete from tapedeck.recordings');
  }
  expect(allowedMoves[from]).toBeDefined();
});

test('ten that end a recording at once make one terminal event', async () => {
  const claim = await it.claimed();
  const ends = ['failed', 'aborted'] as const;
  const moved = await Promise.all(
    Array.from({ length: 10 }, (_, index) => it.catalogue.leases.transition(claim, ends[index % 2] ?? 'failed')),
  );
  expect(moved.filter(Boolean).length).toBe(1);
  const events = await it.catalogue.recordings.events(it.applicationId, claim.recordingId);
  expect(events.filter(({ data }) => ['failed', 'aborted'].includes((data as { state?: string }).state ?? '')).length).toBe(1);
  expect(await it.catalogue.leases.heartbeat(claim, 60_000)).toBeNull();
  await expect(
    it.sql(
      `insert into tapedeck.recording_events (event_id, recording_id, type, data)
        values ('evt_x', $1, 'recording.state_changed', '{"state":"completed"}')`,
      [claim.recordingId],
    ),
  ).rejects.toThrow(/one_terminal_event/);
});

test('a file is listed once under its key and keeps its id; people are updated', async () => {
  const claim = await it.claimed();
  const { leases, recordings } = it.catalogue;
  await leases.file(claim, file('a.mp4'));
  const first = await recordings.get(it.applicationId, claim.recordingId);
  await Promise.all([
    leases.file(claim, { ...file('a.mp4'), durationMs: 2000 }),
    leases.file(claim, file('b.mp4')),
    leases.file(claim, file('b.mp4')),
  ]);
  const person = { identity: 'alice', name: 'Alice', joinedMs: 12.5, leftMs: null };
  await leases.participant(claim, person);
  await leases.participant(claim, { ...person, leftMs: 99 });
  await leases.participant(claim, { ...person, joinedMs: 200 });
  const now = await recordings.get(it.applicationId, claim.recordingId);
  expect(now?.files.map(({ key, durationMs }) => [key, durationMs])).toEqual([
    ['a.mp4', 2000],
    ['b.mp4', 1000.5],
  ]);
  expect(now?.files[0]?.id).toBe(first?.files[0]?.id);
  expect(now?.files[0]?.sizeBytes).toBe(12_345_678_901);
  expect(now?.participants.map(({ joinedMs, leftMs }) => [joinedMs, leftMs])).toEqual([
    [12.5, 99],
    [200, null],
  ]);
  const types = (await recordings.events(it.applicationId, claim.recordingId)).map(({ type }) => type);
  expect(types).toEqual([
    'recording.state_changed',
    'file.ready',
    'file.ready',
    'participant.joined',
    'participant.left',
    'participant.joined',
  ]);
});
