import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestApi } from './test-api.ts';
import type { TestApi } from './test-api.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time for initdb

let api: TestApi;
const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
beforeAll(async () => {
  api = await startTestApi();
  await api.putFile('m/a.mp4', bytes);
  await api.putFile('m/b.mp4', bytes);
  await api.putFile('m/empty.mp4', Buffer.alloc(0));
  await api.putFile('hls/x.m3u8', Buffer.from('#EXTM3U\n'));
  await api.putFile('hls/parts/00001.m4s', bytes);
  await api.putFile('会议 "1".mp4', bytes);
});
afterAll(async () => await api.close());
const get = (url: string, headers: Record<string, string> = {}) => api.call('GET', url, undefined, { authorization: '', ...headers });

test('a recording lists its files with addresses that open without credentials', async () => {
  const id = await api.recorded('signed', { key: 'rec/one.mp4', bytes });
  const [file] = (await api.call('GET', `/v1/recordings/${id}`)).body['files'];
  const { pathname, origin } = new URL(file.url);
  expect(origin).toBe('http://localhost');
  const answer = await get(pathname);
  expect([answer.status, answer.headers['content-type'], answer.headers['content-length']]).toEqual([200, 'video/mp4', '1000']);
  expect(answer.bytes.equals(bytes)).toBe(true);
});

test('HEAD tells the size and sends nothing', async () => {
  const { status, headers, bytes: sent } = await api.call('HEAD', api.signed('m/a.mp4'));
  expect([status, headers['content-length'], headers['accept-ranges'], sent.length]).toEqual([200, '1000', 'bytes', 0]);
});

describe('Range', () => {
  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=10-19', 10, 19],
    ['bytes=990-', 990, 999],
    ['bytes=990-5000', 990, 999],
    ['bytes=-10', 990, 999],
    ['bytes=-5000', 0, 999],
  ])('%s', async (range, first, last) => {
    const answer = await get(api.signed('m/a.mp4'), { range });
    expect([answer.status, answer.headers['content-range']]).toEqual([206, `bytes ${first}-${last}/1000`]);
    expect(answer.bytes.equals(bytes.subarray(first, last + 1))).toBe(true);
  });

  test.each(['bytes=1000-', 'bytes=1000-1001', 'bytes=-0'])('%s cannot be satisfied', async (range) => {
    const answer = await get(api.signed('m/a.mp4'), { range });
    expect([answer.status, answer.body['code'], answer.headers['content-range']]).toEqual([416, 'RANGE_NOT_SATISFIABLE', 'bytes */1000']);
  });

  test.each(['bytes=5-2', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,5-6', ''])('%j is as no range', async (range) => {
    const answer = await get(api.signed('m/a.mp4'), { range });
    expect([answer.status, answer.bytes.length]).toEqual([200, 1000]);
  });

  test('If-Range of another file gives the whole file', async () => {
    const tag = String((await get(api.signed('m/a.mp4'))).headers['etag']);
    expect((await get(api.signed('m/a.mp4'), { range: 'bytes=0-0', 'if-range': tag })).status).toBe(206);
    expect((await get(api.signed('m/a.mp4'), { range: 'bytes=0-0', 'if-range': '"other"' })).status).toBe(200);
  });
});

test('download=1 saves under the name of the file, whatever its letters', async () => {
  expect((await get(api.signed('m/a.mp4'))).headers['content-disposition']).toBe('inline');
  const { headers } = await get(`${api.signed('会议 "1".mp4')}?download=1`);
  expect(headers['content-disposition']).toBe(`attachment; filename="__ _1_.mp4"; filename*=UTF-8''%E4%BC%9A%E8%AE%AE%20%221%22.mp4`);
});

