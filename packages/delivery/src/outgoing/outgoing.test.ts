import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OutgoingAddressError, OutgoingRequestError } from '../errors.ts';
import { addressKind } from './address-kind.ts';
import { createOutgoingGuard, isAllowEntry, type OutgoingGuard } from './outgoing-guard.ts';
import { sendRequest } from './send-request.ts';

let server: Server;
let port: number;
const guards: OutgoingGuard[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    else if (request.url === '/never') return;
    else response.end('x'.repeat(1000));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  for (const guard of guards) guard.close();
  server.closeAllConnections();
  server.close();
});

const open = (...allow: string[]): OutgoingGuard => {
  const guard = createOutgoingGuard(allow);
  guards.push(guard);
  return guard;
};
const get = { method: 'GET', timeoutMs: 2_000, maxBytes: 10_000 } as const;

describe('addresses', () => {
  it.each([
    ...[
      '127.0.0.1',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '0.0.0.0',
      '169.254.0.9',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
    ],
    ...[
      'fe80::1',
      'fe80::1%eth0',
      'fd12::1',
      'ff02::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '64:ff9b::a00:1',
      '2002:7f00:1::',
      '2001:db8::1',
    ],
  ])('%s is private', (address) => expect(addressKind(address)).toBe('private'));
  it.each(['169.254.169.254', '::ffff:169.254.169.254', '100.100.100.200', 'fd00:ec2::254'])('%s is metadata', (address) =>
    expect(addressKind(address)).toBe('metadata'),
  );
  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])('%s is public', (address) =>
    expect(addressKind(address)).toBe('public'),
  );
  it('may be allowed by name, address, network or wildcard, and nothing else', () => {
    for (const entry of ['*', 'minio', '*.lan', '10.0.0.0/8', '::1', 'fd00::/8']) expect(isAllowEntry(entry)).toBe(true);
    for (const entry of ['', '10.0.0.0/99', '300.1.1.1', 'http://x', '*.', 'a b']) expect(isAllowEntry(entry)).toBe(false);
  });
});

describe('the outgoing guard', () => {
  it.each([
    'http://127.0.0.1:9/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://localhost/',
    'http://169.254.169.254/latest',
    'ftp://8.8.8.8/',
    'file:///etc/passwd',
    'http://user:word@8.8.8.8/',
    'nothing',
  ])('refuses %s', async (url) => {
    await expect(open().check(url, 'url')).rejects.toBeInstanceOf(OutgoingAddressError);
    await expect(open().check(url, 'url')).rejects.toMatchObject({ field: 'url' });
  });

  it('checks every connection of its agents, not only what was asked before', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const { httpAgent } = open();
      const { request } = await import('node:http');
      const sent = request({ host, port, agent: httpAgent });
      const [error] = (await once(sent.end(), 'error')) as [Error];
      expect(error).toBeInstanceOf(OutgoingAddressError);
    }
  });

  it.each(['127.0.0.1', '127.0.0.0/8', '*'])('lets %s through when allowed', async (entry) => {
    const answer = await sendRequest(open(entry), { ...get, url: `http://127.0.0.1:${port}/` });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body.length).toBe(1000);
  });

  it('lets an allowed name through, but never to metadata by a wildcard', async () => {
    const guard = open('localhost', '*');
    expect((await sendRequest(guard, { ...get, url: `http://localhost:${port}/` })).status).toBe(200);
    await expect(guard.check('http://169.254.169.254/')).rejects.toBeInstanceOf(OutgoingAddressError);
    expect((await open('169.254.169.254').check('http://169.254.169.254/')).host).toBe('169.254.169.254');
  });
});

describe('a request', () => {
  it('does not follow redirects', async () => {
    const answer = await sendRequest(open('*'), { ...get, url: `http://127.0.0.1:${port}/moved` });
    expect(answer.status).toBe(302);
  });

  it('ends with its time, and refuses or cuts what is too long', async () => {
    const url = `http://127.0.0.1:${port}`;
    await expect(sendRequest(open('*'), { ...get, url: `${url}/never`, timeoutMs: 50 })).rejects.toThrow(/no answer within 50 ms/);
    await expect(sendRequest(open('*'), { ...get, url, maxBytes: 10 })).rejects.toBeInstanceOf(OutgoingRequestError);
    expect((await sendRequest(open('*'), { ...get, url, maxBytes: 10, excess: 'cut' })).body.toString()).toBe('xxxxxxxxxx');
  });
});
