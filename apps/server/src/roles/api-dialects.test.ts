import { type ApiOptions, buildApi } from '@tapedeck/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AnswerDialect, serveDialects } from './api-dialects.ts';

/** Tells what reached it. */
const tell = async (...[request, reply]: Parameters<AnswerDialect>) => {
  const body = Buffer.isBuffer(request.body) ? request.body.toString('latin1') : null;
  return await reply.code(200).send({ method: request.method, body });
};
/** Knows a vendor's requests by their query. */
const answer: AnswerDialect = (request, reply) => (request.url.includes('Action=') ? tell(request, reply) : null);

let app: Awaited<ReturnType<typeof buildApi>>;
beforeAll(async () => {
  const register = serveDialects(answer, (scope) => void scope.get('/', async () => 'console'));
  const catalogue = { recordings: {}, renders: {}, templates: {}, webhooks: {}, storages: {}, events: {}, applications: {}, keys: {} };
  app = await buildApi({ register, catalogue } as unknown as ApiOptions); // nothing of the rest is asked here
});
afterAll(async () => await app.close());

it('gives vendors their calls, with the bytes as they came, and everybody else the console', async () => {
  const post = { method: 'POST', url: '/?Action=x', payload: '{"a": 1}' } as const;
  for (const type of ['application/json', 'application/x-www-form-urlencoded', 'application/json; charset=utf-8', 'anything/else'])
    expect((await app.inject({ ...post, headers: { 'content-type': type } })).json()).toEqual({ method: 'POST', body: '{"a": 1}' });
  expect((await app.inject('/?Action=x')).json()).toEqual({ method: 'GET', body: null });
  expect((await app.inject('/')).body).toBe('console');
  expect((await app.inject('/?page=2')).body).toBe('console');
});

it('says of every other call to it that nothing is there, and leaves native routes to read their JSON', async () => {
  const headers = { 'content-type': 'application/json' };
  const other = await app.inject({ method: 'POST', url: '/', payload: '{}', headers });
  expect([other.statusCode, other.json().code]).toEqual([404, 'NOT_FOUND']);
  const large = await app.inject({ method: 'POST', url: '/?x=y', payload: 'x'.repeat(300_000), headers });
  expect([large.statusCode, large.headers['content-type']]).toEqual([413, 'application/problem+json']);
  const tencent = { ...headers, 'x-tc-action': 'DescribeCloudRecording' };
  const refused = await app.inject({ method: 'POST', url: '/', payload: 'x'.repeat(300_000), headers: tencent });
  expect([refused.statusCode, refused.json().Response.Error.Code]).toEqual([200, 'RequestSizeLimitExceeded']);
});
