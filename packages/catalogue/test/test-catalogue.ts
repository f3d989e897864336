import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCreateRecording } from '@tapedeck/protocol';
import type { Recording } from '@tapedeck/protocol';
import pg from 'pg';
import { openCatalogue, startEmbeddedPostgres } from '../src/index.ts';
import type { Catalogue, Claim, EmbeddedPostgres, FileRow } from '../src/index.ts';

export const masterKey = Buffer.alloc(32, 5);

/** A catalogue on a PostgreSQL of its own. */
export interface TestCatalogue {
  readonly postgres: EmbeddedPostgres;
  readonly catalogue: Catalogue;
  readonly applicationId: string;
  /** Another process's view, so to say: its own connections. */
  open(): Promise<Catalogue>;
  create(room?: string): Promise<Recording>;
  /** Creates and claims. */
  claimed(owner?: string): Promise<Claim>;
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export async function startTestCatalogue(): Promise<TestCatalogue> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tapedeck-catalogue-'));
  const postgres = await startEmbeddedPostgres({ dataDir });
  const opened: Catalogue[] = [];
  const open = async (): Promise<Catalogue> => {
    const catalogue = await openCatalogue({ url: postgres.url, masterKey });
    opened.push(catalogue);
    return catalogue;
  };
  const catalogue = await open();
  const { id: applicationId } = await catalogue.applications.ensureFirst('key', 'secret');
  const create = (room = 'room') => catalogue.recordings.create(applicationId, parseCreateRecording({ room }), null);
  return {
    ...{ postgres, catalogue, applicationId, open, create },
    async claimed(owner = 'one') {
      const { id } = await create();
      const claim = await catalogue.leases.claimNext(owner, { expiryMs: 60_000 });
      if (claim?.recordingId !== id) throw new Error('Claimed another recording.');
      return claim;
    },
    async sql(text, values) {
      const client = new pg.Client(postgres.url);
      await client.connect();
      try {
        return (await client.query(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    async close() {
      await Promise.all(opened.map((one) => one.close()));
      await postgres.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

export const file = (key: string): FileRow => ({
  ...{ key, type: 'composite', participant: null, source: null, format: 'mp4', storagePath: `/storage/${key}`, startMs: 0 },
  ...{
    durationMs: 1000.5,
    sizeBytes: 12_345_678_901,
    storage: 'default',
    state: 'complete',
    sha256: null,
    width: 1280,
    height: 720,
    videoCodec: 'h264',
    audioCodec: 'aac',
  },
});
