import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { type LightPublisher, requirement, seededRandom, signTc3, signVolcengine, type UnsignedRequest } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RightCall, tencentCalls, volcengineCalls } from './support/dialect-calls.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';
import { type Draw, mutate, pick, strangeValue } from './support/strange-values.ts';

const livekit = requirement('livekit');
const room = 'fuzz';
const each = 1000;
const atOnce = 8;

interface Answer {
  readonly status: number;
  readonly text: string;
}
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** RFC 3986, as both vendors have it. */
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
const queryOf = (pairs: Readonly<Record<string, unknown>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${encode(name)}=${encode(textOf(value))}`)
    .join('&');
/** Values that fit into the head of a request; what is longer never reaches the vendor's API. */
const shorten = (pairs: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name, textOf(value).slice(0, 700)]));
/** Leaves as `A.B.0=…`, as the old signature sends them. */
function flatten(value: unknown, path = ''): Record<string, string> {
  if (value === null || typeof value !== 'object') return { [path]: textOf(value) };
  const parts = Object.entries(value).map(([name, part]) => flatten(part, path === '' ? name : `${path}.${name}`));
  return Object.assign({}, ...parts) as Record<string, string>;
}
/** JSON, seldom bent so that it is none any more. */
function bodyOf(draw: Draw, value: unknown): string | Buffer {
  const text = JSON.stringify(value) ?? '';
  const kind = draw();
  if (kind > 0.06) return text;
  if (kind > 0.05) return '';
  if (kind > 0.04) return text.slice(0, Math.floor(text.length * draw()));
  if (kind > 0.03) return Buffer.from(Array.from({ length: 40 }, () => Math.floor(draw() * 256)));
  if (kind > 0.02) return `\ufeff${text}`;
  return kind > 0.002 ? `{"a":${text},"a":${'['.repeat(5000)}` : 'x'.repeat(300_000);
}
const strangeHeaders = (draw: Draw): Record<string, string> =>
  draw() < 0.8
    ? {}
    : pick(draw, [
        { 'x-tc-region': "ap-guangzhou'" },
        { 'x-tc-traceid': '%00'.repeat(60) },
        { 'x-tc-language': 'tlh' },
        { 'x-extra': '  two  spaces ' },
        { 'content-type': 'text/plain; charset=utf-16' },
        { 'content-type': 'multipart/form-data; boundary=x' },
        { 'content-type': 'application/json; charset=gbk' },
        { 'accept-encoding': 'br;q=x', accept: 'image/png' },
        { 'x-security-token': 'token', 'x-tc-token': 'token' },
        { 'content-encoding': 'gzip' },
        { 'x-content-type-options': 'x'.repeat(3000) },
      ]);
const methodOf = (draw: Draw, usual: string): string =>
  draw() < 0.9 ? usual : pick(draw, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const sign = (unsigned: UnsignedRequest, how: typeof signTc3): Sent => {
  const { method, path, query, body } = unsigned;
  const url = query === '' ? path : `${path}?${query}`;
  return {
    method,
    path: url,
    headers: how(unsigned, { ...testPair, nowMs: Date.now() }),
    body: typeof body === 'string' ? body : Buffer.from(body),
  };
};

/** TC3 with JSON, or with the parameters in the query. */
function tc3Call(draw: Draw, host: string, { action, version, parameters }: RightCall): Sent {
  const bent = mutate(draw, parameters, Math.floor(draw() * 3));
  const headers = {
    'x-tc-action': draw() < 0.97 ? action : encode(textOf(strangeValue(draw))).slice(0, 500),
    'x-tc-version': draw() < 0.97 ? version : '1970-01-01',
    ...strangeHeaders(draw),
  };
  const method = methodOf(draw, draw() < 0.85 ? 'POST' : 'GET');
  const isQuery = method === 'GET';
  const query = isQuery ? queryOf(shorten(flatten(bent))) : '';
  return sign({ method, path: '/', query, host, headers, body: isQuery ? '' : bodyOf(draw, bent) }, signTc3);
}
/** The old signature, as a form or a query. */
function v1Call(draw: Draw, host: string, { action, version, parameters }: RightCall): Sent {
  const bent = flatten(mutate(draw, parameters, Math.floor(draw() * 3)));
  const [SignatureMethod, algorithm] = pick(draw, [
    ['HmacSHA1', 'sha1'],
    ['HmacSHA256', 'sha256'],
  ] as const);
  const common = {
    Action: action,
    Version: version,
    SecretId: testPair.key,
    Timestamp: Math.floor(Date.now() / 1000),
    Nonce: Math.floor(draw() * 1e9),
    SignatureMethod,
  };
  const method = draw() < 0.5 ? 'POST' : 'GET';
  const all: Record<string, unknown> = { ...(method === 'GET' ? shorten(bent) : bent), ...common };
  const names = Object.keys(all).toSorted((a, b) => (a < b ? -1 : 1));
  const text = `${method}${host}/?${names.map((name) => `${name}=${textOf(all[name])}`).join('&')}`;
  const signed = queryOf({ ...all, Signature: createHmac(algorithm, testPair.secret).update(text).digest('base64') });
  return method === 'GET'
    ? { method, path: `/?${signed}`, headers: { host }, body: '' }
    : { method, path: '/', headers: { host, 'content-type': 'application/x-www-form-urlencoded' }, body: signed };
}
function volcengineCall(draw: Draw, host: string, { action, version, parameters }: RightCall): Sent {
  const bent = mutate(draw, parameters, Math.floor(draw() * 3));
  const isGet = action.startsWith('Get');
  const Action = draw() < 0.97 ? action : textOf(strangeValue(draw)).slice(0, 500);
  const Version = draw() < 0.97 ? version : textOf(strangeValue(draw)).slice(0, 500);
  const own = isGet && typeof bent === 'object' ? shorten(bent as Record<string, unknown>) : {};
  const query = queryOf({ Action, Version, ...(draw() < 0.05 && { 'X-Expires': textOf(strangeValue(draw)).slice(0, 20) }), ...own });
  const headers = { 'content-type': 'application/json', ...strangeHeaders(draw) };
  return sign(
    { method: methodOf(draw, isGet ? 'GET' : 'POST'), path: '/', query, host, headers, body: isGet ? '' : bodyOf(draw, bent) },
    signVolcengine,
  );
}

/** What is wrong with an answer of Tencent's, or null. */
function wrongTencent({ status, text }: Answer): string | null {
  const { Response } = JSON.parse(text) as { Response?: { RequestId?: string; Error?: { Code: string; Message: string } } };
  if (status !== 200 || typeof Response?.RequestId !== 'string') return 'no envelope';
  if (Response.Error === undefined) return null;
  return !/^[A-Z]\w+(\.\w+)?$/.test(Response.Error.Code) || Response.Error.Code.startsWith('InternalError')
    ? 'a fault of the server'
    : null;
}
function wrongVolcengine({ status, text }: Answer): string | null {
  const { ResponseMetadata, Result } = JSON.parse(text) as {
    ResponseMetadata?: { RequestId?: string; Error?: { Code: string } };
    Result?: unknown;
  };
  if (typeof ResponseMetadata?.RequestId !== 'string') return 'no envelope';
  if (status >= 500 || ResponseMetadata.Error?.Code.startsWith('InternalError') === true) return 'a fault of the server';
  return (status === 200) === (Result !== undefined && ResponseMetadata.Error === undefined) ? null : 'status and result do not fit';
}

describe.skipIf(livekit === null)('random requests with valid signatures', { timeout: 120_000 }, () => {
  let dataDir: string;
  let server: ServerProcess;
  let people: readonly LightPublisher[];
  let agent: Agent;
  let host: string;

  const send = async ({ method, path, headers, body }: Sent): Promise<Answer> =>
    await new Promise((resolve, reject) => {
      const length = { 'content-length': String(Buffer.byteLength(body)) };
      const call = request(`http://${host}/`, { method, path, headers: { ...headers, ...length }, agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      call.on('error', reject).end(body);
    });
  /** Sends calls drawn from the right ones; returns the answers that are wrong, and how many calls were answered with a result. */
  const storm = async (
    seed: number,
    calls: readonly RightCall[],
    make: (draw: Draw, host: string, call: RightCall) => Sent,
    wrong: (answer: Answer) => string | null,
  ): Promise<{ readonly faults: readonly string[]; readonly taken: number }> => {
    const draw = seededRandom(seed);
    const faults: string[] = [];
    let taken = 0;
    let left = each;
    const one = async (): Promise<void> => {
      while (left-- > 0) {
        const sent = make(draw, host, pick(draw, calls));
        const answer = await send(sent).catch((error: Error) => ({ status: 0, text: JSON.stringify(error.message) }));
        const fault = answer.text.startsWith('{') ? wrong(answer) : 'no JSON';
        if (fault !== null) faults.push(`${fault}: ${sent.method} ${sent.path.slice(0, 300)} ${JSON.stringify(sent.headers).slice(0, 300)} ${sent.body.toString().slice(0, 400)} → ${answer.status} ${answer.text.slice(0, 300)}`); // prettier-ignore
        if (answer.status === 200 && !answer.text.includes('"Error":')) taken++;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, one));
    return { faults, taken };
  };

  beforeAll(async () => {
    dataDir = makeDataDir();
    server = await startServerProcess(dataDir);
    host = new URL(server.url).host;
    agent = new Agent({ keepAlive: true, maxSockets: atOnce });
    people = await bringPeople(server, room, ['ada']);
  });
  afterAll(async () => {
    agent.destroy();
    await sendHome(people);
    await cleanUp(dataDir, server);
  });

  it('of Tencent are answered in its envelope, with no fault of the server', async () => {
    const [create] = tencentCalls(room, '');
    const { text } = await send(tc3Call(() => 0.5, host, create!));
    const { Response } = JSON.parse(text) as { Response: { TaskId: string } };
    const calls = tencentCalls('fuzz-others', Response.TaskId);
    const results = [await storm(1, calls, tc3Call, wrongTencent), await storm(2, calls, v1Call, wrongTencent)];
    expect(results.flatMap(({ faults }) => faults)).toEqual([]);
    for (const { taken } of results) expect(taken).toBeGreaterThan(each / 20); // the others were refused, rightly
  });

  it('of Volcengine are answered in its envelope, with no fault of the server', async () => {
    const [, , , start] = volcengineCalls(room, '');
    await send(volcengineCall(() => 0.5, host, start!));
    const { faults, taken } = await storm(3, volcengineCalls(room, 'again'), volcengineCall, wrongVolcengine);
    expect(faults).toEqual([]);
    expect(taken).toBeGreaterThan(each / 10);
  });

  it('leave a server behind that records', async () => {
    expect(server.output).not.toMatch(/"level":(?:50|60)|Unhandled|FATAL/);
    const { id } = await server.api.create({ room });
    await vi.waitFor(async () => expect((await server.api.get(id)).state).toBe('recording'), { timeout: 30_000, interval: 100 });
  });
});
