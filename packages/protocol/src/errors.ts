/** Who must act: the caller, the place a file or event goes to, or whoever runs this service. Drives HTTP status and alerting. */
export type Fault = 'caller' | 'destination' | 'service';

/**
 * Base of every error that Tapedeck throws on purpose. One subclass per decision the caller can make, one `code` per cause; data as fields.
 * Every code stands in `docs/errors.md`; a test holds the two equal. Messages carry the offending value, never secrets or signed URLs.
 */
export abstract class TapedeckError extends Error {
  abstract readonly code: string;
  abstract readonly fault: Fault;
  /** True when the same call may work later without a change. */
  readonly retryable: boolean = false;
  /** Name of the request field or configuration key at fault, when there is one. */
  readonly field: string | null = null;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A value from outside is not what the contract says. Nothing was started or changed. */
export class ValidationError extends TapedeckError {
  override readonly code = 'INVALID_REQUEST';
  override readonly fault = 'caller';
  override readonly field: string;

  /**
   * @param field Where in the request, e.g. `outputs[0].video.fps`; empty: the request itself.
   * @param rule What it must be, as the end of a sentence: `must be an integer from 1 to 60`.
   * @param value What it is; shown shortened. Leave out what must not be shown.
   */
  constructor(field: string, rule: string, value?: unknown) {
    super(`${field === '' ? 'The request' : field} ${rule}${value === undefined ? '' : `; it is ${shown(value)}`}.`);
    this.field = field;
  }

  /** The same finding under another name of the field. */
  at(field: string): ValidationError {
    return new ValidationError(field, this.message.slice((this.field === '' ? 'The request' : this.field).length + 1, -1));
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
