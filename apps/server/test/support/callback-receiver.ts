import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A callback of Tencent's as it arrived. */
export interface TencentCallback {
  /** Of the event, 101 … 312; 100 of the legacy scheme. */
  readonly type: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly info: Readonly<Record<string, unknown>>;
  readonly sdkAppId: string;
  /** Its Sign header is base64(HMAC-SHA256(key, the bytes of the body)). */
  readonly isSigned: boolean;
}

/** Takes callbacks at its address, and refuses the first one (it has to come again). */
export interface CallbackReceiver {
  readonly url: string;
  readonly callbacks: readonly TencentCallback[];
  close(): void;
}

/** @param key The callback key: signatures are verified with it, by node:crypto alone. */
export async function receiveTencentCallbacks(key: string): Promise<CallbackReceiver> {
  const callbacks: TencentCallback[] = [];
  let isFirst = true;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      if (isFirst) {
        isFirst = false;
        response.writeHead(500).end();
        return;
      }
      const bytes = Buffer.concat(pieces);
      const body = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
      callbacks.push({
        type: Number(body['EventType'] ?? body['event_type']),
        body,
        info: (body['EventInfo'] ?? {}) as Record<string, unknown>,
        sdkAppId: String(request.headers['sdkappid']),
        isSigned: createHmac('sha256', key).update(bytes).digest('base64') === request.headers['sign'],
      });
      response.setHeader('content-type', 'application/json').end('{"code":0}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`, callbacks, close: () => void server.close() };
}
