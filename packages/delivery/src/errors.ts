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
