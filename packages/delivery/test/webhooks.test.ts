import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalogue, startEmbeddedPostgres } from '@tapedeck/catalogue';
import type { Catalogue, Claim, DueDelivery, EmbeddedPostgres } from '@tapedeck/catalogue';
import { parseCreateRecording, parseCreateWebhook } from '@tapedeck/protocol';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOutgoingGuard, startWebhookSender, type OutgoingGuard, type WebhookSender } from '../src/index.ts';
import { startWebhookTarget, type Arrived, type WebhookTarget } from './webhook-target.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time for initdb

const hourMs = 3_600_000;
let dataDir: string;
let postgres: EmbeddedPostgres;
let catalogue: Catalogue;
let guard: OutgoingGuard;
let applicationId: string;
let target: WebhookTarget;
let senders: WebhookSender[] = [];
let closers: (() => void)[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tapedeck-webhooks-'));
  postgres = await startEmbeddedPostgres({ dataDir });
  catalogue = await openCatalogue({ url: postgres.url, masterKey: Buffer.alloc(32, 3) });
  guard = createOutgoingGuard(['127.0.0.1']);
});
afterAll(async () => {
  guard.close();
  await catalogue.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true });
});
beforeEach(async (context) => {
  applicationId = (await catalogue.applications.add('test', context.task.id, 'secret')).id;
  target = await startWebhookTarget();
  closers.push(() => target.close());
});
afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.stop()));
  for (const close of closers) close();
  for (const webhook of await catalogue.webhooks.list(applicationId)) await catalogue.webhooks.delete(applicationId, webhook.id);
  [senders, closers] = [[], []];
});

const hook = async (url = target.url, events = ['*']) =>
  await catalogue.webhooks.create(applicationId, parseCreateWebhook({ url, events }), null);

/** A recording that a recorder holds: it can make events. */
async function begin(room = 'room'): Promise<Claim> {
  const { id } = await catalogue.recordings.create(applicationId, parseCreateRecording({ room }), null);
  for (;;) {
    const claim = await catalogue.leases.claimNext('test', { expiryMs: hourMs });
    if (claim === null) throw new Error('not claimed');
    if (claim.recordingId === id) return claim;
  }
}
const note = (claim: Claim, n: number) => catalogue.leases.event(claim, 'note.test', { n });

function startSender({ now, ...options }: { now?: () => Date; timeoutMs?: number; guard?: OutgoingGuard } = {}): WebhookSender {
  // The database counts microseconds: what it dates to this moment is up to a millisecond after this moment's Date.
  const clock = now === undefined ? {} : { now: () => new Date(now().getTime() + 1) };
  const sender = startWebhookSender<DueDelivery>({
    ...{
      outbox: catalogue.outbox,
      guard,
      log: { warn: () => undefined },
      body: ({ event }) => JSON.stringify(event),
      ...options,
      ...clock,
    },
  });
  senders.push(sender);
  return sender;
}
const log = async (id: string) => (await catalogue.webhooks.deliveries(applicationId, id, {})).items.toReversed();
const notes = (arrived: readonly Arrived[], recordingId: string) =>
  arrived.filter(({ event }) => event.recording.id === recordingId && event.type === 'note.test').map(({ event }) => event.data['n']);

