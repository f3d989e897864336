import { TapedeckError } from '@tapedeck/protocol';

/** The database did not answer now; the same call may work later. Nothing is known to have been written. */
export class CatalogueUnavailableError extends TapedeckError {
  override readonly code = 'CATALOGUE_UNAVAILABLE';
  override readonly fault = 'service';
  override readonly retryable = true;

  constructor(options: { cause: unknown }) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(`The catalogue cannot be reached: ${reason}`, options);
  }
}

/** The recording exists, but its present state does not allow what was asked. */
export class InvalidStateError extends TapedeckError {
  override readonly code = 'RECORDING_STATE';
  override readonly fault = 'caller';
  readonly state: string;

  constructor(recordingId: string, state: string, wanted: string) {
    super(`Recording ${recordingId} is ${state}: it cannot be ${wanted}.`);
    this.state = state;
  }
}

/** This application has no recording of that id. */
export class RecordingNotFoundError extends TapedeckError {
  override readonly code = 'RECORDING_NOT_FOUND';
  override readonly fault = 'caller';

  constructor(recordingId: string) {
    super(`There is no recording ${JSON.stringify(recordingId)}.`);
  }
}

/** The idempotency key was used before, for another request. */
export class IdempotencyConflictError extends TapedeckError {
  override readonly code = 'IDEMPOTENCY_CONFLICT';
  override readonly fault = 'caller';
  override readonly field = 'Idempotency-Key';

  constructor(key: string) {
    super(`Idempotency-Key ${JSON.stringify(key)} was used before with another request.`);
  }
}

/** The master key does not open what was sealed with another one. */
export class MasterKeyError extends TapedeckError {
  override readonly code = 'MASTER_KEY_WRONG';
  override readonly fault = 'service';

  constructor(reason: string, options?: ErrorOptions) {
    super(`A secret in the catalogue cannot be opened: ${reason}.`, options);
  }
}

/** The embedded PostgreSQL could not be made or started; the message carries what it said. */
export class EmbeddedPostgresError extends TapedeckError {
  override readonly code = 'POSTGRES_START';
  override readonly fault = 'service';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
