import type { FileResource, Recording } from '@tapedeck/protocol';
import { sql } from 'kysely';
import type { SelectQueryBuilder } from 'kysely';
import type { Database } from '../database.ts';
import type { Tables } from '../tables.ts';

/** A row `f` of the files as a {@link FileResource}; its address is null: whoever serves files signs them. */
export const fileJson = sql<FileResource>`json_build_object('id', f.id, 'type', f.type, 'participant', f.participant,
    'source', f.source, 'format', f.format, 'state', f.state, 'storage', f.storage, 'key', f.key, 'url', null, 'startMs', f.start_ms, 'durationMs', f.duration_ms,
    'sizeBytes', f.size_bytes, 'sha256', f.sha256, 'width', f.width, 'height', f.height, 'videoCodec', f.video_codec,
    'audioCodec', f.audio_codec)`;

/** What a {@link Recording} is made from: the row with its people and files, read by one statement so that they belong together. */
export function selectRecordings(db: Database): SelectQueryBuilder<Tables, 'recordings', RecordingRow> {
  const people = sql<RecordingRow['people']>`coalesce((select json_agg(json_build_object('identity', p.identity, 'name', p.name,
    'joinedMs', p.joined_ms, 'leftMs', p.left_ms) order by p.joined_ms, p.identity)
    from tapedeck.participants p where p.recording_id = recordings.id), '[]')`;
  const files = sql<RecordingRow['files']>`coalesce((select json_agg(${fileJson} order by f.type, f.key)
    from tapedeck.files f where f.recording_id = recordings.id), '[]')`;
  return db
    .selectFrom('recordings')
    .select([
      'id',
      'room',
      'state',
      'desired',
      'request',
      'created_at',
      'started_at',
      'ended_at',
      'end_reason',
      'error',
      'metadata',
      'template_id',
      'delivery',
    ])
    .select([people.as('people'), files.as('files')]);
}

/** One row of {@link selectRecordings}. */
export interface RecordingRow {
  readonly id: string;
  readonly room: string;
  readonly state: Recording['state'];
  readonly desired: 'recording' | 'paused' | 'stopped';
  /** Requests from before there were templates do not say `template`. */
  readonly request: { readonly outputs: Recording['outputs']; readonly template?: string | null };
  readonly template_id: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  readonly error: Recording['error'];
  readonly delivery: Recording['delivery'];
  readonly metadata: Recording['metadata'];
  readonly people: Recording['participants'];
  readonly files: FileResource[];
}

/** The recording as answers and webhooks show it; addresses of files are null here: whoever serves files signs them. */
export function toRecording(row: RecordingRow): Recording {
  return {
    id: row.id,
    room: row.room,
    state: row.state,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    endReason: row.end_reason,
    template: row.request.template ?? null,
    isAutomatic: row.template_id !== null,
    outputs: row.request.outputs,
    participants: row.people,
    files: row.files,
    delivery: row.delivery,
    error: row.error,
    metadata: row.metadata,
  };
}