describe('an event', () => {
  test('is signed so that the reference library verifies it, and tells what the history and the recording tell', async () => {
    const { id, secret = '' } = await hook();
    const claim = await begin();
    await catalogue.leases.transition(claim, 'recording', { startedAt: new Date() });
    await startSender().idle();
    expect(target.arrived.map(({ event }) => [event.type, event.recording.state])).toEqual([
      ['recording.state_changed', 'starting'],
      ['recording.state_changed', 'recording'],
    ]);
    const history = await catalogue.recordings.events(applicationId, claim.recordingId);
    for (const [index, { headers, body, event }] of target.arrived.entries()) {
      expect(new Verifier(secret).verify(body, headers)).toEqual(event);
      expect(headers['webhook-id']).toBe(event.id);
      expect(history[index]).toMatchObject({ id: event.id, at: event.createdAt, type: event.type, data: event.data });
    }
    const [last] = target.arrived.slice(-1);
    expect(last?.event.recording).toEqual(await catalogue.recordings.get(applicationId, claim.recordingId));
    expect(() => new Verifier(secret).verify(`${last?.body} `, last?.headers ?? {})).toThrow();
    expect(await log(id)).toMatchObject([
      { state: 'delivered', attempts: 1, status: 200, error: null, response: 'ok', nextAttemptAt: null },
      { state: 'delivered', attempts: 1 },
    ]);
  });

  test('goes only to webhooks that take it', async () => {
    const { id } = await hook(target.url, ['participant.*', 'file.ready']);
    const claim = await begin();
    await catalogue.leases.participant(claim, { identity: 'ada', name: 'Ada', joinedMs: 0, leftMs: null });
    await startSender().idle();
    expect((await log(id)).map(({ type }) => type)).toEqual(['participant.joined']);
  });

  test('of a change that is rolled back is never sent', async () => {
    await hook();
    const claim = await begin();
    await catalogue.leases.transition(claim, 'aborted');
    const failing = catalogue.recordings.delete(applicationId, claim.recordingId, async () => {
      await startSender().idle();
      throw new Error('The disk does not answer.');
    });
    await expect(failing).rejects.toThrow('disk');
    await startSender().idle();
    expect(target.arrived.map(({ event }) => event.recording.state)).toEqual(['starting', 'aborted']);
  });
});

test('both secrets sign while a rotation overlaps, then the new one alone', async () => {
  const { id, secret: old = '' } = await hook();
  const { secret: fresh = '', previousSecretUntil } = await catalogue.webhooks.rotateSecret(applicationId, id, 3600);
  expect(Date.parse(previousSecretUntil ?? '') - Date.now()).toBeGreaterThan(3_500_000);
  const claim = await begin();
  await startSender().idle();
  const [one] = target.arrived;
  for (const secret of [old, fresh]) expect(new Verifier(secret).verify(one?.body ?? '', one?.headers ?? {})).toEqual(one?.event);
  await senders.pop()?.stop();
  await note(claim, 1);
  const later = new Date(Date.now() + 2 * hourMs);
  await startSender({ now: () => later }).idle();
  const signature = target.arrived[1]?.headers['webhook-signature'] ?? '';
  expect([signature.split(' ').length, one?.headers['webhook-signature']?.split(' ').length]).toEqual([1, 2]);
});

