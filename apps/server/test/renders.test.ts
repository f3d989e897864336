import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Application, type Catalogue, openCatalogue, startEmbeddedPostgres } from '@tapedeck/catalogue';
import { createOutgoingGuard, openLocalStorage, openS3Storage, type Storage } from '@tapedeck/delivery';
import { type CreateRender, parseCreateRecording, parseCreateStorage, parseOutput, type Render } from '@tapedeck/protocol';
import { checkFile, type ExpectedPerson, writeSyntheticLog } from '@tapedeck/testkit';
import { Counter, Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../src/log/logger.ts';
import { paths } from '../src/recorder/paths.ts';
import { type Renderer, startRenderer } from '../src/renderer/renderer.ts';

const lengthS = 130;
const video = { width: 640, height: 180, fps: 10, bitrateKbps: 200 };
const watch = [0, 60, 120].map((fromS) => ({ fromMs: fromS * 1000, toMs: fromS * 1000 + 9_000 }));

describe('renders of a kept log', { timeout: 180_000 }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tapedeck-renders-'));
  const storage = openLocalStorage(paths.storage(dataDir));
  let close: () => Promise<void>;
  let catalogue: Catalogue;
  let application: Application;
  let recordingId: string;
  let people: readonly ExpectedPerson[];
  /** Where renders are delivered to. */
  let home: Storage = storage;
  const running: Renderer[] = [];

  beforeAll(async () => {
    const postgres = await startEmbeddedPostgres({ dataDir });
    catalogue = await openCatalogue({ url: postgres.url, masterKey: Buffer.alloc(32, 1) });
    close = async () => {
      await catalogue.close();
      await postgres.stop();
    };
    application = await catalogue.applications.ensureFirst('key', 'secret');
    const created = await catalogue.recordings.create(application.id, parseCreateRecording({ room: 'kept' }), null);
    recordingId = created.id;
    const claim = await catalogue.leases.claimNext('test', { expiryMs: 60_000 });
    await catalogue.leases.transition(claim!, 'recording', { startedAt: new Date() });
    for (const state of ['stopping', 'rendering', 'delivering', 'completed'] as const) await catalogue.leases.transition(claim!, state);
    const log = await writeSyntheticLog({
      dir: paths.recording(dataDir, recordingId),
      recordingId,
      durationS: lengthS,
      loopS: 10,
      participants: [
        { identity: 'ada', video: { width: 320, height: 180 } },
        { identity: 'bo', video: { width: 320, height: 180 } },
      ],
    });
    people = log.people;
  }, 120_000);

  afterAll(async () => {
    guard.close();
    await stopAll();
    await close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const guard = createOutgoingGuard(['127.0.0.0/8']);
  /** A bucket whose server is not there. */
  const away = openS3Storage(
    parseCreateStorage({ name: 'away', endpoint: 'http://127.0.0.1:9', bucket: 'calls', accessKeyId: 'a', secretAccessKey: 'b' }),
    guard,
  );

  /** A renderer process's work, as one of several nodes. */
  const startOne = async (concurrency: number, place = 'here', dir = dataDir, giveUpMs = 86_400_000): Promise<Renderer> => {
    const renders = new Counter({ name: 'renders', help: '-', labelNames: ['outcome'], registers: [new Registry()] });
    const owner = `renderer-${running.length}`;
    const log = createLogger('renderer', 'error');
    const renderer = await startRenderer({
      dataDir: dir,
      place,
      owner,
      concurrency,
      catalogue,
      storages: { find: async () => home, settings: async () => null },
      retry: { firstMs: 200, longestMs: 1000, giveUpMs },
      pictures: { guard, dir: null },
      log,
      metrics: { renders },
    });
    running.push(renderer);
    return renderer;
  };
  const ask = (change: Partial<CreateRender> = {}): Promise<Render> => {
    const request = { output: parseOutput({ type: 'composite', video }), range: null, people: null, keepsLayout: false, ...change };
    return catalogue.renders.create(application.id, recordingId, request, null);
  };
  const short = { range: { fromMs: 0, toMs: 2000 } };
  /** Stops every renderer: the next one has all to itself. */
  const stopAll = async (): Promise<void> => void (await Promise.all(running.splice(0).map((renderer) => renderer.stop())));
  const seen = async ({ id }: Render): Promise<Render> => (await catalogue.renders.get(application.id, recordingId, id))!;
  const workers = (): number[] => workersIn(dataDir);
  const jobDir = ({ id }: Render): string => paths.laterRender(dataDir, recordingId, id);

  it('are made in shares by all renderers at once, and nothing shows where the shares meet', async () => {
    // The first one has another disk, without the log: it leaves everything to the others.
    await startOne(1, 'there', join(dataDir, 'other-node'));
    await Promise.all([startOne(1), startOne(1)]);
    const render = await ask();
    const together = await vi.waitUntil(() => (workers().length === 2 ? workers() : null), { timeout: 60_000, interval: 20 });
    process.kill(together[0]!, 'SIGKILL'); // goes on where it was
    const progress: number[] = [];
    const done = await vi.waitUntil(
      async () => {
        const now = await seen(render);
        progress.push(now.progress);
        return now.state === 'completed' || now.state === 'failed' ? now : null;
      },
      { timeout: 150_000, interval: 200 },
    );
    expect(done).toMatchObject({ state: 'completed', progress: 1, error: null });
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.some((value) => value > 0 && value < 1)).toBe(true);
    await vi.waitUntil(() => !existsSync(jobDir(render)), { timeout: 10_000 });
    const [file] = done.files;
    expect(file).toMatchObject({ format: 'mp4', durationMs: lengthS * 1000, width: 640, height: 180 });
    const half = { y: 0, width: 320, height: 180 };
    const tiles = [
      { identity: 'ada', x: 0, ...half },
      { identity: 'bo', x: 320, ...half },
    ];
    const path = join(paths.storage(dataDir), file?.key ?? '');
    const report = await checkFile(path, { type: 'composite', people, tiles, durationMs: lengthS * 1000, watch });
    expect(report.problems).toEqual([]);
    expect(report.longestPictureGapMs).toBeCloseTo(100, 0);
  });

  it('hold some of the people and a part of the time', async () => {
    const range = { fromMs: 20_000, toMs: 28_000 };
    const render = await ask({ range, people: { allow: ['*'], deny: ['ada'] } });
    const done = await vi.waitUntil(async () => ((await seen(render)).state === 'completed' ? seen(render) : null), { timeout: 60_000 });
    expect(done.files[0]).toMatchObject({ startMs: 20_000, durationMs: 8000 });
    const bo = people.filter(({ identity }) => identity === 'bo');
    const tiles = [{ identity: 'bo', x: 160, y: 0, width: 320, height: 180 }];
    const path = join(paths.storage(dataDir), done.files[0]?.key ?? '');
    const report = await checkFile(path, { type: 'composite', people: bo, tiles, startMs: 20_000, durationMs: 8000 });
    expect(report.problems).toEqual([]);
  });

  it('end at once when they are cancelled, and leave nothing', async () => {
    const render = await ask();
    await vi.waitUntil(() => workers().length > 0, { timeout: 60_000, interval: 20 });
    await catalogue.renders.cancel(application.id, recordingId, render.id);
    await vi.waitUntil(() => workers().length === 0 && !existsSync(jobDir(render)), { timeout: 10_000, interval: 50 });
    expect(await seen(render)).toMatchObject({ state: 'failed', error: { code: 'RENDER_CANCELLED', fault: 'caller' }, files: [] });
  });

  it('fail with the reason when there is nothing in the range', async () => {
    const render = await ask({ range: { fromMs: 3_600_000, toMs: null } });
    const failed = await vi.waitUntil(async () => ((await seen(render)).state === 'failed' ? seen(render) : null), { timeout: 30_000 });
    expect(failed.error).toMatchObject({ code: 'RENDER_PLAN', fault: 'caller', detail: expect.stringContaining('130000 ms') });
  });

  it('keep no others from being made while they wait for their storage, and are delivered once it is there', async () => {
    await stopAll();
    home = away;
    await startOne(1);
    const first = await ask(short);
    const second = await ask(short); // the only slot takes it up after the first one, or never
    await vi.waitUntil(async () => (await seen(second)).state === 'rendering', { timeout: 60_000, interval: 50 });
    expect((await seen(first)).state).toBe('rendering');
    home = storage;
    for (const render of [first, second])
      await vi.waitUntil(async () => (await seen(render)).state === 'completed', { timeout: 60_000, interval: 50 });
  });

  it('fail with the reason of a storage that refused for as long as it may', async () => {
    await stopAll();
    home = away;
    await startOne(1, 'here', dataDir, 0);
    const render = await ask(short);
    const failed = await vi.waitUntil(async () => ((await seen(render)).state === 'failed' ? seen(render) : null), { timeout: 60_000 });
    expect(failed.error).toMatchObject({ code: 'STORAGE_UNAVAILABLE', fault: 'destination', detail: expect.stringContaining('away') });
  });
});

/** Render workers at work below a data directory. */
function workersIn(dataDir: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes('render/src/worker.ts') && command.includes(dataDir);
      } catch {
        return false; // it ended while we looked
      }
    });
}
