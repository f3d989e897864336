import type { CreateRecording, RecordingError, RecordingState } from '@tapedeck/protocol';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { DesiredState, FileRow } from './types.ts';

type Json<T extends object> = JSONColumnType<T>;
type NullableJson<T extends object> = ColumnType<T | null, string | null, string | null>;
type CreatedAt = ColumnType<Date, never, never>;

/** All tables, each in the schema `tapedeck`. */
export interface Tables {
  applications: ApplicationsTable;
  recordings: RecordingsTable;
  participants: ParticipantsTable;
  files: FilesTable;
  recording_events: RecordingEventsTable;
  idempotency: IdempotencyTable;
  outbox: OutboxTable;
}

interface ApplicationsTable {
  id: string;
  name: string;
  key: string;
  /** AES-256-GCM under the master key; see `sealed-secret.ts`. */
  sealed_secret: Buffer;
  is_first: boolean;
  created_at: CreatedAt;
}

interface RecordingsTable {
  id: string;
  application_id: string;
  room: string;
  prefix: string;
  state: RecordingState;
  desired: DesiredState;
  request: Json<CreateRecording>;
  metadata: Json<Record<string, unknown>>;
  plans: NullableJson<readonly unknown[]>;
  /** Changes asked for while it runs; null: none. */
  layout: NullableJson<object>;
  subscribe: NullableJson<object>;
  created_at: CreatedAt;
  started_at: Date | null;
  ended_at: Date | null;
  end_reason: string | null;
  error: NullableJson<RecordingError>;
  owner: string | null;
  epoch: Generated<number>;
  lease_expires_at: Date | null;
}

interface ParticipantsTable {
  recording_id: string;
  identity: string;
  joined_ms: number;
  name: string;
  left_ms: number | null;
}

interface FilesTable {
  id: string;
  recording_id: string;
  key: string;
  type: FileRow['type'];
  participant: string | null;
  source: string | null;
  format: string;
  storage_path: string;
  start_ms: number;
  duration_ms: number;
  size_bytes: number;
  sha256: string | null;
  width: number | null;
  height: number | null;
  video_codec: string | null;
  audio_codec: string | null;
  created_at: CreatedAt;
}

interface RecordingEventsTable {
  id: Generated<string>;
  recording_id: string;
  at: CreatedAt;
  type: string;
  data: Json<object>;
}

interface IdempotencyTable {
  application_id: string;
  key: string;
  request_sha256: string;
  recording_id: string;
  created_at: CreatedAt;
}

interface OutboxTable {
  id: string;
  recording_id: string;
  type: string;
  payload: Json<object>;
  created_at: CreatedAt;
  delivered_at: Date | null;
}
