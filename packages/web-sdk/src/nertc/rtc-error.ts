/** What went wrong, by NetEase's numbers. */
export const rtcErrorNames = {
  10000: 'INVALID_PARAMETER_ERROR',
  10001: 'NOT_SUPPORT_ERROR',
  10008: 'INVALID_OPERATION_ERROR',
  10009: 'API_CALL_SEQUENCE_BEFORE_ERROR',
  10010: 'API_CALL_SEQUENCE_AFTER_ERROR',
  10011: 'LOCALSTREAM_NOT_FOUND',
  10100: 'JOIN_FAILED',
  10101: 'REPEAT_JOIN_ERROR',
  10104: 'USER_NOT_IN_CHANNEL_ERROR',
  10110: 'JOIN_WITHOUT_CHANNEL_NAME',
  10112: 'JOIN_UID_TYPE_ERROR',
  10119: 'SERVER_AUTH_ERROR',
  10210: 'STREAM_UID_ERROR',
  10212: 'MEDIA_DEVICE_ERROR',
  10350: 'PUBLISH_NO_STREAM_ERROR',
  10355: 'PUBLISH_SERVER_ERROR',
  10360: 'SUBSCRIBE_SERVER_ERROR',
  10450: 'RECORDING_NOT_SUPPORT',
  10451: 'REPEAT_RECORDING_ERROR',
  10452: 'RECORDING_CACHE_ERROR',
  10453: 'RECORDING_ERROR',
  10454: 'RECORDING_NOT_START_ERROR',
  41030: 'AUTO_PLAY_NOT_ALLOWED',
} as const;
/** One of NetEase's numbers. */
export type RtcErrorCode = keyof typeof rtcErrorNames;

/** The error of every method of this facade: what applications written for NERTC look at is `code` and `message`, or `getCode()` and `getMessage()`. */
export class RtcError extends Error {
  readonly #code: RtcErrorCode;
  readonly #advice: string;

  constructor(code: RtcErrorCode, message: string, advice = '', options?: ErrorOptions) {
    super(message, options);
    this.name = 'Error';
    this.#code = code;
    this.#advice = advice;
  }

  get code(): number {
    return this.#code;
  }

  get advice(): string {
    return this.#advice;
  }

  get extraCode(): number {
    return 0;
  }

  /** The number's name, for instance `RECORDING_ERROR`. */
  get codeName(): string {
    return rtcErrorNames[this.#code];
  }

  getCode(): number {
    return this.#code;
  }

  getMessage(): string {
    return this.message;
  }

  getProposal(): string {
    return this.#advice;
  }

  getExtraCode(): number {
    return 0;
  }
}

/** Any error as one with the given number; one that has a number keeps it. */
export function asRtcError(cause: unknown, code: RtcErrorCode, prefix: string): RtcError {
  if (cause instanceof RtcError) return cause;
  return new RtcError(code, `${prefix}: ${cause instanceof Error ? cause.message : String(cause)}`, '', { cause });
}
