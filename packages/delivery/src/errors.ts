import { TapedeckError } from '@tapedeck/protocol';

/** A name that could leave its storage or that no file system takes. */
export class StorageKeyError extends TapedeckError {
  override readonly code = 'STORAGE_KEY_INVALID';
  override readonly fault = 'caller';

  constructor(key: string, reason: string) {
    super(`Storage key ${JSON.stringify(key)} is refused: ${reason}.`);
  }
}

/** The storage did not take a file now; the same call may work later. The file is still where it was. */
export class StorageUnavailableError extends TapedeckError {
  override readonly code = 'STORAGE_UNAVAILABLE';
  override readonly fault = 'destination';
  override readonly retryable = true;

  constructor(storage: string, key: string, options: { cause: unknown }) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(`Storage "${storage}" did not take ${key}: ${reason}`, options);
  }
}

/** What stands in the storage is not what was sent: size or SHA-256 differ. */
export class StorageVerifyError extends TapedeckError {
  override readonly code = 'STORAGE_VERIFY_FAILED';
  override readonly fault = 'destination';
  override readonly retryable = true;

  constructor(storage: string, key: string, detail: string) {
    super(`Storage "${storage}" holds other bytes than were sent for ${key}: ${detail}.`);
  }
}

/** An address from a request or a setting that this server does not connect to. */
export class OutgoingAddressError extends TapedeckError {
  override readonly code = 'OUTGOING_ADDRESS';
  override readonly fault = 'caller';
  override readonly field: string | null;

  /** @param field Where in the request the address stands; null: it is kept already. */
  constructor(host: string, reason: string, field: string | null = null) {
    super(`Nothing is sent to ${JSON.stringify(host.slice(0, 120))}: ${reason}.`);
    this.field = field;
  }
}

/** A request to where a setting points got no whole answer: no such name, refused, reset, timed out, bad certificate, answer too long. */
export class OutgoingRequestError extends TapedeckError {
  override readonly code = 'OUTGOING_FAILED';
  override readonly fault = 'destination';
  override readonly retryable = true;

  constructor(host: string, reason: string, options?: ErrorOptions) {
    super(`No answer from ${host}: ${reason}.`, options);
  }
}

/** What must be put right in a storage's settings or account before it takes anything. */
export type StorageSetupCode =
  | 'STORAGE_DENIED'
  | 'STORAGE_BUCKET_MISSING'
  | 'STORAGE_NAME_UNKNOWN'
  | 'STORAGE_TLS_FAILED'
  | 'STORAGE_CLOCK_WRONG'
  | 'STORAGE_ADDRESS_REFUSED';

/** The storage takes nothing until somebody changes its settings, its account or this server's configuration. Tried again for days all the same. */
export class StorageSetupError extends TapedeckError {
  override readonly code: StorageSetupCode;
  override readonly fault = 'destination';
  override readonly retryable = true;

  constructor(code: StorageSetupCode, storage: string, reason: string, options: { cause: unknown }) {
    super(`Storage "${storage}": ${reason}`, options);
    this.code = code;
  }
}
