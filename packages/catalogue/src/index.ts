export {
  CatalogueUnavailableError,
  EmbeddedPostgresError,
  IdempotencyConflictError,
  InvalidStateError,
  MasterKeyError,
  RecordingNotFoundError,
} from './errors.ts';
export type { EmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
export { startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
export type { Log } from './log.ts';
export type { Application, Catalogue, Claim, DesiredState, FileRow } from './types.ts';
export { openCatalogue } from './open-catalogue.ts';
