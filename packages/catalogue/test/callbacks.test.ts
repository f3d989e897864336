import { parseCreateRecording } from '@tapedeck/protocol';
import type { DialectOrigin, RoomNotice, RoomNoticeType, VendorCallback } from '@tapedeck/protocol';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Claim, DialectEventRow, DueCallback } from '../src/index.ts';
import { startTestCatalogue } from './test-catalogue.ts';
import type { TestCatalogue } from './test-catalogue.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time

let it: TestCatalogue;
beforeAll(async () => {
  it = await startTestCatalogue();
});
afterAll(async () => await it.close());
beforeEach(async () => {
  await it.sql('delete from tapedeck.vendor_callbacks');
  await it.sql('update tapedeck.events set callbacks_pending = false');
  await it.catalogue.applications.patchSettings(it.applicationId, {
    tencent: { callbackUrl: 'https://example.com/cb', callbackKey: null },
  });
});

const origin: DialectOrigin = { dialect: 'tencent', appId: '14', taskId: 'T', details: { robot: 'r' }, fileNames: null };
let count = 0;
async function begin(): Promise<Claim> {
  const taskId = `T${count++}`;
  const { task } = await it.catalogue.dialects.create(it.applicationId, parseCreateRecording({ room: 'room' }), { ...origin, taskId });
  for (;;) {
    const claim = await it.catalogue.leases.claimNext('one', { expiryMs: 60_000 });
    if (claim === null) throw new Error('not claimed');
    if (claim.recordingId === task.recording.id) return claim;
  }
}
/** Two callbacks for each change of the state, in order; none for anything else. */
const make = ({ type, data }: DialectEventRow): readonly VendorCallback[] =>
  type === 'recording.state_changed'
    ? ['a', 'b'].map((letter) => ({ eventName: `${String(data['state'])} ${letter}`, body: { letter } }))
    : [];
const claimDue = (now?: Date) =>
  it.catalogue.callbacks.claimDue('sender', { limit: 100, perApplication: 100, leaseMs: 60_000, ...(now !== undefined && { now }) });
const done = { state: 'delivered', retryInMs: 0, status: 200, error: null } as const;
/** Sends everything that is due now, in the order in which it is handed out. */
async function sendAll(): Promise<DueCallback[]> {
  const sent: DueCallback[] = [];
  for (let due = await claimDue(); due.length > 0; due = await claimDue()) {
    for (const one of due) expect(await it.catalogue.callbacks.settle(one, done)).toBe(true);
    sent.push(...due);
  }
  return sent;
}
const names = (callbacks: readonly DueCallback[]): string[] => callbacks.map(({ callback }) => callback.eventName);

test('an event of a dialect’s recording becomes its callbacks once, in order, with its origin; other recordings have none', async () => {
  const { callbacks, leases } = it.catalogue;
  const claim = await begin();
  await it.create();
  await leases.event(claim, 'note.test', {});
  await leases.transition(claim, 'recording');
  const seen: DialectEventRow[] = [];
  const watch = (event: DialectEventRow): readonly VendorCallback[] => {
    seen.push(event);
    return make(event);
  };
  const taken = await Promise.all([1, 2, 3].map(() => callbacks.present(100, watch)));
  expect(taken.toSorted()).toEqual([0, 0, 3]);
  expect(await callbacks.present(100, watch)).toBe(0);
  expect(seen.map(({ type }) => type)).toEqual(['recording.state_changed', 'note.test', 'recording.state_changed']);
  expect(seen[0]).toMatchObject({
    recordingId: claim.recordingId,
    origin: { appId: '14', details: { robot: 'r' } },
    recording: { state: 'starting' },
  });
  const sent = await sendAll();
  expect(names(sent)).toEqual(['starting a', 'starting b', 'recording a', 'recording b']);
  expect(sent[0]).toMatchObject({ dialect: 'tencent', appId: '14', url: 'https://example.com/cb', key: 'secret', attempt: 1 });
  expect(sent[0]?.callback.body).toEqual({ letter: 'a' });
});

test('what cannot be made into callbacks waits: nothing is marked as told', async () => {
  await begin();
  const broken = (): never => {
    throw new Error('broken');
  };
  await expect(it.catalogue.callbacks.present(100, broken)).rejects.toThrow('broken');
  expect(await it.catalogue.callbacks.present(100, make)).toBe(1);
  expect(names(await sendAll())).toEqual(['starting a', 'starting b']);
});

test('an application without an address is told nothing, and one that takes it away is not sent to', async () => {
  const { applications, callbacks } = it.catalogue;
  await begin();
  await applications.patchSettings(it.applicationId, { tencent: { callbackUrl: null } });
  await callbacks.present(100, make);
  expect(await claimDue()).toEqual([]);
  await applications.patchSettings(it.applicationId, { tencent: { callbackUrl: 'https://example.com', callbackKey: 'own' } });
  await begin();
  await callbacks.present(100, make);
  await applications.patchSettings(it.applicationId, { tencent: { callbackUrl: null } });
  expect(await claimDue()).toMatchObject([{ url: null, key: 'own' }]);
});

