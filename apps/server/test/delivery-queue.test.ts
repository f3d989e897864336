import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Catalogue, type Claim, type EmbeddedPostgres, openCatalogue, startEmbeddedPostgres } from '@tapedeck/catalogue';
import { type DialectOrigin, parseCreateRecording, parseCreateStorage } from '@tapedeck/protocol';
import { type FaultProxy, requirement, type S3Server, startFaultProxy, startS3Server } from '@tapedeck/testkit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load-config.ts';
import { openRecordingDelivery } from '../src/delivery/recording-delivery.ts';
import { sweep } from '../src/delivery/retention-job.ts';
import { createLogger } from '../src/log/logger.ts';
import { createCatalogueWrites } from '../src/recorder/catalogue-writes.ts';
import { paths } from '../src/recorder/paths.ts';
import { createRecorderMetrics } from '../src/recorder/recorder-metrics.ts';
import { startRecordingRun } from '../src/recorder/recording-run.ts';
import type { RecorderContext } from '../src/recorder/recorder-context.ts';
import { openStorages, type Storages } from '../src/storages/open-storages.ts';
import type { Runtime } from '../src/supervisor/messages.ts';

const s3 = requirement('s3');
const log = createLogger('test', 'silent');
const masterKey = Buffer.alloc(32, 7);

