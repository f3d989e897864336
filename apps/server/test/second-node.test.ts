import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@tapedeck/catalogue';
import { type LiveKitServer, startLiveKitServer } from '@tapedeck/livekit';
import { isTerminal } from '@tapedeck/protocol';
import { type LightPublisher, requirement } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { verifyEvidence } from '../src/evidence/verify-evidence.ts';
import { epochDirs, hasPackets } from '../src/recorder/epoch-start.ts';
import { captureGapsMs } from './support/capture-gaps.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { descendants } from './support/process-tree.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';

const livekit = requirement('livekit');
const small = { type: 'composite', video: { width: 320, height: 180, fps: 15 } } as const;
/** Longer than a lease lives without a heartbeat. */
const outageMs = 6_500;
/** What nodes share over a network file system: logs, renders and files. */
const shared = ['recordings', 'renders', 'storage'];

describe.skipIf(livekit === null)('two nodes on one PostgreSQL, one LiveKit and shared recordings', { timeout: 120_000 }, () => {
  const root = makeDataDir();
  const dirs: string[] = [];
  let postgres: EmbeddedPostgres;
  let sfu: LiveKitServer;
  let nodes: ServerProcess[] = [];
  let people: readonly LightPublisher[];

  const startPostgres = async (port?: number): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir: join(root, 'postgres'), ...(port !== undefined && { port }) });
  const startNode = async (): Promise<ServerProcess> => {
    const dir = makeDataDir();
    mkdirSync(join(dir, 'data'));
    for (const name of shared) symlinkSync(join(root, 'shared', name), join(dir, 'data', name));
    const [first] = dirs;
    if (first !== undefined) copyFileSync(join(first, 'data', 'master.key'), join(dir, 'data', 'master.key'));
    dirs.push(dir);
    return startServerProcess(dir, {
      ...{ TAPEDECK_DATABASE_URL: postgres.url, TAPEDECK_LIVEKIT_URL: sfu.url },
      ...{ TAPEDECK_LIVEKIT_KEY: testPair.key, TAPEDECK_LIVEKIT_SECRET: testPair.secret },
    });
  };

  beforeAll(async () => {
    for (const name of shared) mkdirSync(join(root, 'shared', name), { recursive: true });
    const keys = [{ key: testPair.key, secret: testPair.secret }];
    [postgres, sfu] = await Promise.all([
      startPostgres(),
      startLiveKitServer({ binary: livekit ?? '', dataDir: join(root, 'livekit'), keys, nodeIp: '127.0.0.1' }),
    ]);
    nodes = [await startNode()];
    people = await bringPeople(nodes[0] as ServerProcess, 'shared', ['ada']);
  }, 60_000);
  afterAll(async () => {
    await sendHome(people);
    for (const [index, dir] of dirs.entries()) await cleanUp(dir, nodes[index] ?? null);
    await Promise.all([sfu.stop(), postgres.stop()]);
    await cleanUp(root, null);
  });

  const logOf = (id: string): string => join(root, 'shared', 'recordings', id);
  const newestEpoch = (id: string): number => Number(basename(epochDirs(logOf(id)).findLast(hasPackets) ?? 'e0').slice(1));

  it('a dead node is taken over within 10 s, after an outage of the database in which nobody took anything from the living', async () => {
    const [first] = nodes as [ServerProcess];
    const { id } = await first.api.create({ room: 'shared', outputs: [small] });
    const { startedAt } = await waitForRecording(first.api, id, ({ state }) => state === 'recording');
    const second = await startNode();
    nodes.push(second);

    const port = Number(new URL(postgres.url).port);
    await postgres.stop();
    await delay(outageMs);
    postgres = await startPostgres(port);
    await expect.poll(() => fetch(`${second.url}/readyz`).then(({ status }) => status), { timeout: 20_000 }).toBe(200);
    await expect.poll(() => fetch(`${first.url}/readyz`).then(({ status }) => status), { timeout: 20_000 }).toBe(200);
    await delay(outageMs); // until after the time in which leases are left alone
    expect(newestEpoch(id)).toBe(1);

    const killedMs = performance.now();
    for (const pid of [first.pid, ...descendants(first.pid, '')]) process.kill(pid, 'SIGKILL');
    await expect.poll(() => newestEpoch(id), { timeout: 20_000, interval: 20 }).toBe(2);
    const tookMs = performance.now() - killedMs;
    console.log(`a dead node: the next packet was on disk ${Math.round(tookMs)} ms later`);
    expect(tookMs).toBeLessThan(10_000);

    await second.api.stop(id);
    const recording = await waitForRecording(second.api, id, ({ state }) => isTerminal(state));
    expect(recording, JSON.stringify(recording.error)).toMatchObject({ state: 'completed', startedAt, endReason: 'stopped' });
    const elapsedMs = Date.parse(recording.endedAt ?? '') - Date.parse(startedAt ?? '');
    expect(recording.files).toHaveLength(1);
    expect(recording.files[0]?.durationMs).toBeGreaterThan(elapsedMs - 1_000);
    expect((await captureGapsMs(logOf(id))).map(({ epoch }) => epoch)).toEqual([2]);
    expect((await verifyEvidence(logOf(id), null))?.findings).toEqual([]);
    expect(execFileSync('ls', [join(root, 'shared', 'storage', 'default', id)]).toString()).toContain('composite.mp4');
  });
});
