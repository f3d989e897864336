import { basename } from 'node:path';
import { TapedeckError } from '@tapedeck/protocol';

/** This build or machine cannot render what the plan asks for: a codec or an encoder is missing or refuses its settings. */
export class RenderSetupError extends TapedeckError {
  override readonly code = 'RENDER_SETUP';
  override readonly fault = 'service';

  constructor(what: string, options?: ErrorOptions) {
    super(`Cannot render: ${what}.`, options);
  }
}

/** The encoder failed in the middle of a render. The log is untouched; the render may be started again. */
export class EncodeError extends TapedeckError {
  override readonly code = 'RENDER_ENCODE_FAILED';
  override readonly fault = 'service';
  override readonly retryable = true;
  readonly status: number;

  constructor(encoder: string, status: number, options?: ErrorOptions) {
    super(`The ${encoder} encoder failed with FFmpeg status ${status}.`, options);
    this.status = status;
  }
}

/** An output file could not be written: the disk is full, or the folder is gone or not ours. */
export class OutputError extends TapedeckError {
  override readonly code = 'RENDER_OUTPUT_FAILED';
  override readonly fault = 'service';
  override readonly retryable = true;
  readonly path: string;

  constructor(path: string, options?: ErrorOptions) {
    super(`Cannot write ${path}.`, options);
    this.path = path;
  }
}

/** Another live process renders into the same folder. */
export class RenderBusyError extends TapedeckError {
  override readonly code = 'RENDER_BUSY';
  override readonly fault = 'service';
  override readonly retryable = true;
  readonly path: string;

  constructor(path: string, ownerPid: number) {
    super(`${path} is being rendered by process ${ownerPid}.`);
    this.path = path;
  }
}

/** The plan asks for something that this version of the renderer cannot make. */
export class PlanError extends TapedeckError {
  override readonly code = 'RENDER_PLAN';
  override readonly fault = 'caller';
  override readonly field: string;

  constructor(field: string, value: unknown, allowed: string) {
    super(`${field} is ${JSON.stringify(value)}; allowed: ${allowed}.`);
    this.field = field;
  }
}

/** A picture file that a layout names cannot be drawn. The render goes on without it. */
export class PictureFileError extends TapedeckError {
  override readonly code = 'RENDER_PICTURE';
  override readonly fault = 'caller';

  constructor(path: string, why: string, options?: ErrorOptions) {
    super(`The picture ${basename(path)} cannot be drawn: ${why}.`, options);
  }
}
