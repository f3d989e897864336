import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TapedeckApiError, TapedeckConnectionError } from './errors.ts';
import { TapedeckClient } from './tapedeck-client.ts';

let server: Server;
let client: TapedeckClient;
let seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
/** What the server does with each request, the last one for all that follow. */
let answers: ((response: ServerResponse) => void)[];

beforeEach(async () => {
  [seen, answers] = [[], []];
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      (answers.length > 1 ? answers.shift() : answers[0])?.(response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  client = new TapedeckClient({ url: `http://127.0.0.1:${port}/base/`, key: 'k', secret: 's:1' });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const json =
  (value: unknown, status = 200, type = 'application/json') =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': type }).end(JSON.stringify(value));
const hangUp = (response: ServerResponse): void => void response.socket?.destroy();
const silent = (): void => undefined;

describe('a call', () => {
  it('says who asks, fills in the address and reads the answer', async () => {
    answers = [json({ id: 'rec/1' })];
    expect(await client.recordings.get('rec/1', { expiresInS: 60 })).toEqual({ id: 'rec/1' });
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/base/v1/recordings/rec%2F1?expiresInS=60' });
    expect(seen[0]?.headers.authorization).toBe(`Basic ${btoa('k:s:1')}`);
  });

  it('throws the problem that the server answers, field by field', async () => {
    const problem = {
      status: 400,
      code: 'INVALID_REQUEST',
      detail: 'room is missing.',
      fault: 'caller',
      field: 'room',
      requestId: 'req_1',
    };
    answers = [json(problem, 400, 'application/problem+json')];
    const error = await client.recordings.create({ room: '' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TapedeckApiError);
    expect({ ...(error as TapedeckApiError) }).toMatchObject(problem);
    expect(seen).toHaveLength(1);
  });

  it('throws the status of what is no problem answer', async () => {
    answers = [(response) => void response.writeHead(404).end('<html>')];
    await expect(client.rooms.list()).rejects.toMatchObject({ name: 'TapedeckApiError', status: 404, code: 'HTTP_404', fault: 'caller' });
    answers = [(response) => void response.end('<html>')];
    await expect(client.rooms.list()).rejects.toMatchObject({ name: 'TapedeckConnectionError', reason: 'answer' });
  });

  it('is repeated with the same idempotency key when the connection breaks, the server restarts or is busy', async () => {
    answers = [hangUp, json({}, 503), json({}, 429), json({ id: 'rec_1' }, 201)];
    expect(await client.recordings.create({ room: 'a' })).toEqual({ id: 'rec_1' });
    expect(seen).toHaveLength(4);
    expect(new Set(seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    answers = [json({ id: 'rec_2' }, 201)];
    await client.recordings.create({ room: 'a' }, { idempotencyKey: 'mine' });
    expect(seen[4]?.headers['idempotency-key']).toBe('mine');
  });

  it('is not repeated where that would do something twice', async () => {
    answers = [hangUp];
    await expect(client.webhooks.rotateSecret('wh_1')).rejects.toMatchObject({ reason: 'network' });
    await expect(client.webhooks.replay('wh_1', { from: '2026-01-01T00:00:00Z' })).rejects.toBeInstanceOf(TapedeckConnectionError);
    expect(seen).toHaveLength(2);
  });

  it('that deletes has done so when the attempt without an answer did it', async () => {
    answers = [hangUp, json({ status: 404, code: 'TEMPLATE_NOT_FOUND', detail: 'No.', fault: 'caller' }, 404)];
    await expect(client.templates.delete('tpl_1')).resolves.toBeUndefined();
    answers = [json({ status: 404, code: 'TEMPLATE_NOT_FOUND', detail: 'No.', fault: 'caller' }, 404)];
    await expect(client.templates.delete('tpl_1')).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });
  });

  it('ends at its time, with every attempt in it, and with its signal', async () => {
    answers = [silent];
    await expect(client.recordings.get('rec_1', {}, { timeoutMs: 100 })).rejects.toMatchObject({ reason: 'timeout' });
    answers = [hangUp];
    await expect(client.recordings.get('rec_1', {}, { timeoutMs: 250 })).rejects.toMatchObject({ name: 'TapedeckConnectionError' });
    answers = [silent];
    const reason = new Error('enough');
    const stopping = new AbortController();
    const call = client.recordings.get('rec_1', {}, { signal: stopping.signal });
    stopping.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it('reads page after page, as they are needed', async () => {
    answers = [json({ items: [{ id: '1' }, { id: '2' }], nextCursor: 'c 1' }), json({ items: [{ id: '3' }], nextCursor: null })];
    const ids: string[] = [];
    for await (const { id } of client.recordings.listAll({ room: 'a&b' })) ids.push(id);
    expect(ids).toEqual(['1', '2', '3']);
    expect(seen.map(({ url }) => url)).toEqual(['/base/v1/recordings?room=a%26b', '/base/v1/recordings?room=a%26b&cursor=c+1']);
  });

  it('needs an address', () => {
    expect(() => new TapedeckClient({ url: 'tapedeck.example', key: 'k', secret: 's' })).toThrow(TypeError);
    expect(() => new TapedeckClient({ url: 'ftp://tapedeck.example', key: 'k', secret: 's' })).toThrow(TypeError);
  });
});

describe('events', () => {
  const stream =
    (text: string, piece = text.length, isLeftOpen = false) =>
    (response: ServerResponse): void => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let at = 0; at < text.length; at += piece) response.write(text.slice(at, at + piece));
      if (!isLeftOpen) response.end();
    };
  const message = (id: string): string => `id: ${id}\nevent: file.ready\ndata: {"id":"${id}",\ndata: "type":"file.ready"}\n\n`;

  it('go on behind the last one when the connection is lost, whatever way the stream is cut', async () => {
    answers = [
      stream(`retry: 5\n\n: \n\n${message('evt_1')}${message('evt_2')}id: evt_half`, 3),
      json({}, 503),
      hangUp,
      stream(message('evt_3'), 1, true),
    ];
    const ids: string[] = [];
    for await (const { id } of client.events({ room: 'a', types: ['file.*', 'render.*'] })) if (ids.push(id) === 3) break;
    expect(ids).toEqual(['evt_1', 'evt_2', 'evt_3']);
    expect(seen[0]?.url).toBe('/base/v1/events?room=a&types=file.*%2Crender.*');
    expect(seen.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'evt_2', 'evt_2', 'evt_2']);
  });

  it('begin behind a given one, tell of a reset, and end with their signal', async () => {
    answers = [stream(`event: stream.reset\ndata: {}\n\n${message('evt_9')}`, 7, true)];
    const stopping = new AbortController();
    let resets = 0;
    const follow = async (): Promise<void> => {
      for await (const { id } of client.events({ after: 'evt_0', signal: stopping.signal, onReset: () => resets++ }))
        stopping.abort(new Error(id));
    };
    await expect(follow()).rejects.toThrow('evt_9');
    expect([resets, seen[0]?.headers['last-event-id']]).toEqual([1, 'evt_0']);
  });

  it('throw what the server refuses', async () => {
    answers = [json({ status: 403, code: 'FORBIDDEN', detail: 'No.', fault: 'caller' }, 403)];
    await expect(client.events().next()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(seen).toHaveLength(1);
  });
});