describe('a failing target', () => {
  test('gets the events of a recording in order, and holds up no other recording', async () => {
    await hook();
    const [sick, well] = [await begin('sick'), await begin('well')];
    for (let n = 0; n < 3; n++) await Promise.all([note(sick, n), note(well, n)]);
    let failures = 0;
    target.answer = ({ event }, response) =>
      void response.writeHead(event.recording.id === sick.recordingId && event.data['n'] === 1 && failures++ < 2 ? 500 : 204).end();
    let now = new Date();
    const sender = startSender({ now: () => now });
    await sender.idle();
    expect(notes(target.arrived, well.recordingId)).toEqual([0, 1, 2]);
    expect(notes(target.arrived, sick.recordingId)).toEqual([0, 1]);
    for (const seconds of [6, 30]) {
      now = new Date(now.getTime() + seconds * 1000);
      await sender.idle();
    }
    expect(notes(target.arrived, sick.recordingId)).toEqual([0, 1, 1, 1, 2]);
  });

  test('that is down for a day gets everything in order within the hour after it is back', async () => {
    const { id } = await hook();
    const claims = [await begin('a'), await begin('b')];
    for (let n = 0; n < 4; n++) for (const claim of claims) await note(claim, n);
    target.answer = (_request, response) => void response.writeHead(503).end('down');
    const startMs = Date.now();
    let now = new Date(startMs);
    const sender = startSender({ now: () => now });
    await sender.idle();
    while (now.getTime() < startMs + 24 * hourMs) {
      now = new Date(now.getTime() + hourMs / 2);
      await sender.idle();
    }
    const tried = target.arrived.length;
    expect(tried).toBeGreaterThan(2 * 24);
    expect(tried).toBeLessThan(2 * 40); // one recording's events do not all knock
    const [head] = await log(id);
    expect(head).toMatchObject({ state: 'pending', status: 503, error: 'Answered 503.', response: 'down' });
    expect(Date.parse(head?.nextAttemptAt ?? '')).toBeGreaterThan(now.getTime());
    target.answer = (_request, response) => void response.end();
    now = new Date(now.getTime() + hourMs);
    await sender.idle();
    for (const { recordingId } of claims) expect(notes(target.arrived.slice(tried), recordingId)).toEqual([0, 1, 2, 3]);
    expect((await log(id)).every(({ state }) => state === 'delivered')).toBe(true);
  });

  test('is given up after three days, event by event; a replay sends them after all', async () => {
    const { id } = await hook();
    const claim = await begin();
    await note(claim, 1);
    target.answer = (_request, response) => void response.writeHead(500).end();
    let now = new Date();
    const sender = startSender({ now: () => now });
    await sender.idle();
    now = new Date(now.getTime() + 73 * hourMs);
    await sender.idle();
    expect((await log(id)).map(({ state, nextAttemptAt }) => [state, nextAttemptAt])).toEqual([
      ['failed', null],
      ['failed', null],
    ]);
    target.answer = (_request, response) => void response.end();
    const before = target.arrived.length;
    expect(await catalogue.webhooks.replay(applicationId, id, { from: '2020-01-01T00:00:00Z', state: 'failed' })).toBe(2);
    now = new Date();
    await sender.idle();
    expect(target.arrived.slice(before).map(({ event }) => event.type)).toEqual(['recording.state_changed', 'note.test']);
  });

  test.each([
    ['redirects', 302, /^Answered 302; redirects are not followed/],
    ['says no', 400, /^Answered 400\.$/],
    ['does not answer', 0, /no answer within 150 ms/],
  ])('that %s has not taken the event', async (_what, status, error) => {
    const { id } = await hook();
    await begin();
    target.answer = (_request, response) => {
      if (status > 0) response.writeHead(status, { location: `${target.url}/elsewhere` }).end();
    };
    await startSender({ timeoutMs: 150 }).idle();
    expect(target.arrived.map(({ path }) => path)).toEqual(['/hook']);
    const [entry] = await log(id);
    expect(entry).toMatchObject({
      state: 'pending',
      attempts: 1,
      status: status === 0 ? null : status,
      error: expect.stringMatching(error),
    });
  });

  test('that is gone is disabled and says why; enabled again it gets what waited', async () => {
    const { id } = await hook();
    const claim = await begin();
    await note(claim, 1);
    target.answer = (_request, response) => void response.writeHead(410).end();
    const sender = startSender();
    await sender.idle();
    expect(await catalogue.webhooks.get(applicationId, id)).toMatchObject({ enabled: false, disabledReason: 'gone' });
    await note(claim, 2); // not for one that is disabled
    target.answer = (_request, response) => void response.end();
    await catalogue.webhooks.patch(applicationId, id, { enabled: true });
    await sender.idle();
    expect(notes(target.arrived, claim.recordingId)).toEqual([1]);
    expect(await catalogue.webhooks.get(applicationId, id)).toMatchObject({ enabled: true, disabledReason: null });
  });

  test('that hangs delays no other', async () => {
    await hook(`${target.url}/dead`);
    const other = await startWebhookTarget();
    closers.push(() => other.close());
    await hook(other.url);
    target.answer = () => undefined;
    const claims = [];
    for (let index = 0; index < 12; index++) claims.push(await begin(`room ${index}`));
    startSender({ timeoutMs: 20_000 });
    await other.count(12);
    expect(target.arrived.length).toBeLessThanOrEqual(4);
  });
});

