import { randomInt } from 'node:crypto';
import type { DialectCallbacks, DialectEvent, VendorCallback } from '@tapedeck/protocol';
import { callbackSignature } from './callback-signature.ts';
import { recordingEvents } from './recording-events.ts';
import { roomEvents } from './room-events.ts';

const eventVersion = '2020-12-01';
/** Waits before the two retries. */
const retriesMs = [2_000, 10_000];

/** One event of the vendor, before it has an envelope. */
export interface VolcengineEvent {
  readonly type: string;
  readonly data: object;
}

/**
 * Callbacks as the vendor sends them: `EventData` is JSON as a string, the nonce comes under both of its spellings, three attempts in all. `EventId` is the same in every attempt.
 *
 * @see https://www.volcengine.com/docs/6348/75124
 */
export const volcengineCallbacks: DialectCallbacks = Object.freeze({
  present: (event: DialectEvent) => {
    const [id, time, events] =
      event.kind === 'recording'
        ? [event.event.id, event.event.createdAt, recordingEvents(event.event, event.origin)]
        : [event.notice.id, new Date(event.notice.atMs).toISOString(), roomEvents(event.notice, event.appId)];
    return events.map((made) => toCallback(made, id, time));
  },
  sign: ({ body }: VendorCallback, key: string, appId: string) => {
    const text = (name: string): string => String(body[name] ?? '');
    const Nonce = String(randomInt(1000, 10_000));
    const values = {
      ...{ EventType: text('EventType'), EventData: text('EventData'), EventTime: text('EventTime'), EventId: text('EventId') },
      ...{ AppId: appId, Version: eventVersion, Nonce },
    };
    const envelope = { ...body, ...values, Noce: Nonce, Signature: callbackSignature(values, key) };
    return { body: JSON.stringify(envelope), headers: { 'content-type': 'application/json; charset=utf-8' } };
  },
  retryMs: (attempt: number) => retriesMs[attempt - 1] ?? null,
  timeoutMs: 5_000,
});

function toCallback({ type, data }: VolcengineEvent, id: string, time: string): VendorCallback {
  const { BusinessId } = data as { readonly BusinessId?: string };
  return {
    eventName: type,
    body: {
      ...{ EventType: type, EventData: JSON.stringify(data), EventTime: time.replace(/\.\d+Z$/, 'Z') },
      ...{ EventId: `${id}-${type}`, Version: eventVersion },
      ...(BusinessId !== undefined && { BusinessId }),
    },
  };
}
