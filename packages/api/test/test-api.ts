import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openCatalogue, startEmbeddedPostgres } from '@tapedeck/catalogue';
import type { Application, Catalogue, FileRow } from '@tapedeck/catalogue';
import { OutgoingAddressError, openLocalStorage, signFile, verifyFile } from '@tapedeck/delivery';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { buildApi } from '../src/index.ts';
import type { ApiOptions } from '../src/index.ts';

const signingKey = Buffer.alloc(32, 9);

/** The API over a real PostgreSQL and a real folder of files; the SFU's answers are made here, they are not what is tested. */
export interface TestApi {
  readonly app: FastifyInstance;
  readonly catalogue: Catalogue;
  readonly application: Application;
  readonly authorization: string;
  /** What `files.remove` was called with. */
  readonly removed: { id: string; paths: readonly string[] }[];
  options(change?: Partial<ApiOptions>): ApiOptions;
  call(method: InjectOptions['method'], url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** A completed recording with one file of these bytes. */
  recorded(room: string, file?: { key: string; bytes: Buffer; format?: string }): Promise<string>;
  signed(key: string, expiresAtS?: number, scope?: 'file' | 'folder'): string;
  putFile(key: string, bytes: Buffer): Promise<string>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- answers of every route
  readonly bytes: Buffer;
}

export const basic = (key: string, secret: string): string => `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;

export async function startTestApi(): Promise<TestApi> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tapedeck-api-'));
  const postgres = await startEmbeddedPostgres({ dataDir });
  const catalogue = await openCatalogue({ url: postgres.url, masterKey: Buffer.alloc(32, 1) });
  const application = await catalogue.applications.ensureFirst('test-key', 'test-secret: with a colon');
  const authorization = basic(application.key, application.secret);
  const folder = join(dataDir, 'storage');
  await mkdir(folder);
  const storage = openLocalStorage(folder);
  const removed: { id: string; paths: readonly string[] }[] = [];
  const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600;
  const options = (change: Partial<ApiOptions> = {}): ApiOptions => ({
    catalogue,
    livekit: {
      mintToken: async (_application, request, origin) => ({ token: JSON.stringify(request), url: origin.replace(/^http/, 'ws') }),
      listRooms: async () => ['a', 'b'].map((name) => ({ name, participants: 1, createdAt: null })),
    },
    files: {
      sign: ({ key }, scope, lifeS = 3600) => signFile({ key, scope, expiresAtS: inAnHour() - 3600 + lifeS }, signingKey),
      verify: (path) => {
        const grant = verifyFile(path, signingKey, Date.now() / 1000);
        return 'key' in grant ? { ...grant, applicationId: application.id, storage: 'default' } : grant;
      },
      stat: ({ key }) => storage.stat(key),
      open: ({ key }, range) => storage.open(key, range),
      removeFile: async (_applicationId, { key }) => await storage.remove(key),
      remove: async ({ id }, places) => {
        removed.push({ id, paths: places.map(({ storagePath }) => storagePath) });
        if (removed.length === 1) throw new Error('The disk does not answer.');
      },
    },
    storages: {
      check: async ({ endpoint }) => {
        if (endpoint?.includes('//10.') === true) throw new OutgoingAddressError(endpoint, 'it lies in a private network', 'endpoint');
      },
      test: async ({ bucket }) => ({ ok: false, steps: [], error: { code: 'STORAGE_DENIED', fault: 'destination', detail: bucket } }),
    },
    readiness: async () => ({ livekit: 'ok' }),
    metrics: async () => '# HELP up Always 1.\nup 1\n',
    ...change,
  });
  const app = await buildApi(options());
  const call: TestApi['call'] = async (method, url, body, headers = {}) => {
    const payload = body === undefined ? {} : { payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await app.inject({ method: method ?? 'GET', url, headers: { authorization, ...type, ...headers }, ...payload });
    const isJson = /json/.test(String(answer.headers['content-type'])) && answer.body !== '';
    return { status: answer.statusCode, headers: answer.headers, body: isJson ? answer.json() : {}, bytes: answer.rawPayload };
  };
  const putFile = async (key: string, bytes: Buffer): Promise<string> => {
    const path = join(folder, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    return path;
  };
  const recorded: TestApi['recorded'] = async (room, file) => {
    const { body } = await call('POST', '/v1/recordings', { room });
    const claim = await catalogue.leases.claimNext('test', { expiryMs: 60_000 });
    if (claim === null || claim.recordingId !== body['id']) throw new Error('claimed another recording');
    await catalogue.leases.transition(claim, 'recording', { startedAt: new Date() });
    if (file !== undefined) {
      const storagePath = await putFile(file.key, file.bytes);
      await catalogue.leases.file(claim, {
        ...fileFacts,
        format: file.format ?? 'mp4',
        key: file.key,
        storagePath,
        sizeBytes: file.bytes.length,
      });
    }
    for (const state of ['stopping', 'rendering', 'delivering', 'completed'] as const) await catalogue.leases.transition(claim, state);
    await catalogue.leases.release(claim);
    return claim.recordingId;
  };
  return {
    ...{ app, catalogue, application, authorization, removed, options, call, recorded, putFile },
    signed: (key, expiresAtS = inAnHour(), scope = 'file') => `/files/${signFile({ key, scope, expiresAtS }, signingKey)}`,
    async close() {
      await app.close();
      await catalogue.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

export const fileFacts: Omit<FileRow, 'key' | 'storagePath' | 'sizeBytes' | 'format'> = {
  ...{ type: 'composite', participant: null, source: null, startMs: 0, durationMs: 1000 },
  ...{ storage: 'default', state: 'complete', sha256: null, width: 1280, height: 720, videoCodec: 'h264', audioCodec: 'aac' },
};
