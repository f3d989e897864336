import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeFile, requirement } from '@tapedeck/testkit';
import { describe, expect, it } from 'vitest';
import { bringPeople, sendHome } from './support/people.ts';
import { testPair } from './support/server-process.ts';
import { useServer } from './support/use-server.ts';

const livekit = requirement('livekit');
const entry = fileURLToPath(new URL('../bin/tapedeck.mjs', import.meta.url));

describe.skipIf(livekit === null)('tapedeck record ROOM', { timeout: 60_000 }, () => {
  const server = useServer();

  const start = (program: string, args: readonly string[]): { child: ChildProcess; seen: { out: string; err: string } } => {
    const env = { TAPEDECK_DATA_DIR: join(server.dataDir, 'data'), TAPEDECK_KEY: testPair.key, TAPEDECK_SECRET: testPair.secret };
    const child = spawn(program, args, { cwd: server.dataDir, env: { ...process.env, ...env }, stdio: 'pipe' });
    const seen = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (seen.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (seen.err += text));
    return { child, seen };
  };
  const playable = async (path: string): Promise<number> =>
    (await decodeFile(path, { picture: () => undefined, sound: () => undefined })).durationMs;

  it('on a terminal shows one line of progress; Ctrl-C there stops the recording and waits for the file', async () => {
    const people = await bringPeople(server, 'terminal', ['ada', 'bo']);
    const words = [process.execPath, entry, 'record', 'terminal', '--out', join(server.dataDir, 'out')].map((word) => `'${word}'`);
    const command = `exec ${words.join(' ')}`; // a shell in between would take Ctrl-C for its own end
    const { child, seen } = start('script', ['-qec', command, '/dev/null']);
    await expect.poll(() => seen.out, { timeout: 20_000 }).toMatch(/\r.*recording 00:00:0[1-9] · 2 in the room · Ctrl-C stops/);
    child.stdin?.write('\x03');
    const [code] = (await once(child, 'close')) as [number | null];
    await sendHome(people);
    expect(code, seen.out).toBe(0);
    const [path = ''] = /^\/.*\.mp4$/m.exec(seen.out.replaceAll('\r', '')) ?? [];
    expect(path).toContain(join(server.dataDir, 'out'));
    expect(existsSync(path)).toBe(true);
    expect(await playable(path)).toBeGreaterThan(500);
  });

  it('without a terminal tells each change of state on standard error and nothing but the file on standard output', async () => {
    const people = await bringPeople(server, 'pipe', ['ada']);
    const { child, seen } = start(process.execPath, [entry, 'record', 'pipe']);
    await expect.poll(() => seen.err, { timeout: 20_000 }).toContain('recording');
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number | null];
    await sendHome(people);
    expect(code, seen.err).toBe(0);
    const states = seen.err.trim().split('\n');
    expect(states.slice(-1)).toEqual(['completed']);
    expect(new Set(states).size).toBe(states.length);
    expect(seen.out.trim().split('\n')).toHaveLength(1);
    expect(await playable(seen.out.trim())).toBeGreaterThan(0);
  });
});
