import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOutgoingGuard } from '@tapedeck/delivery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LayoutPictures, namesPictures } from './layout-pictures.ts';

const png = Buffer.concat([Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), Buffer.from('rest')]);
const root = mkdtempSync(join(tmpdir(), 'tapedeck-pictures-'));
const open = createOutgoingGuard(['127.0.0.1']);
const closed = createOutgoingGuard([]);
let web: Server;
let url: string;
const asked: string[] = [];

beforeAll(async () => {
  web = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    if (path === '/again') response.writeHead(302, { location: '/again' }).end();
    else if (path.startsWith('/moved')) response.writeHead(301, { location: '/a.png' }).end();
    else if (path === '/page') response.end('<html>');
    else if (path === '/huge') response.end(Buffer.alloc(11 * 1024 * 1024));
    else if (path.endsWith('.png')) response.end(png);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(web, 'listening');
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  mkdirSync(join(root, 'logos'));
  writeFileSync(join(root, 'logos', 'logo.png'), png);
  writeFileSync(join(root, 'secret.png'), png);
  symlinkSync(join(root, 'secret.png'), join(root, 'logos', 'link.png'));
});
afterAll(() => {
  web.closeAllConnections();
  web.close();
  open.close();
  closed.close();
  rmSync(root, { recursive: true, force: true });
});

const layout = (...urls: string[]) => ({ name: 'grid', options: { watermarks: urls.map((each) => ({ type: 'image', url: each, x: 0 })) } });
const filesOf = (kept: unknown): (string | null)[] =>
  (kept as { options: { watermarks: { file: string | null }[] } }).options.watermarks.map(({ file }) => file);
let count = 0;
const folder = (guard = open, dir: string | null = join(root, 'logos')): LayoutPictures =>
  new LayoutPictures(join(root, `rec${count++}`), { guard, dir });

describe('pictures of a layout', () => {
  it('are kept by their SHA-256, fetched once, also for whoever comes later', async () => {
    const dir = join(root, 'kept');
    const pictures = new LayoutPictures(dir, { guard: open, dir: null });
    const wanted = layout(`${url}/a.png`, `${url}/moved?token=secret`, `data:image/png;base64,${png.toString('base64')}`);
    expect((await pictures.known(wanted)).missing).toHaveLength(3);
    const kept = await pictures.keep(wanted);
    expect(kept.missing).toEqual([]);
    expect(new Set(filesOf(kept.layout)).size).toBe(1);
    expect(filesOf(kept.layout)[0]).toMatch(/^images\/[0-9a-f]{64}\.png$/);
    expect(JSON.stringify(kept.layout)).not.toContain('secret');
    expect(readFileSync(join(dir, filesOf(kept.layout)[0] ?? ''))).toEqual(png);
    expect(readdirSync(join(dir, 'images')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const before = asked.length;
    const later = new LayoutPictures(dir, { guard: closed, dir: null });
    expect((await later.known(wanted)).layout).toEqual(kept.layout);
    expect((await later.keep(wanted)).missing).toEqual([]);
    expect(asked).toHaveLength(before);
  });

  it.each([
    ['/gone.gif', /404/],
    ['/page', /neither PNG/],
    ['/huge', /longer than/],
    ['/again', /more than 3 times/],
  ])('that cannot be had are named with the reason: %s', async (path, reason) => {
    const kept = await folder().keep(layout(`${url}${path}`, `${url}/a.png`));
    expect(kept.missing).toEqual([{ url: `${url}${path}`, detail: expect.stringMatching(reason) as string }]);
    expect(filesOf(kept.layout)).toEqual([null, expect.stringMatching(/^images/) as string]);
  });

  it('in private networks are left alone unless allowed', async () => {
    const before = asked.length;
    const kept = await folder(closed).keep(layout(`${url}/a.png`));
    expect(kept.missing[0]?.detail).toMatch(/private network/);
    expect(asked).toHaveLength(before);
  });

  it('on this machine come out of the configured folder and nowhere else', async () => {
    expect((await folder().keep(layout('file:logo.png'))).missing).toEqual([]);
    for (const name of ['file:../secret.png', 'file:%2e%2e%2fsecret.png', 'file:link.png', 'file:none.png'])
      expect((await folder().keep(layout(name))).missing.map((missing) => missing.url)).toEqual([name]);
    expect((await folder(open, null).keep(layout('file:logo.png'))).missing[0]?.detail).toMatch(/pictures\.dir/);
  });

  it('are not looked for where there are none', () => {
    expect(namesPictures({ name: 'grid', options: { background: { color: '#000000' } } })).toBe(false);
    expect(namesPictures(layout('https://x/y.png'))).toBe(true);
  });
});
