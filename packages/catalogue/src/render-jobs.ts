import { createHash, randomUUID } from 'node:crypto';
import type { PgBoss } from 'pg-boss';
import { guard } from './database.ts';
import type { Database } from './database.ts';
import { InvalidStateError, RecordingNotFoundError } from './errors.ts';
import { insertFile } from './insert-file.ts';
import type { Log } from './log.ts';
import type { Catalogue } from './types.ts';

const queue = 'render';
const schema = 'tapedeck_jobs';

interface RenderJob {
  readonly applicationId: string;
  readonly recordingId: string;
  readonly output: unknown;
}

/** Offline renders as jobs of pg-boss, in a schema of its own. `close` lets running handlers end (they see their signal abort first). */
export function renderJobs(db: Database, url: string, log: Log): { jobs: Catalogue['jobs']; close(): Promise<void> } {
  let starting: Promise<PgBoss> | null = null;
  const boss = async (): Promise<PgBoss> => {
    starting ??= startBoss(url, log);
    try {
      return await starting;
    } catch (error) {
      starting = null;
      throw error;
    }
  };
  const jobs: Catalogue['jobs'] = {
    submitRender: (applicationId, recordingId, output, idempotencyKey = null) =>
      guard(async () => {
        await checkRecording(db, applicationId, recordingId);
        const data: RenderJob = { applicationId, recordingId, output };
        const id = idempotencyKey === null ? randomUUID() : uuidOf(`${recordingId}\n${idempotencyKey}`);
        await (await boss()).send(queue, data, { id }); // an id that is there already is left alone
        return { id };
      }),
    workRenders: (handler) =>
      guard(async () => {
        const started = await boss();
        const closing = new AbortController();
        const options = { batchSize: 1, pollingIntervalSeconds: 0.5 };
        const worker = await started.work<RenderJob>(queue, options, async (batch) => {
          for (const job of batch) await handler({ id: job.id, ...job.data }, AbortSignal.any([job.signal, closing.signal]));
        });
        return async () => {
          closing.abort();
          await started.offWork(queue, { id: worker, wait: true });
        };
      }),
    finishRenderFile: ({ recordingId, applicationId }, file) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          const row = await trx
            .selectFrom('recordings')
            .select('id')
            .where('id', '=', recordingId)
            .where('application_id', '=', applicationId)
            .forUpdate()
            .executeTakeFirst();
          if (row === undefined) throw new RecordingNotFoundError(recordingId);
          await insertFile(trx, recordingId, file);
        }),
      ),
  };
  const close = async (): Promise<void> => {
    const started = await starting?.catch(() => null);
    await started?.stop({ graceful: true, timeout: 5000, close: true });
  };
  return { jobs, close };
}

async function startBoss(url: string, log: Log): Promise<PgBoss> {
  const { PgBoss: Boss } = await import('pg-boss'); // loaded by those who need it: recorders start faster
  const boss = new Boss({
    connectionString: url,
    schema,
    max: 3,
    application_name: 'tapedeck jobs',
    schedule: false,
    superviseIntervalSeconds: 10,
  });
  boss.on('error', (error) => log.warn({ error: error.message }, 'The job queue has trouble.'));
  await boss.start();
  if ((await boss.getQueue(queue)) === null)
    await boss.createQueue(queue, { retryLimit: 3, retryDelay: 2, expireInSeconds: 23 * 3600, heartbeatSeconds: 15 });
  return boss;
}

/** Only a log that is sealed (or will never grow again) can be rendered offline. */
async function checkRecording(db: Database, applicationId: string, recordingId: string): Promise<void> {
  const row = await db
    .selectFrom('recordings')
    .select(['state', 'started_at'])
    .where('id', '=', recordingId)
    .where('application_id', '=', applicationId)
    .executeTakeFirst();
  if (row === undefined) throw new RecordingNotFoundError(recordingId);
  const hasLog = ['rendering', 'delivering', 'completed', 'failed'].includes(row.state) && row.started_at !== null;
  if (!hasLog) throw new InvalidStateError(recordingId, row.state, 'rendered again');
}

/** A UUID (version 8: of our own making) that is always the same for the same text. @see RFC 9562 §5.8 */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
