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
