import { createHash, createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import type { TencentOptions } from '../src/options.ts';
import { answerCall } from '../src/wire/answer-call.ts';
import { ReplayGuard } from '../src/wire/replay-guard.ts';
import type { TencentCall } from '../src/wire/tencent-call.ts';
import { memoryCatalogue } from './memory-catalogue.ts';
import type { Memory } from './memory-catalogue.ts';

/** The time of every call of these tests. */
export const nowMs = Date.parse('2026-01-31T08:00:00Z');

/** What a test may say about an action. */
export interface Answer {
  readonly Error?: { readonly Code: string; readonly Message: string };
  readonly [name: string]: unknown;
}

/** A dialect on a catalogue in memory, called as a client calls it. */
export interface Fixture extends Memory {
  readonly options: TencentOptions;
  call(action: string, parameters: unknown, change?: { readonly version?: string; readonly atMs?: number }): Promise<Answer>;
  /** The answer to these very bytes. */
  send(call: TencentCall): Promise<Answer>;
}

export function fixture(change: Partial<TencentOptions> = {}): Fixture {
  const memory = memoryCatalogue();
  const guard = new ReplayGuard();
  const options: TencentOptions = {
    catalogue: memory.catalogue,
    rooms: { dismiss: async (room) => room !== 'nowhere' && room !== '404', remove: async (_room, identity) => identity !== 'nobody' },
    files: { url: ({ key }, origin) => `${origin}/files/${key}`, remove: async () => undefined },
    now: () => nowMs,
    ...change,
  };
  let calls = 0;
  const send = async (call: TencentCall): Promise<Answer> =>
    (await answerCall(options, guard, call, 'http://127.0.0.1:7080')).Response as unknown as Answer;
  return {
    ...{ ...memory, options, send },
    call: async (action, parameters, { version = '2019-07-22', atMs = nowMs } = {}) => {
      calls += 1; // another second each time: the same call twice would have the same signature
      return await send(signed(action, version, JSON.stringify(parameters), Math.floor(atMs / 1000) - (calls % 300)));
    },
  };
}

/** A call as the vendor's SDK for Node signs it, with node:crypto alone. */
export function signed(action: string, version: string, json: string, atS: number): TencentCall {
  const hash = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
  const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
  const date = new Date(atS * 1000).toISOString().slice(0, 10);
  const body = Buffer.from(json);
  const canonical = `POST\n/\n\ncontent-type:application/json\nhost:127.0.0.1\n\ncontent-type;host\n${hash(body)}`;
  const key = hmac(hmac(hmac('TC3secret', date), '127'), 'tc3_request');
  const signature = hmac(key, `TC3-HMAC-SHA256\n${atS}\n${date}/127/tc3_request\n${hash(canonical)}`).toString('hex');
  return {
    ...{ method: 'POST', path: '/', query: '', body },
    headers: {
      ...{
        'content-type': 'application/json',
        host: '127.0.0.1:7080',
        'x-tc-action': action,
        'x-tc-version': version,
        'x-tc-timestamp': String(atS),
      },
      authorization: `TC3-HMAC-SHA256 Credential=ak/${date}/127/tc3_request, SignedHeaders=content-type;host, Signature=${signature}`,
    },
  };
}

interface TicketMaker {
  genUserSig(userId: string, lifeS: number): string;
  genPrivateMapKey(userId: string, lifeS: number, room: number, privileges: number): string;
  genPrivateMapKeyWithStringRoomID(userId: string, lifeS: number, room: string, privileges: number): string;
}

/** The vendor's own maker of tickets. */
export function ticketMaker(sdkAppId: number, key = 'secret'): TicketMaker {
  const { Api } = createRequire(import.meta.url)('tls-sig-api-v2') as { Api: new (sdkAppId: number, key: string) => TicketMaker };
  return new Api(sdkAppId, key);
}
