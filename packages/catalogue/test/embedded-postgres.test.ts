import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startEmbeddedPostgres } from '../src/index.ts';
import type { EmbeddedPostgres } from '../src/index.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }); // a loaded machine takes its time for initdb

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tapedeck-postgres-'));
});
afterEach(async () => {
  for (const one of started.splice(0)) one.detach();
  await (await startEmbeddedPostgres({ dataDir })).stop();
  await rm(dataDir, { recursive: true });
});

const started: EmbeddedPostgres[] = [];
async function start(options: { dataDir: string }): Promise<EmbeddedPostgres> {
  const one = await startEmbeddedPostgres(options);
  started.push(one);
  return one;
}

async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
/** A server that ended but was not reaped yet has no command line any more. */
const isAlive = async (pid: number): Promise<boolean> => (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')) !== '';
const cluster = (): string => join(dataDir, 'postgres', 'cluster');

test('listens on loopback only, wants its password, and keeps that for itself', async () => {
  const postgres = await start({ dataDir });
  const [row] = await ask(
    postgres.url,
    `select current_setting('listen_addresses') a, current_setting('unix_socket_directories') s, version() v`,
  );
  expect(row).toMatchObject({ a: '127.0.0.1', s: '', v: expect.stringContaining('PostgreSQL 18') });
  await expect(ask(postgres.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(/password authentication failed/);
  expect((await stat(join(dataDir, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
  expect((await stat(cluster())).mode & 0o777).toBe(0o700);
  expect(await readFile(`/proc/${postgres.pid}/cmdline`, 'utf8')).not.toContain(new URL(postgres.url).password);
});

test('outlives a starter that is killed, and is adopted with its data', async () => {
  const starter = fork(join(import.meta.dirname, 'start-postgres.ts'), [dataDir], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [{ url, pid }] = (await once(starter, 'message')) as [{ url: string; pid: number }];
  await ask(url, 'create table kept (x int); insert into kept values (42)');
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  const adopted = await start({ dataDir });
  expect([adopted.isAdopted, adopted.pid, adopted.url]).toEqual([true, pid, url]);
  expect(await ask(adopted.url, 'select x from kept')).toEqual([{ x: 42 }]);
  await adopted.stop();
  await adopted.stop();
  expect(await isAlive(pid)).toBe(false);
});

test('killed with its data unwritten it recovers at the next start, on the same port', async () => {
  const first = await start({ dataDir });
  first.detach(); // as if this process were gone too
  await ask(first.url, 'create table kept (x int); insert into kept select generate_series(1, 1000)');
  process.kill(first.pid, 'SIGKILL');
  while (await isAlive(first.pid));
  const second = await start({ dataDir });
  expect([second.isAdopted, second.url]).toEqual([false, first.url]);
  expect(await ask(second.url, 'select count(*)::int n from kept')).toEqual([{ n: 1000 }]);
});

test('a stale pid file is no hindrance, whoever has its number now', async () => {
  const first = await start({ dataDir });
  const lines = (await readFile(join(cluster(), 'postmaster.pid'), 'utf8')).split('\n');
  await first.stop();
  for (const pid of [process.pid, 4_000_000]) {
    await writeFile(join(cluster(), 'postmaster.pid'), [pid, ...lines.slice(1)].join('\n'));
    const next = await start({ dataDir });
    expect(next.isAdopted).toBe(false);
    expect(await ask(next.url, 'select 1 one')).toEqual([{ one: 1 }]);
    await next.stop();
  }
});

test('five that start it at once share one server', async () => {
  const all = await Promise.all(Array.from({ length: 5 }, () => start({ dataDir })));
  expect(new Set(all.map(({ url }) => url)).size).toBe(1);
  expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
  all.forEach((one) => one.detach());
  expect((await readdir(join(dataDir, 'postgres'))).filter((name) => name.startsWith('cluster.'))).toEqual([]);
});

test('a half-made cluster of a killed first start is not used', async () => {
  await mkdir(join(dataDir, 'postgres', 'cluster.123', 'base'), { recursive: true });
  await mkdir(cluster());
  const postgres = await start({ dataDir });
  expect(await ask(postgres.url, 'select 1 one')).toEqual([{ one: 1 }]);
});

test('when another program has its port by now it takes a new one', async () => {
  const first = await start({ dataDir });
  await first.stop();
  const { port } = new URL(first.url);
  const other = createServer().listen(Number(port), '127.0.0.1');
  await once(other, 'listening');
  const second = await start({ dataDir });
  expect(new URL(second.url).port).not.toBe(port);
  expect(await ask(second.url, 'select 1 one')).toEqual([{ one: 1 }]);
  other.close();
});

test('a data folder closed to others is used all the same', async () => {
  const closed = join(dataDir, 'closed');
  await mkdir(join(closed, 'data'), { recursive: true });
  await chmod(closed, 0o700);
  const postgres = await start({ dataDir: join(closed, 'data') });
  expect(await ask(postgres.url, 'select 1 one')).toEqual([{ one: 1 }]);
  await postgres.stop();
});
