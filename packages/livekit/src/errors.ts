import { TapedeckError } from '@tapedeck/protocol';

/** No way to a LiveKit server binary worked. `attempts` says what each one answered. */
export class LiveKitBinaryError extends TapedeckError {
  override readonly code = 'LIVEKIT_BINARY_MISSING';
  override readonly fault = 'service';
  readonly attempts: readonly { readonly way: string; readonly reason: string }[];

  constructor(attempts: readonly { readonly way: string; readonly reason: string }[]) {
    super(`No LiveKit server binary:\n${attempts.map(({ way, reason }) => `  - ${way}: ${reason}`).join('\n')}`);
    this.attempts = attempts;
  }
}

/** The LiveKit server process ended or did not answer in time. */
export class LiveKitStartError extends TapedeckError {
  override readonly code = 'LIVEKIT_START_FAILED';
  override readonly fault = 'service';
  override readonly retryable = true;
}

/** The room cannot be joined: refused token, unknown room, unreachable server. */
export class JoinError extends TapedeckError {
  override readonly code = 'LIVEKIT_JOIN_FAILED';
  override readonly fault = 'service';
  override readonly retryable: boolean;
  /** HTTP status of the refused upgrade, or null when no answer came. */
  readonly status: number | null;

  constructor(message: string, status: number | null, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.retryable = status === null || status >= 500 || status === 429;
  }
}

/** A webhook that LiveKit did not sign with our key pair, or that is none. Which of the two is not told. */
export class WebhookError extends TapedeckError {
  override readonly code = 'LIVEKIT_WEBHOOK_INVALID';
  override readonly fault = 'caller';

  constructor(options: { cause: unknown }) {
    super('This is not a webhook that the LiveKit server signed with our key pair.', options);
  }
}

/** The access token is malformed, expired, or signed with another secret. */
export class TokenError extends TapedeckError {
  override readonly code = 'LIVEKIT_TOKEN_INVALID';
  override readonly fault = 'caller';
}
