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

/** This application has no template of that id or name. */
export class TemplateNotFoundError extends TapedeckError {
  override readonly code = 'TEMPLATE_NOT_FOUND';
  override readonly fault = 'caller';
  override readonly field: string | null;

  /** @param field Where in the request it was named; null: in its address. */
  constructor(idOrName: string, field: string | null = null) {
    super(`There is no template ${JSON.stringify(idOrName)}.`);
    this.field = field;
  }
}

/** The application has another template of that name. */
export class TemplateNameTakenError extends TapedeckError {
  override readonly code = 'TEMPLATE_NAME_TAKEN';
  override readonly fault = 'caller';
  override readonly field = 'name';

  constructor(name: string, options?: ErrorOptions) {
    super(`There is a template ${JSON.stringify(name)} already.`, options);
  }
}

/** The recording has no render of that id. */
export class RenderNotFoundError extends TapedeckError {
  override readonly code = 'RENDER_NOT_FOUND';
  override readonly fault = 'caller';

  constructor(renderId: string) {
    super(`There is no render ${JSON.stringify(renderId)} of this recording.`);
  }
}

/** The render has ended: there is nothing to cancel. */
export class RenderStateError extends TapedeckError {
  override readonly code = 'RENDER_STATE';
  override readonly fault = 'caller';

  constructor(renderId: string, state: string) {
    super(`Render ${renderId} is ${state}: it cannot be cancelled.`);
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

/** This recording has no such file. */
export class FileNotFoundError extends TapedeckError {
  override readonly code = 'FILE_NOT_FOUND';
  override readonly fault = 'caller';

  constructor(fileId: string) {
    super(`The recording has no file ${JSON.stringify(fileId)}.`);
  }
}

/** This application has no such key. */
export class KeyNotFoundError extends TapedeckError {
  override readonly code = 'KEY_NOT_FOUND';
  override readonly fault = 'caller';

  constructor(key: string) {
    super(`There is no key ${JSON.stringify(key)}.`);
  }
}

/** The primary pair comes from the configuration: it is changed there. */
export class PrimaryKeyError extends TapedeckError {
  override readonly code = 'KEY_PRIMARY';
  override readonly fault = 'caller';

  constructor(key: string) {
    super(
      `${key} is the primary key of the application: it is set by the configuration (TAPEDECK_KEY, TAPEDECK_SECRET) and cannot be deleted here.`,
    );
  }
}

/** The application has as many further keys as it may have. */
export class KeyLimitError extends TapedeckError {
  override readonly code = 'KEY_LIMIT';
  override readonly fault = 'caller';

  constructor(limit: number) {
    super(`An application may have ${limit} further keys; delete one first.`);
  }
}

/** This application has no webhook of that id. */
export class WebhookNotFoundError extends TapedeckError {
  override readonly code = 'WEBHOOK_NOT_FOUND';
  override readonly fault = 'caller';

  constructor(webhookId: string) {
    super(`There is no webhook ${JSON.stringify(webhookId)}.`);
  }
}

/** This webhook's delivery log has no delivery of that id. */
export class DeliveryNotFoundError extends TapedeckError {
  override readonly code = 'DELIVERY_NOT_FOUND';
  override readonly fault = 'caller';

  constructor(deliveryId: string) {
    super(`There is no delivery ${JSON.stringify(deliveryId)} of this webhook.`);
  }
}

/** The application has as many webhooks as it may have. */
export class WebhookLimitError extends TapedeckError {
  override readonly code = 'WEBHOOK_LIMIT';
  override readonly fault = 'caller';

  constructor(limit: number) {
    super(`An application may have ${limit} webhooks; delete one first.`);
  }
}

/** This application has a storage of that name already. */
export class StorageNameTakenError extends TapedeckError {
  override readonly code = 'STORAGE_NAME_TAKEN';
  override readonly fault = 'caller';
  override readonly field = 'name';

  constructor(name: string) {
    super(`There is a storage ${JSON.stringify(name)} already.`);
  }
}

/** This application has no storage of that id or name. */
export class StorageNotFoundError extends TapedeckError {
  override readonly code = 'STORAGE_NOT_FOUND';
  override readonly fault = 'caller';

  constructor(which: string) {
    super(`There is no storage ${JSON.stringify(which)}.`);
  }
}

/** Files, recordings or other storages still need the storage. */
export class StorageInUseError extends TapedeckError {
  override readonly code = 'STORAGE_IN_USE';
  override readonly fault = 'caller';
  override readonly field: string | null;

  /** @param field What was to be changed; null: the storage was to be deleted. */
  constructor(name: string, users: string, field: string | null = null) {
    const what = field === null ? 'cannot be deleted' : `cannot have another ${field}: what it holds would be lost`;
    super(`Storage ${JSON.stringify(name)} ${what}, it is used by ${users}.${field === null ? '' : ' Add another storage.'}`);
    this.field = field;
  }
}

/** The log of the recording was deleted: nothing can be rendered from it any more. */
export class LogDeletedError extends TapedeckError {
  override readonly code = 'RECORDING_LOG_DELETED';
  override readonly fault = 'caller';

  constructor(recordingId: string, at: Date) {
    super(`The log of recording ${recordingId} was deleted at ${at.toISOString()} as its retention says: it cannot be rendered again.`);
  }
}