test('disposition=attachment saves too, and what means nothing is refused', async () => {
  const { headers } = await get(`${api.signed('m/a.mp4')}?disposition=attachment`);
  expect(headers['content-disposition']).toBe(`attachment; filename="a.mp4"; filename*=UTF-8''a.mp4`);
  expect((await get(`${api.signed('m/a.mp4')}?disposition=inline`)).headers['content-disposition']).toBe('inline');
  for (const query of ['disposition=save', 'download=yes'])
    expect((await get(`${api.signed('m/a.mp4')}?${query}`)).body['field']).toBe(query.split('=')[0]);
});

test('addresses are good for an hour, or for as long as is asked', async () => {
  const id = await api.recorded('lives', { key: 'rec/lives.mp4', bytes });
  const expiresInS = async (query: string, path = ''): Promise<number> => {
    const { body } = await api.call('GET', `/v1/recordings/${id}${path}${query}`);
    const [file] = body['files'] ?? body['items'];
    const token = /\/files\/f([0-9a-z]+)\./.exec(file.url)?.[1] ?? '';
    return Math.round(Number.parseInt(token, 36) - Date.now() / 1000);
  };
  for (const [query, path, seconds] of [
    ['', '', 3600],
    ['?expiresInS=60', '', 60],
    ['?expiresInS=604800', '/files', 604_800],
  ] as const) {
    expect(await expiresInS(query, path)).toBeGreaterThan(seconds - 5);
    expect(await expiresInS(query, path)).toBeLessThanOrEqual(seconds);
  }
  const refused = await api.call('GET', `/v1/recordings/${id}?expiresInS=604801`);
  expect([refused.status, refused.body['field']]).toEqual([400, 'expiresInS']);
});

test('an empty file is served', async () => {
  const answer = await get(api.signed('m/empty.mp4'));
  expect([answer.status, answer.headers['content-length'], answer.bytes.length]).toEqual([200, '0', 0]);
});

test('the address of a playlist opens its parts by relative reference', async () => {
  const playlist = api.signed('hls/x.m3u8', undefined, 'folder');
  expect((await get(playlist)).headers['content-type']).toBe('application/vnd.apple.mpegurl');
  const part = new URL('parts/00001.m4s', `http://localhost${playlist}`).pathname;
  expect((await get(part)).bytes.equals(bytes)).toBe(true);
});

describe('what is not signed opens nothing', () => {
  const other = (from: string, to: string) => (): string => api.signed('m/a.mp4').replace(from, to);
  test.each<[string, () => string, number, string]>([
    ['another file', other('a.mp4', 'b.mp4'), 403, 'FILE_LINK_INVALID'],
    ['another signature', other('.', '.A'), 403, 'FILE_LINK_INVALID'],
    ['no signature', () => '/files/m/a.mp4', 403, 'FILE_LINK_INVALID'],
    ['nothing', () => '/files/', 403, 'FILE_LINK_INVALID'],
    ['going up', () => api.signed('hls/x.m3u8', undefined, 'folder').replace('x.m3u8', '../m/a.mp4'), 403, 'FILE_LINK_INVALID'],
    [
      'going up, encoded',
      () => api.signed('hls/x.m3u8', undefined, 'folder').replace('x.m3u8', '%2e%2e%2fm%2fa.mp4'),
      403,
      'FILE_LINK_INVALID',
    ],
    [
      'going up, encoded twice',
      () => api.signed('hls/x.m3u8', undefined, 'folder').replace('x.m3u8', '%252e%252e/m/a.mp4'),
      404,
      'NOT_FOUND',
    ],
    ['NUL', () => `${api.signed('m/a.mp4')}%00`, 403, 'FILE_LINK_INVALID'],
    ['expired', () => api.signed('m/a.mp4', Math.floor(Date.now() / 1000) - 1), 410, 'FILE_LINK_EXPIRED'],
    ['a file that is gone', () => api.signed('m/never.mp4'), 404, 'NOT_FOUND'],
  ])('%s', async (_what, url, status, code) => {
    const answer = await get(url());
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.bytes.includes(bytes)).toBe(false);
  });
});
