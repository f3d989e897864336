import type { Problem } from './api-types.ts';

/** The server refused a call, or could not do it: its problem answer, field by field. */
export class TapedeckApiError extends Error {
  override readonly name = 'TapedeckApiError';
  /** HTTP status. */
  readonly status: number;
  /** Stable, as in the table of codes (docs/errors.md); `HTTP_502` and the like when something in front of the server answered. */
  readonly code: string;
  /** What is wrong, for people. */
  readonly detail: string;
  /** Who must act: the caller, the place that a file goes to, or whoever runs the server. */
  readonly fault: Problem['fault'];
  /** What in the request is at fault, e.g. `outputs[0].video.fps`; null: nothing in particular. */
  readonly field: string | null;
  /** As in the log of the server; null when it is not known. */
  readonly requestId: string | null;

  constructor(problem: Omit<Problem, 'type' | 'title'>) {
    super(`${problem.detail} (${problem.code})`);
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.fault = problem.fault;
    this.field = problem.field ?? null;
    this.requestId = problem.requestId ?? null;
  }

  /** The error of an answer that is none of 2xx. Reads its body. */
  static async of(answer: Response): Promise<TapedeckApiError> {
    const problem = (await answer.json().catch(() => null)) as Partial<Problem> | null;
    return new TapedeckApiError({
      status: answer.status,
      code: typeof problem?.code === 'string' ? problem.code : `HTTP_${answer.status}`,
      detail: typeof problem?.detail === 'string' ? problem.detail : `The server answered ${answer.status}.`,
      fault: problem?.fault ?? (answer.status < 500 ? 'caller' : 'service'),
      ...(typeof problem?.field === 'string' && { field: problem.field }),
      ...(typeof problem?.requestId === 'string' && { requestId: problem.requestId }),
    });
  }
}

/** There was no answer that can be understood. Whether the server did what was asked is not known, except that creates are never done twice. */
export class TapedeckConnectionError extends Error {
  override readonly name = 'TapedeckConnectionError';
  /** `network`: no connection, or it broke; `timeout`: no answer in time; `answer`: not what this API answers. */
  readonly reason: 'network' | 'timeout' | 'answer';

  constructor(reason: TapedeckConnectionError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
