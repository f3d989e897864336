import { createHmac } from 'node:crypto';
import type { DialectCallbacks, VendorCallback } from '@tapedeck/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  createOutgoingGuard,
  startCallbackSender,
  type CallbackSource,
  type DueVendorCallback,
  type OutboxSender,
  type OutgoingGuard,
} from '../src/index.ts';
import { startWebhookTarget, type WebhookTarget } from './webhook-target.ts';

type Outcome = Parameters<CallbackSource<DueVendorCallback>['settle']>[1];

let guard: OutgoingGuard;
let target: WebhookTarget;
let sender: OutboxSender | null = null;
beforeEach(async () => {
  guard = createOutgoingGuard(['127.0.0.1']);
  target = await startWebhookTarget();
});
afterEach(async () => {
  await sender?.stop();
  target.close();
  guard.close();
});

/** Twice at once, then given up; signs with the key over the body. */
const dialect: DialectCallbacks = {
  present: () => [],
  sign: (callback, key, appId) => {
    const body = JSON.stringify(callback.body);
    const headers = { 'content-type': 'application/json', sign: createHmac('sha256', key).update(body).digest('base64'), appid: appId };
    return { body, headers };
  },
  retryMs: (attempt) => (attempt <= 2 ? 0 : null),
  timeoutMs: 300,
};

/** An outbox in memory: what one lane would hand out. */
function outboxOf(callbacks: readonly VendorCallback[], url: string | null = target.url) {
  const waiting = callbacks.map((callback, index) => ({ id: String(index), callback, attempts: 0 }));
  const settled: [string, Outcome][] = [];
  let isHeld = false;
  const outbox: CallbackSource<DueVendorCallback> = {
    claimDue: async () => {
      const head = waiting[0];
      if (head === undefined || isHeld) return [];
      isHeld = true;
      head.attempts += 1;
      const { id, callback, attempts: attempt } = head;
      return [{ id, callback, attempt, applicationId: 'app', dialect: 'tencent', appId: '14', url, key: 'k', queuedAt: new Date() }];
    },
    renew: async () => undefined,
    settle: async ({ callback }, outcome) => {
      settled.push([callback.eventName, outcome]);
      if (outcome.state !== 'pending') waiting.shift();
      isHeld = false;
      return true;
    },
    nextDueAt: async () => (waiting.length === 0 ? null : new Date()),
  };
  return { outbox, settled };
}
const one: VendorCallback = { eventName: '301', body: { EventType: 301 } };
const two: VendorCallback = { eventName: '302', body: { EventType: 302 } };

function start(outbox: CallbackSource<DueVendorCallback>, prepare = async (): Promise<void> => undefined) {
  const warned: [object, string][] = [];
  const log = { warn: (fields: object, message: string) => void warned.push([fields, message]) };
  sender = startCallbackSender({ outbox, prepare, dialects: { tencent: dialect }, guard, log });
  return warned;
}

test('is sent as its dialect signs it, in order, each after the one before was taken', async () => {
  const { outbox, settled } = outboxOf([one, two]);
  const prepare = vi.fn(async () => undefined);
  const warned = start(outbox, prepare);
  await target.count(2);
  await sender?.idle();
  expect(target.arrived.map(({ body }) => body)).toEqual(['{"EventType":301}', '{"EventType":302}']);
  const [first] = target.arrived;
  expect(first?.headers).toMatchObject({ sign: createHmac('sha256', 'k').update('{"EventType":301}').digest('base64'), appid: '14' });
  expect(settled.map(([name, { state, status }]) => [name, state, status])).toEqual([
    ['301', 'delivered', 200],
    ['302', 'delivered', 200],
  ]);
  expect(prepare).toHaveBeenCalled();
  expect(warned).toEqual([]);
});

test('is tried again as the dialect says, and then dropped: said once in the log, and what waits behind it goes on', async () => {
  target.answer = ({ body }, response) => {
    response.statusCode = body.includes('301') ? 204 : 200; // not what a vendor takes for an answer
    response.end();
  };
  const { outbox, settled } = outboxOf([one, two]);
  const warned = start(outbox);
  await target.count(4);
  await sender?.idle();
  expect(settled.map(([name, { state }]) => [name, state])).toEqual([
    ['301', 'pending'],
    ['301', 'pending'],
    ['301', 'dropped'],
    ['302', 'delivered'],
  ]);
  expect(warned).toEqual([
    [{ application: 'app', dialect: 'tencent', event: '301', attempts: 3, error: 'Answered 204.' }, 'a vendor callback was dropped'],
  ]);
});

test('has no longer for its answer than its dialect gives', async () => {
  target.answer = () => undefined; // never
  const { outbox, settled } = outboxOf([one]);
  start(outbox);
  await vi.waitFor(() => expect(settled).toHaveLength(3), { timeout: 10_000 });
  expect(settled[0]?.[1]).toMatchObject({ state: 'pending', status: null, error: expect.stringContaining('no answer within 300 ms') });
});

test('without an address, or of a dialect that is not spoken here, is dropped at once', async () => {
  const { outbox, settled } = outboxOf([one], null);
  start(outbox);
  await vi.waitFor(() => expect(settled).toHaveLength(1));
  expect(settled[0]?.[1]).toMatchObject({ state: 'dropped', status: null });
});