test('one sender at a time holds a callback, later ones of the recording wait, those of others do not', async () => {
  const { callbacks } = it.catalogue;
  await begin();
  await begin();
  await callbacks.present(100, make);
  const [first, second] = await claimDue();
  expect([first?.callback.eventName, second?.callback.eventName]).toEqual(['starting a', 'starting a']);
  expect(await callbacks.claimDue('other', { limit: 9, perApplication: 9, leaseMs: 60_000 })).toEqual([]);
  if (first === undefined || second === undefined) throw new Error('not claimed');
  await callbacks.settle(first, { ...done, state: 'pending', retryInMs: 10_000, error: 'Answered 500.', status: 500 });
  await callbacks.settle(second, done);
  expect(names(await claimDue())).toEqual(['starting b']); // of the second recording
  expect(await callbacks.settle(first, done)).toBe(false);
  const later = await claimDue(new Date(Date.now() + 11_000));
  expect(later).toMatchObject([{ id: first.id, attempt: 2 }]);
  const [again] = later;
  if (again === undefined) throw new Error('not claimed');
  await callbacks.settle(again, { ...done, state: 'dropped', error: 'given up' });
  expect(names(await claimDue())).toEqual(['starting b']);
  await it.sql(`update tapedeck.vendor_callbacks set settled_at = settled_at - interval '2 days'`);
  expect(await callbacks.prune()).toBe(2);
});

const notice = (type: RoomNoticeType, id: string): RoomNotice => ({
  ...{ id, atMs: 0, room: 'room', type, identity: 'ada', reason: null, isPublisher: true },
});
const tell = async (type: RoomNoticeType, id = `EV_${type}`, heldMs = 0): Promise<void> => {
  for (const target of await it.catalogue.callbacks.targets())
    await it.catalogue.callbacks.addRoomNotice(
      target,
      { notice: notice(type, id), stayId: 'PA_1' },
      [{ eventName: type, body: {} }],
      heldMs,
    );
};

test('facts about rooms go, once each, to applications with an address, under the app id that they use', async () => {
  const { applications } = it.catalogue;
  const other = await applications.add('other', 'other-key', 'other-secret');
  await applications.patchSettings(other.id, { volcengine: { callbackUrl: 'https://example.org', appIds: ['abc', 'def'] } });
  await tell('joined', 'EV_1');
  await tell('joined', 'EV_1');
  await tell('video-started', 'EV_2');
  const sent = await sendAll();
  expect(sent.map(({ dialect, appId, callback }) => [dialect, appId, callback.eventName]).toSorted()).toEqual([
    ['tencent', '0', 'joined'],
    ['tencent', '0', 'video-started'],
    ['volcengine', 'abc', 'joined'],
    ['volcengine', 'abc', 'video-started'],
  ]);
  await applications.patchSettings(other.id, { volcengine: { callbackEvents: ['joined'] } });
  await tell('video-started', 'EV_3');
  expect((await sendAll()).map(({ dialect }) => dialect)).toEqual(['tencent']);
  await applications.patchSettings(other.id, { volcengine: { callbackUrl: null } });
});

test('who leaves is told to have left and not to have stopped sending; who stops and stays is told to have stopped', async () => {
  await tell('video-stopped', 'EV_1', 60_000);
  await tell('audio-stopped', 'EV_2', 60_000);
  await tell('left', 'EV_3');
  await tell('screen-stopped', 'EV_4'); // late
  expect(names(await sendAll())).toEqual(['left']);
  await it.sql('delete from tapedeck.vendor_callbacks');
  await tell('video-stopped', 'EV_5', 60_000);
  await tell('joined', 'EV_6');
  expect(await claimDue()).toEqual([]);
  expect(names(await claimDue(new Date(Date.now() + 61_000)))).toEqual(['video-stopped']);
});

test('who is told to send before they are told to have come has come first', async () => {
  await tell('video-started', 'EV_1', 60_000);
  await tell('audio-started', 'EV_2', 60_000);
  expect(await claimDue()).toEqual([]);
  await tell('joined', 'EV_3', 60_000);
  await tell('screen-started', 'EV_4', 60_000);
  const sent = names(await sendAll());
  expect([sent[0], sent.slice(1, 3).toSorted(), sent[3]]).toEqual(['joined', ['audio-started', 'video-started'], 'screen-started']);
  await it.sql('delete from tapedeck.vendor_callbacks');
  await tell('video-started', 'EV_5', 60_000); // their coming is never told
  expect(names(await claimDue(new Date(Date.now() + 61_000)))).toEqual(['video-started']);
});
