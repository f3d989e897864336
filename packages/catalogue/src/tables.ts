import type {
  CreateRecording,
  CreateRender,
  CreateStorage,
  CreateTemplate,
  FileDelivery,
  DeliveryState,
  Dialect,
  DialectOrigin,
  Recording,
  RecordingError,
  RecordingState,
  Render,
  TemplateRecording,
  UsageMode,
  UsageTier,
  VendorCallback,
} from '@tapedeck/protocol';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { RenderStep } from './renders/types.ts';
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
  storages: StoragesTable;
  recording_events: RecordingEventsTable;
  idempotency: IdempotencyTable;
  events: EventsTable;
  webhooks: WebhooksTable;
  outbox: OutboxTable;
  renders: RendersTable;
  render_steps: RenderStepsTable;
  usage: UsageTable;
  access_keys: AccessKeysTable;
  templates: TemplatesTable;
  vendor_callbacks: VendorCallbacksTable;
}

interface ApplicationsTable {
  id: string;
  name: string;
  key: string;
  /** AES-256-GCM under the master key; see `sealed-secret.ts`. */
  sealed_secret: Buffer;
  is_first: boolean;
  settings: ColumnType<Record<string, unknown>, string | undefined, string>;
  sealed_settings: Buffer | null;
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
  delivery: NullableJson<FileDelivery>;
  /** A recording that waits for its storage is nobody's until then. */
  next_attempt_at: Date | null;
  files_expired_at: Date | null;
  log_deleted_at: Date | null;
  /** Of a recording that a template started by itself: the template, and the room's session (LiveKit's sid). */
  template_id: string | null;
  room_sid: string | null;
  /** Of a recording that was made through a vendor's API; else all four are null. */
  dialect: Dialect | null;
  dialect_app_id: string | null;
  dialect_task_id: string | null;
  origin: NullableJson<Pick<DialectOrigin, 'details' | 'fileNames'>>;
}

interface TemplatesTable {
  id: string;
  application_id: string;
  name: string;
  match: NullableJson<NonNullable<CreateTemplate['match']>>;
  recording: Json<TemplateRecording>;
  auto_start: NullableJson<NonNullable<CreateTemplate['autoStart']>>;
  enabled: boolean;
  created_at: CreatedAt;
  updated_at: Generated<Date>;
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
  state: Generated<'growing' | 'complete'>;
  /** Name among the application's storages; `default`: this server's disk. */
  storage: Generated<string>;
  /** The render that made it; null: the recording itself. */
  render_id: string | null;
  created_at: CreatedAt;
}

interface StoragesTable {
  id: string;
  application_id: string;
  name: string;
  settings: Json<Omit<CreateStorage, 'name' | 'secretAccessKey' | 'sessionToken'>>;
  /** AES-256-GCM under the master key; see `sealed-secret.ts`. */
  sealed_secrets: Buffer;
  idempotency_key: string | null;
  request_sha256: string;
  created_at: CreatedAt;
  updated_at: ColumnType<Date, never, Date>;
}

interface RecordingEventsTable {
  id: Generated<string>;
  event_id: string;
  recording_id: string;
  at: CreatedAt;
  type: string;
  data: Json<object>;
}

interface IdempotencyTable {
  application_id: string;
  key: string;
  request_sha256: string;
  /** What the key made: one of the two. */
  recording_id: string | null;
  template_id: string | null;
  created_at: CreatedAt;
}

interface EventsTable {
  seq: Generated<string>;
  id: string;
  place: string | null;
  application_id: string;
  recording_id: string;
  room: string;
  type: string;
  data: Json<Record<string, unknown>>;
  recording: Json<Recording>;
  created_at: CreatedAt;
  /** Of a dialect's recording, as it was then. */
  origin: NullableJson<DialectOrigin>;
  /** The dialect's callbacks of it are not queued yet. */
  callbacks_pending: Generated<boolean>;
}

interface WebhooksTable {
  id: string;
  application_id: string;
  url: string;
  events: string[];
  enabled: boolean;
  disabled_reason: string | null;
  description: string;
  sealed_secret: Buffer;
  /** Signs too until `previous_until`. */
  previous_secret: Buffer | null;
  previous_until: Date | null;
  idempotency_key: string | null;
  request_sha256: string;
  created_at: CreatedAt;
}

interface OutboxTable {
  id: string;
  webhook_id: string;
  event_seq: string;
  recording_id: string;
  state: Generated<DeliveryState>;
  attempts: Generated<number>;
  created_at: CreatedAt;
  queued_at: Generated<Date>;
  next_attempt_at: Generated<Date>;
  last_attempt_at: Date | null;
  owner: string | null;
  leased_until: Date | null;
  status: number | null;
  duration_ms: number | null;
  error: string | null;
  response: string | null;
}

interface VendorCallbacksTable {
  id: string;
  /** The order in which a lane is sent. */
  position: Generated<string>;
  application_id: string;
  dialect: Dialect;
  app_id: string;
  /** What keeps an order: a recording, or a room. */
  lane: string;
  /** The event or notice that it tells; with `number` the same however often that is told. */
  source_id: string;
  number: number;
  /** A participant's stay in a room, for notices that another one makes void. */
  about: string | null;
  event_name: string;
  body: Json<VendorCallback['body']>;
  state: Generated<'pending' | 'delivered' | 'dropped'>;
  attempts: Generated<number>;
  queued_at: CreatedAt;
  next_attempt_at: Generated<Date>;
  settled_at: Date | null;
  owner: string | null;
  leased_until: Date | null;
  status: number | null;
  error: string | null;
}

interface RendersTable {
  id: string;
  recording_id: string;
  application_id: string;
  state: Render['state'];
  request: Json<CreateRender>;
  idempotency_key: string | null;
  request_sha256: string;
  error: NullableJson<RecordingError>;
  /** Where its parts are made: only renderers of that place can go on. null: not divided yet. */
  place: string | null;
  created_at: CreatedAt;
  started_at: Date | null;
  ended_at: Date | null;
}

interface RenderStepsTable {
  render_id: string;
  number: number;
  kind: RenderStep['kind'];
  work: Json<object>;
  progress: Generated<number>;
  owner: string | null;
  /** Counts up with every claim: the fencing token. */
  claims: Generated<number>;
  lease_expires_at: Date | null;
  done_at: Date | null;
}

interface UsageTable {
  recording_id: string;
  key: string;
  application_id: string;
  unit: string;
  format: string;
  mode: UsageMode;
  tier: UsageTier;
  started_at: Date;
  ended_at: Date;
}

interface AccessKeysTable {
  key: string;
  application_id: string;
  name: string;
  sealed_secret: Buffer;
  idempotency_key: string | null;
  created_at: CreatedAt;
  last_used_at: Date | null;
}