test('several senders never break the order of a recording, and send nothing twice', async () => {
  const { id } = await hook();
  const claims = [];
  for (let index = 0; index < 5; index++) claims.push(await begin(`room ${index}`));
  const [one, two, three] = [startSender(), startSender(), startSender()];
  const wake = await catalogue.onChange(() => [one, two, three].forEach((sender) => sender.wake()));
  target.answer = (_request, response) => setTimeout(() => response.end(), Math.random() * 10);
  for (let n = 0; n < 15; n++) await Promise.all(claims.map((claim) => note(claim, n)));
  await target.count(5 * 16);
  await Promise.all([one, two, three].map((sender) => sender.idle()));
  await wake();
  for (const { recordingId } of claims) expect(notes(target.arrived, recordingId)).toEqual(Array.from({ length: 15 }, (_, n) => n));
  expect(target.arrived.length).toBe(5 * 16);
  expect((await log(id)).every(({ attempts, state }) => attempts === 1 && state === 'delivered')).toBe(true);
});

test('a sender that dies in the middle leaves the event to another, after its lease', async () => {
  const { id } = await hook();
  await begin();
  const dead = await catalogue.outbox.claimDue('dead', { limit: 1, perWebhook: 4, leaseMs: 300 });
  expect(dead).toHaveLength(1);
  expect(await catalogue.outbox.claimDue('other', { limit: 1, perWebhook: 4, leaseMs: 300 })).toEqual([]);
  startSender();
  await target.count(1);
  await vi.waitFor(async () => expect((await log(id))[0]).toMatchObject({ state: 'delivered', attempts: 2 }));
  const late = { state: 'failed', retryInMs: 0, status: null, durationMs: 1, error: 'late', response: null, isGone: false } as const;
  expect(await catalogue.outbox.settle(dead[0] as DueDelivery, late)).toBe(false);
});

test('a sender that waits long for an answer keeps what it holds', async () => {
  await hook();
  await begin();
  const waiting = Promise.withResolvers<ServerResponse>();
  target.answer = (_request, response) => waiting.resolve(response);
  const slow = startSender({ timeoutMs: 60_000 });
  const response = await waiting.promise;
  const freeAt = await catalogue.outbox.nextDueAt(); // while it is held: the end of its lease
  startSender();
  await vi.waitFor(async () => expect((await catalogue.outbox.nextDueAt())?.getTime()).toBeGreaterThan(freeAt?.getTime() ?? 0), {
    timeout: 8_000,
  });
  response.end();
  await slow.idle();
  expect(target.arrived.length).toBe(1);
});

test('nothing is sent into a private network that the configuration does not open', async () => {
  const { id } = await hook();
  await begin();
  const closed = createOutgoingGuard([]);
  closers.push(() => closed.close());
  await startSender({ guard: closed }).idle();
  expect(target.arrived).toEqual([]);
  expect((await log(id))[0]).toMatchObject({ state: 'pending', status: null, error: expect.stringContaining('outgoing.allowPrivate') });
});

test('a replay sends one event again, or a time of them, also from before the webhook was there', async () => {
  const claim = await begin();
  await note(claim, 1);
  const { id } = await hook();
  await note(claim, 2);
  const sender = startSender();
  await sender.idle();
  expect(notes(target.arrived, claim.recordingId)).toEqual([2]);
  const [sent] = await log(id);
  await catalogue.webhooks.replayOne(applicationId, id, sent?.id ?? '');
  await sender.idle();
  expect(target.arrived[1]?.headers['webhook-id']).toBe(target.arrived[0]?.headers['webhook-id']);
  const range = { from: '2020-01-01T00:00:00Z', recording: claim.recordingId };
  expect(await catalogue.webhooks.replay(applicationId, id, range)).toBe(3);
  await sender.idle();
  expect(notes(target.arrived.slice(2), claim.recordingId)).toEqual([1, 2]);
  expect(await catalogue.webhooks.replay(applicationId, id, { ...range, to: '2020-01-02T00:00:00Z' })).toBe(0);
});
