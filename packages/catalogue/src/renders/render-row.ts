import type { CreateRender, FileResource, Render } from '@tapedeck/protocol';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { fileJson } from '../recordings/recording-row.ts';

/** Share of a render that joining and delivering are taken for. */
const joinShare = 0.03;

/** What a {@link Render} is made from: the row, how far its steps are, and its files. */
export function selectRenders(db: Database, applicationId: string, recordingId: string) {
  const shares = sql<number | null>`(select avg(case when s.done_at is null then s.progress else 1 end)
    from tapedeck.render_steps s where s.render_id = renders.id and s.kind = 'share')`;
  const joined = sql<number | null>`(select s.progress from tapedeck.render_steps s where s.render_id = renders.id and s.kind = 'join')`;
  const files = sql<FileResource[]>`coalesce((select json_agg(${fileJson} order by f.type, f.key)
    from tapedeck.files f where f.render_id = renders.id), '[]')`;
  return db
    .selectFrom('renders')
    .select(['renders.id', 'recording_id', 'state', 'request', 'error', 'created_at', 'started_at', 'ended_at'])
    .select([shares.as('shares'), joined.as('joined'), files.as('files')])
    .where('application_id', '=', applicationId)
    .where('recording_id', '=', recordingId);
}

interface RenderRow {
  readonly id: string;
  readonly recording_id: string;
  readonly state: Render['state'];
  readonly request: CreateRender;
  readonly error: Render['error'];
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly shares: number | null;
  readonly joined: number | null;
  readonly files: FileResource[];
}

/** The render as answers show it; addresses of files are null here. */
export function toRender(row: RenderRow): Render {
  const done = (row.shares ?? 0) * (1 - joinShare) + (row.joined ?? 0) * joinShare;
  const { output, range, people } = row.request;
  return {
    id: row.id,
    recordingId: row.recording_id,
    state: row.state,
    progress: row.state === 'completed' ? 1 : Math.round(Math.min(0.999, done) * 1000) / 1000,
    ...{ output, range },
    people: people === null ? null : { allow: [...people.allow], deny: [...people.deny] },
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    error: row.error,
    files: row.files,
  };
}
