import { TapedeckError } from '@tapedeck/protocol';
import type { Fault } from '@tapedeck/protocol';

/** There is no log where one was to be read. */
export class LogNotFoundError extends TapedeckError {
  override readonly code = 'RTPLOG_NOT_FOUND';
  override readonly fault: Fault = 'caller';
  readonly path: string;

  constructor(path: string, options?: ErrorOptions) {
    super(`No log at ${path}.`, options);
    this.path = path;
  }
}

/** A segment's magic, version or header is not what this version reads. A damaged record is not an error: reading stops in front of it. */
export class CorruptLogError extends TapedeckError {
  override readonly code = 'RTPLOG_CORRUPT';
  override readonly fault: Fault = 'service';
  readonly path: string;
  readonly offsetBytes: number;

  constructor(path: string, offsetBytes: number, options?: ErrorOptions) {
    super(`Corrupt segment ${path} at byte ${offsetBytes}.`, options);
    this.path = path;
    this.offsetBytes = offsetBytes;
  }
}

/** A writer was opened on a folder that already holds a log: two writers must never share an epoch. */
export class LogExistsError extends TapedeckError {
  override readonly code = 'RTPLOG_EXISTS';
  override readonly fault: Fault = 'service';
  readonly path: string;

  constructor(path: string, options?: ErrorOptions) {
    super(`${path} already holds a log; take the next epoch.`, options);
    this.path = path;
  }
}

/** The seal could not be written (the disk is full, say); the log itself is whole and can be sealed later. */
export class SealFailedError extends TapedeckError {
  override readonly code = 'RTPLOG_SEAL_FAILED';
  override readonly fault: Fault = 'service';
  override readonly retryable = true;
  readonly path: string;

  constructor(path: string, options?: ErrorOptions) {
    super(`Could not seal the log ${path}.`, options);
    this.path = path;
  }
}
