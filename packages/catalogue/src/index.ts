export {
  CatalogueUnavailableError,
  DeliveryNotFoundError,
  EmbeddedPostgresError,
  FileNotFoundError,
  IdempotencyConflictError,
  InvalidStateError,
  KeyLimitError,
  KeyNotFoundError,
  LogDeletedError,
  MasterKeyError,
  PrimaryKeyError,
  RecordingNotFoundError,
  RenderNotFoundError,
  RenderStateError,
  StorageInUseError,
  StorageNameTakenError,
  StorageNotFoundError,
  TemplateNameTakenError,
  TemplateNotFoundError,
  WebhookLimitError,
  WebhookNotFoundError,
} from './errors.ts';
export type { EmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
export { startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
export type { Log } from './log.ts';
export type {
  Application,
  AutomaticTemplate,
  Catalogue,
  Claim,
  DesiredState,
  ExpiredRecording,
  FilePlace,
  FileRow,
  RecordingHome,
  StoredStorage,
} from './types.ts';
export type { CallbackOutbox, CallbackOutcome, CallbackTarget, DialectEventRow, DueCallback, NewRoomNotice } from './callbacks/types.ts';
export type { Dialects, DialectTask } from './dialects/types.ts';
export type { Media, MediaChange, MediaInfo, MediaItem, MediaQuery, MediaStream } from './media/types.ts';
export type { AttemptOutcome, DueDelivery, EventReads, EventRow, Outbox, Webhooks } from './events/types.ts';
export type { RenderPlace, Renders, RenderStep } from './renders/types.ts';
export { openCatalogue } from './open-catalogue.ts';
