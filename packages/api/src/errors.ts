import { TapedeckError } from '@tapedeck/protocol';

/** No credentials came with the request, or they are not right. Which of the two, and what about them, is not told. */
export class UnauthenticatedError extends TapedeckError {
  override readonly code = 'UNAUTHENTICATED';
  override readonly fault = 'caller';

  constructor() {
    super(
      'Send "Authorization: Basic base64(key:secret)", or Bearer with a LiveKit access token of that key that carries video.roomRecord.',
    );
  }
}

/** The credentials are right but do not allow this. */
export class ForbiddenError extends TapedeckError {
  override readonly code = 'FORBIDDEN';
  override readonly fault = 'caller';
}

/** Nothing is served at this address. */
export class NotFoundError extends TapedeckError {
  override readonly code = 'NOT_FOUND';
  override readonly fault = 'caller';
}

/** The address exists, not with this method. */
export class MethodNotAllowedError extends TapedeckError {
  override readonly code = 'METHOD_NOT_ALLOWED';
  override readonly fault = 'caller';
  readonly allowed: readonly string[];

  constructor(method: string, allowed: readonly string[]) {
    super(`${method} is not possible here; allowed: ${allowed.join(', ')}.`);
    this.allowed = allowed;
  }
}

/** The body is larger than the API reads. */
export class PayloadTooLargeError extends TapedeckError {
  override readonly code = 'PAYLOAD_TOO_LARGE';
  override readonly fault = 'caller';
}

/** The body is of a media type that the API does not read. */
export class UnsupportedMediaTypeError extends TapedeckError {
  override readonly code = 'UNSUPPORTED_MEDIA_TYPE';
  override readonly fault = 'caller';
}

/** A signed address of a file that does not verify (`FILE_LINK_INVALID` also for a changed path). */
export class FileLinkError extends TapedeckError {
  override readonly code = 'FILE_LINK_INVALID';
  override readonly fault = 'caller';

  constructor() {
    super('This file address is not one that this server signed. Read the recording again for a good one.');
  }
}

/** A signed address of a file whose time is over. */
export class FileLinkExpiredError extends TapedeckError {
  override readonly code = 'FILE_LINK_EXPIRED';
  override readonly fault = 'caller';

  constructor() {
    super('This file address has expired. Read the recording again for a new one.');
  }
}

/** The wanted bytes lie outside the file. */
export class RangeNotSatisfiableError extends TapedeckError {
  override readonly code = 'RANGE_NOT_SATISFIABLE';
  override readonly fault = 'caller';
  override readonly field = 'Range';
  readonly sizeBytes: number;

  constructor(range: string, sizeBytes: number) {
    super(`Range ${JSON.stringify(range.slice(0, 60))} lies outside a file of ${sizeBytes} bytes.`);
    this.sizeBytes = sizeBytes;
  }
}

/** Something went wrong that nobody foresaw; the log of the server has it under the request id. */
export class InternalError extends TapedeckError {
  override readonly code = 'INTERNAL';
  override readonly fault = 'service';

  constructor(options: { cause: unknown }) {
    super('The server failed. Its log tells more under the request id.', options);
  }
}