describe.skipIf(s3 === null)('the queue of deliveries', { timeout: 60_000 }, () => {
  let dataDir: string;
  let postgres: EmbeddedPostgres;
  let catalogue: Catalogue;
  let bucket: S3Server;
  let proxy: FaultProxy;
  let storages: Storages;
  let context: RecorderContext;
  let applicationId: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tapedeck-queue-'));
    postgres = await startEmbeddedPostgres({ dataDir });
    catalogue = await openCatalogue({ url: postgres.url, masterKey });
    applicationId = (await catalogue.applications.ensureFirst('key', 'secret-secret')).id;
    bucket = await startS3Server(s3 ?? '');
    bucket.makeBucket('calls');
    proxy = await startFaultProxy(bucket.port);
    const config = loadConfig({ env: { TAPEDECK_OUTGOING_ALLOW_PRIVATE: '127.0.0.1', TAPEDECK_DATA_DIR: dataDir } });
    const runtime = { config } as Runtime; // what deliveries look at
    storages = openStorages(runtime, catalogue);
    context = { runtime, catalogue, storages } as RecorderContext;
    const { accessKeyId, secretAccessKey } = bucket;
    const settings = { name: 'archive', preset: 'minio', endpoint: proxy.endpoint, bucket: 'calls', accessKeyId, secretAccessKey };
    await catalogue.storages.create(applicationId, parseCreateStorage({ ...settings, retentionDays: 1 }), null);
  }, 120_000);
  afterAll(async () => {
    storages.close();
    await catalogue.close();
    await proxy.close();
    await bucket.close();
    await postgres.stop();
    await rm(dataDir, { recursive: true });
  });

  const sql = async (text: string): Promise<void> => {
    const client = new pg.Client(postgres.url);
    await client.connect();
    await client.query(text);
    await client.end();
  };
  const rendered = async (origin: DialectOrigin | null = null): Promise<Claim> => {
    const request = parseCreateRecording({ room: 'r', storage: 'archive' });
    const { id } =
      origin === null
        ? await catalogue.recordings.create(applicationId, request, null)
        : (await catalogue.dialects.create(applicationId, { ...request, prefix: 'calls/' }, origin)).task.recording;
    const claim = await catalogue.leases.claimNext('one', { expiryMs: 60_000 });
    if (claim?.recordingId !== id) throw new Error('claimed another');
    for (const state of ['recording', 'stopping', 'rendering', 'delivering'] as const)
      await catalogue.leases.transition(claim, state, { startedAt: new Date(), endedAt: new Date() });
    const outDir = paths.render(dataDir, id, '0');
    mkdirSync(outDir, { recursive: true });
    const facts = { type: 'composite', participant: null, source: null, startMs: 0, durationMs: 1, width: null, height: null };
    const file = { key: 'composite', state: 'complete', format: 'mp4', path: 'composite.mp4', parts: [], sizeBytes: 9, ...facts };
    writeFileSync(join(outDir, 'files.jsonl'), `${JSON.stringify({ ...file, videoCodec: 'h264', audioCodec: null })}\n`);
    writeFileSync(join(outDir, 'composite.mp4'), 'some film');
    return claim;
  };
  /** One recorder's work on a claim, to its end. */
  const work = async (claim: Claim): Promise<'delivered' | 'parked'> => {
    const { signal } = new AbortController();
    const writes = createCatalogueWrites(log, signal);
    const delivery = openRecordingDelivery({ claim, context, writes, log, signal });
    const outcome = await delivery.finish([0]);
    await writes.settled();
    return outcome;
  };
  const failedBefore = { attempts: 4, failures: 4, failingSince: new Date().toISOString(), lastError: null, nextAttemptAt: null };

  it('outlives an outage of hours: nothing is lost, the last error is shown all along, and then all is delivered, verified', async () => {
    const first = await rendered();
    proxy.fault = () => ({ kind: 'answer', status: 403, code: 'AccessDenied' });
    await catalogue.leases.park(first, failedBefore, 0);
    let attempts = 0;
    for (; attempts < 20; attempts++) {
      const claim = await catalogue.leases.claimNext(`recorder ${attempts}`, { expiryMs: 60_000 });
      if (claim === null) throw new Error('nobody may try again');
      expect(await work(claim)).toBe('parked');
      expect(await catalogue.leases.claimNext('too early', { expiryMs: 60_000 })).toBeNull();
      const recording = await catalogue.recordings.get(applicationId, first.recordingId);
      expect(recording).toMatchObject({ state: 'delivering', error: null, files: [] });
      expect(recording?.delivery).toMatchObject({ attempts: attempts + 5, lastError: { code: 'STORAGE_DENIED', fault: 'destination' } });
      await sql(`update tapedeck.recordings set next_attempt_at = next_attempt_at - interval '5 minutes'`); // the clock goes on
    }
    proxy.fault = () => null;
    const claim = await catalogue.leases.claimNext('last', { expiryMs: 60_000 });
    expect(await work(claim as Claim)).toBe('delivered');
    const recording = await catalogue.recordings.get(applicationId, first.recordingId);
    expect(recording).toMatchObject({ files: [{ storage: 'archive', sizeBytes: 9 }], delivery: { attempts: 24, lastError: null } });
    expect(readFileSync(join(bucket.folder, 'calls', recording?.files[0]?.key ?? ''), 'utf8')).toBe('some film');
    await catalogue.leases.transition(claim as Claim, 'completed');
  });

  it('is given up after its time: the recording has failed, and nothing is listed as growing any more', async () => {
    const first = await rendered();
    const media = { participant: null, source: null, width: null, height: null, videoCodec: 'h264', audioCodec: null, sha256: null };
    const place = { key: 'live.m3u8', storage: 'archive', storagePath: 'live.m3u8', startMs: 0, durationMs: 2_000, sizeBytes: 1 };
    await catalogue.leases.file(first, { ...media, ...place, type: 'composite', format: 'hls', state: 'growing' });
    const failingSince = new Date(Date.now() - 15 * 86_400_000).toISOString();
    await catalogue.leases.park(first, { ...failedBefore, failingSince }, 0);
    proxy.fault = () => ({ kind: 'answer', status: 403, code: 'AccessDenied' });
    const claim = await catalogue.leases.claimNext('gives up', { expiryMs: 60_000 });
    const metrics = createRecorderMetrics();
    await startRecordingRun(claim as Claim, { ...context, log, metrics }).ended;
    proxy.fault = () => null;
    const recording = await catalogue.recordings.get(applicationId, first.recordingId);
    expect(recording).toMatchObject({ state: 'failed', error: { code: 'STORAGE_DENIED', fault: 'destination' }, files: [] });
  });

  it('is left to the node that has the files, and the log, by every other one', async () => {
    const away = await mkdtemp(join(tmpdir(), 'tapedeck-away-'));
    const config = { ...context.runtime.config, dataDir: away };
    const another = { ...context, runtime: { ...context.runtime, config }, log, metrics: createRecorderMetrics() };
    const files = await rendered();
    const kept = await catalogue.recordings.create(applicationId, parseCreateRecording({ room: 'r' }), null);
    const logged = (await catalogue.leases.claimNext('one', { expiryMs: 60_000 })) as Claim;
    expect(logged.recordingId).toBe(kept.id);
    for (const state of ['recording', 'stopping', 'rendering'] as const)
      await catalogue.leases.transition(logged, state, { startedAt: new Date(), endedAt: new Date() });
    for (const [claim, state] of [
      [files, 'delivering'],
      [logged, 'rendering'],
    ] as const) {
      // prettier-ignore
      await catalogue.leases.release(claim);
      const taken = (await catalogue.leases.claimNext('another', { expiryMs: 60_000 })) as Claim;
      expect(taken.recordingId).toBe(claim.recordingId);
      await startRecordingRun(taken, another).ended;
      const recording = await catalogue.recordings.get(applicationId, claim.recordingId);
      expect(recording).toMatchObject({ state, files: [], error: null, delivery: { lastError: { code: 'RECORDING_ELSEWHERE' } } });
      expect(await catalogue.leases.claimNext('too early', { expiryMs: 60_000 })).toBeNull();
    }
    await sql(`update tapedeck.recordings set next_attempt_at = null where id = '${files.recordingId}'`);
    const back = (await catalogue.leases.claimNext('one', { expiryMs: 60_000 })) as Claim;
    expect([back.recordingId, await work(back)]).toEqual([files.recordingId, 'delivered']);
    const delivered = await catalogue.recordings.get(applicationId, files.recordingId);
    expect(delivered).toMatchObject({ files: [{ storage: 'archive', sizeBytes: 9 }], delivery: { lastError: null } });
    await catalogue.leases.transition(back, 'completed');
    await catalogue.recordings.delete(applicationId, logged.recordingId); // nobody works on it
    await rm(away, { recursive: true });
  });

  it('deletes files from their storage, with the log, when they have had their time', async () => {
    const claim = await rendered();
    expect(await work(claim)).toBe('delivered');
    await catalogue.leases.transition(claim, 'completed');
    const logDir = paths.recording(dataDir, claim.recordingId);
    mkdirSync(logDir, { recursive: true });
    const options = { catalogue, storages, dataDir, logRetentionS: 0, log };
    expect(await sweep(options)).toEqual({ files: 0, logs: 0 });
    await sql(`update tapedeck.recordings set ended_at = ended_at - interval '2 days' where id = '${claim.recordingId}'`);
    proxy.fault = () => ({ kind: 'answer', status: 500, code: 'InternalError' });
    expect(await sweep(options)).toEqual({ files: 0, logs: 0 }); // not now: later
    proxy.fault = () => null;
    expect(await sweep(options)).toEqual({ files: 1, logs: 0 });
    expect(existsSync(join(bucket.folder, 'calls', claim.recordingId))).toBe(false);
    expect(existsSync(logDir)).toBe(false);
    expect(await catalogue.recordings.get(applicationId, claim.recordingId)).toMatchObject({ state: 'completed', files: [] });
  });

  it('delivers files under a vendor’s names, also when it is another recorder that goes on, and deletes them with the parts of playlists', async () => {
    const fileNames = { rule: 'volcengine', pattern: '{TaskId}_{Duration}', taskId: 'task', roomId: 'r', appendRandom: true } as const;
    const origin: DialectOrigin = { dialect: 'volcengine', appId: 'a', taskId: 'task', details: {}, fileNames };
    const claim = await rendered(origin);
    const outDir = paths.render(dataDir, claim.recordingId, '0');
    const facts = { type: 'composite', participant: null, source: null, startMs: 0, durationMs: 7_900, width: null, height: null };
    const parts = ['parts/composite/00001.ts', 'parts/composite/00002.ts'];
    const hls = { key: 'composite.hls', state: 'complete', format: 'hls', path: 'composite.m3u8', parts, sizeBytes: 8, ...facts };
    writeFileSync(join(outDir, 'files.jsonl'), `${JSON.stringify({ ...hls, videoCodec: 'h264', audioCodec: 'aac' })}\n`, { flag: 'a' });
    writeFileSync(
      join(outDir, 'composite.m3u8'),
      ['#EXTM3U', '#EXTINF:4,', parts[0], '#EXTINF:3.9,', parts[1], '#EXT-X-ENDLIST', ''].join('\n'),
    );
    mkdirSync(join(outDir, 'parts/composite'), { recursive: true });
    for (const part of parts) writeFileSync(join(outDir, part), part.slice(-4));
    proxy.fault = (_method, path) => (path.includes('_00002.ts') ? { kind: 'answer', status: 403, code: 'AccessDenied' } : null);
    await catalogue.leases.park(claim, failedBefore, 0);
    const broken = await catalogue.leases.claimNext('breaks off', { expiryMs: 60_000 });
    expect(await work(broken as Claim)).toBe('parked');
    proxy.fault = () => null;
    await sql(`update tapedeck.recordings set next_attempt_at = now()`);
    const last = await catalogue.leases.claimNext('goes on', { expiryMs: 60_000 });
    expect(last?.origin).toEqual(origin);
    expect(await work(last as Claim)).toBe('delivered');
    await catalogue.leases.transition(last as Claim, 'completed');
    const files = (await catalogue.recordings.get(applicationId, claim.recordingId))?.files ?? [];
    const keys = files.map(({ key }) => key.replace(/[0-9a-f]{8}/, 'RANDOM')).toSorted();
    expect(keys).toEqual(['calls/task_000000_RANDOM.mp4', 'calls/task_000007_RANDOM.m3u8']);
    const folder = join(bucket.folder, 'calls', 'calls');
    const stem = (files.find(({ format }) => format === 'hls')?.key ?? '').slice('calls/'.length, -'.m3u8'.length);
    expect(readdirSync(folder).filter((name) => name.startsWith(stem)).toSorted()).toEqual([`${stem}.m3u8`, `${stem}_00001.ts`, `${stem}_00002.ts`]); // prettier-ignore
    expect(readFileSync(join(folder, `${stem}.m3u8`), 'utf8')).toContain(`#EXTINF:3.9,\n${stem}_00002.ts\n`);
    writeFileSync(join(folder, 'of-another.ts'), 'x');
    await sql(`update tapedeck.recordings set ended_at = ended_at - interval '2 days' where id = '${claim.recordingId}'`);
    expect(await sweep({ catalogue, storages, dataDir, logRetentionS: 0, log })).toEqual({ files: 1, logs: 0 });
    expect(readdirSync(folder)).toEqual(['of-another.ts']);
  });

  it('deletes the logs of completed recordings when the configuration says so', async () => {
    const claim = await rendered();
    await work(claim);
    await catalogue.leases.transition(claim, 'completed');
    const folder = join(paths.recording(dataDir, claim.recordingId), 'e1');
    mkdirSync(folder, { recursive: true });
    await sql(`update tapedeck.recordings set ended_at = ended_at - interval '2 hours' where id = '${claim.recordingId}'`);
    const logs = (logRetentionS: number) => sweep({ catalogue, storages, dataDir, logRetentionS, log });
    await logs(10_800);
    expect(existsSync(folder)).toBe(true);
    await logs(3_600);
    expect(readdirSync(join(dataDir, 'recordings'))).not.toContain(claim.recordingId);
    expect((await catalogue.recordings.get(applicationId, claim.recordingId))?.files).toHaveLength(1);
  });
});
