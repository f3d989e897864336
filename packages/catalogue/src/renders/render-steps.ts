import type { RecordingError } from '@tapedeck/protocol';
import { sql } from 'kysely';
import { guard } from '../database.ts';
import type { Database } from '../database.ts';
import { insertFile } from '../insert-file.ts';
import { addEvent, announce } from '../recordings/announce.ts';
import type { FileRow } from '../types.ts';
import type { RenderPlace, Renders, RenderStep } from './types.ts';
import { addCleaning, endAsFailed } from './end-as-failed.ts';

/** A step that so many claims have not brought to its end takes its workers with it. */
const mostClaims = 8;
const expiry = (ms: number) => sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;

type StepSide = Omit<Renders, 'create' | 'get' | 'list' | 'cancel'>;

/** The renderers' side: claims of steps, and what they write while they hold them. Time is the database's clock alone. */
export function renderSteps(db: Database): StepSide {
  return {
    claimStep: (owner, expiryMs, at = { place: '', elsewhere: [] }) => guard(() => claimStep(db, owner, expiryMs, at)),
    heartbeat: (step, expiryMs, progress) =>
      guard(async () => {
        const row = await held(db, step)
          .set({ lease_expires_at: expiry(expiryMs), progress: Math.max(0, Math.min(1, progress)) })
          .where((eb) =>
            eb.exists(
              eb
                .selectFrom('renders')
                .select('renders.id')
                .whereRef('renders.id', '=', 'render_steps.render_id')
                .where((inner) =>
                  inner.or([inner('renders.state', 'in', ['queued', 'rendering']), inner('render_steps.kind', '=', 'clean')]),
                ),
            ),
          )
          .returning('number')
          .executeTakeFirst();
        return row !== undefined;
      }),
    divide: (step, shares, place = '') => guard(() => divide(db, step, shares, place)),
    finishStep: (step) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          if (await endStep(trx, step)) await announce(trx, step.recordingId);
        }),
      ),
    complete: (step, files) => guard(() => complete(db, step, files)),
    fail: (step, error) => guard(() => fail(db, step, error)),
    release: (step) =>
      guard(() =>
        db.transaction().execute(async (trx) => {
          const row = await held(trx, step).set({ owner: null, lease_expires_at: null }).returning('number').executeTakeFirst();
          if (row !== undefined) await announce(trx, step.recordingId);
        }),
      ),
  };
}

/** An update that touches nothing once a later claim holds the step, or it is done. */
function held(db: Database, { renderId, number, owner, claims }: RenderStep) {
  return db
    .updateTable('render_steps')
    .where('render_id', '=', renderId)
    .where('number', '=', number)
    .where('owner', '=', owner)
    .where('claims', '=', claims)
    .where('done_at', 'is', null);
}

async function endStep(trx: Database, step: RenderStep): Promise<boolean> {
  const ended = await held(trx, step)
    .set({ done_at: sql<Date>`clock_timestamp()`, owner: null, lease_expires_at: null, progress: 1 })
    .returning('number')
    .executeTakeFirst();
  return ended !== undefined;
}

async function claimStep(db: Database, owner: string, expiryMs: number, at: RenderPlace): Promise<RenderStep | null> {
  for (;;) {
    const step = await db.transaction().execute((trx) => claimFree(trx, owner, expiryMs, at));
    // Every renderer without the log looks at a `split` once.
    if (step === null || step.claims <= mostClaims || step.kind === 'split' || step.kind === 'clean') return step;
    const detail = `Step ${step.number} (${step.kind}) did not end although it was begun ${mostClaims} times.`;
    await fail(db, step, { code: 'RENDER_FAILED', fault: 'service', detail });
  }
}

async function claimFree(trx: Database, owner: string, expiryMs: number, { place, elsewhere }: RenderPlace): Promise<RenderStep | null> {
  const now = sql<Date>`clock_timestamp()`;
  const { rows } = await sql<{ render_id: string; number: number }>`select s.render_id, s.number
    from tapedeck.render_steps s join tapedeck.renders r on r.id = s.render_id
    where s.done_at is null and (r.place is null or r.place = ${place}) and not (r.id = any(${[...elsewhere]}::text[])) and (s.owner is null or s.lease_expires_at < ${now}) and case s.kind
      when 'clean' then not exists (select from tapedeck.render_steps o where o.render_id = s.render_id and o.number <> s.number
        and o.done_at is null and o.lease_expires_at >= ${now})
      when 'join' then r.state in ('queued','rendering') and not exists (select from tapedeck.render_steps o
        where o.render_id = s.render_id and o.kind <> 'join' and o.done_at is null)
      else r.state in ('queued','rendering') end
    order by s.render_id, s.number limit 1 for update of s skip locked`.execute(trx);
  const [free] = rows;
  if (free === undefined) return null;
  const step = await trx
    .updateTable('render_steps')
    .set((eb) => ({ owner, claims: eb('claims', '+', 1), lease_expires_at: expiry(expiryMs) }))
    .where('render_id', '=', free.render_id)
    .where('number', '=', free.number)
    .returning(['number', 'kind', 'work', 'claims'])
    .executeTakeFirstOrThrow();
  const row = await trx
    .selectFrom('renders')
    .innerJoin('recordings', 'recordings.id', 'renders.recording_id')
    .select(['renders.recording_id', 'renders.application_id', 'renders.request', 'recordings.request as recording', 'recordings.plans'])
    .where('renders.id', '=', free.render_id)
    .executeTakeFirstOrThrow();
  const { recording_id: recordingId, application_id: applicationId, request, recording, plans } = row;
  return Object.freeze({ renderId: free.render_id, ...step, owner, applicationId, recordingId, request, recording, plans });
}

async function divide(db: Database, step: RenderStep, shares: readonly unknown[], place: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await endStep(trx, step))) return;
    const row = { render_id: step.renderId, owner: null, lease_expires_at: null, done_at: null };
    await trx
      .insertInto('render_steps')
      .values([
        ...shares.map((share, index) => ({ ...row, number: index + 1, kind: 'share' as const, work: JSON.stringify(share) })),
        { ...row, number: shares.length + 1, kind: 'join', work: JSON.stringify(shares) },
      ])
      .execute();
    const started = { state: 'rendering', place, started_at: sql<Date>`clock_timestamp()` } as const;
    await trx.updateTable('renders').set(started).where('id', '=', step.renderId).where('state', '=', 'queued').execute();
    await addEvent(trx, step.recordingId, 'render.started', { renderId: step.renderId });
    await announce(trx, step.recordingId);
  });
}

async function complete(db: Database, step: RenderStep, files: readonly FileRow[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await endStep(trx, step))) return;
    const ended = await trx
      .updateTable('renders')
      .set({ state: 'completed', ended_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', step.renderId)
      .where('state', 'in', ['queued', 'rendering'])
      .returning('id')
      .executeTakeFirst();
    if (ended === undefined) return;
    await addCleaning(trx, step.renderId);
    for (const file of files) await insertFile(trx, step.recordingId, file, step.renderId);
    await addEvent(trx, step.recordingId, 'render.completed', { renderId: step.renderId, files: files.length });
    await announce(trx, step.recordingId);
  });
}

async function fail(db: Database, step: RenderStep, error: RecordingError): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const mine = await held(trx, step).set({ owner: null, lease_expires_at: null }).returning('number').executeTakeFirst();
    if (mine !== undefined) await endAsFailed(trx, step, error);
  });
}
