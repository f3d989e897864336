import { STATUS_CODES } from 'node:http';
import { TapedeckError, ValidationError, problemMediaType } from '@tapedeck/protocol';
import type { Problem } from '@tapedeck/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  InternalError,
  MethodNotAllowedError,
  NotFoundError,
  PayloadTooLargeError,
  RangeNotSatisfiableError,
  UnsupportedMediaTypeError,
} from '../errors.ts';

const statusByCode: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  LIVEKIT_WEBHOOK_INVALID: 401,
  FORBIDDEN: 403,
  FILE_LINK_INVALID: 403,
  NOT_FOUND: 404,
  RECORDING_NOT_FOUND: 404,
  TEMPLATE_NOT_FOUND: 404,
  RENDER_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  STORAGE_NOT_FOUND: 404,
  RECORDING_STATE: 409,
  RENDER_STATE: 409,
  TEMPLATE_NAME_TAKEN: 409,
  WEBHOOK_NOT_FOUND: 404,
  KEY_NOT_FOUND: 404,
  FILE_NOT_FOUND: 404,
  DELIVERY_NOT_FOUND: 404,
  WEBHOOK_LIMIT: 409,
  KEY_LIMIT: 409,
  KEY_PRIMARY: 409,
  STORAGE_NAME_TAKEN: 409,
  STORAGE_IN_USE: 409,
  RECORDING_LOG_DELETED: 410,
  FILE_LINK_EXPIRED: 410,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  IDEMPOTENCY_CONFLICT: 422,
  DISK_FULL: 507,
};

/** Every error as the API answers it. What nobody foresaw becomes INTERNAL and keeps its words to the log. */
export function toProblem(error: TapedeckError, requestId: string): Problem {
  const byFault = error.fault === 'caller' ? 400 : error.fault === 'destination' ? 502 : error.retryable ? 503 : 500;
  const status = statusByCode[error.code] ?? byFault;
  return {
    type: `https://github.com/tapedeck/tapedeck/blob/main/docs/errors.md#${error.code.toLowerCase()}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: error.code,
    detail: error.message,
    fault: error.fault,
    ...(error.field === null ? {} : { field: error.field }),
    requestId,
  };
}

/** Answers with problem JSON and logs, once, what whoever runs the service must see. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toTapedeckError(thrown);
  const problem = toProblem(error, request.id);
  if (problem.status >= 500)
    request.log.error({ err: error.code === 'INTERNAL' ? thrown : error, requestId: request.id }, 'Request failed.');
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="tapedeck"');
  if (problem.status === 503) void reply.header('retry-after', '1');
  if (error instanceof MethodNotAllowedError) void reply.header('allow', error.allowed.join(', '));
  if (error instanceof RangeNotSatisfiableError) void reply.header('content-range', `bytes */${error.sizeBytes}`);
  // A body that was not read would be taken for the next request.
  if (problem.status === 413) void reply.header('connection', 'close');
  const headers = { 'cache-control': 'no-store', 'content-type': problemMediaType };
  return reply
    .code(problem.status)
    .headers(headers)
    .send(Buffer.from(JSON.stringify(problem))); // text would get a charset, which this type has not
}

/** Fastify's own errors, in our words. */
function toTapedeckError(thrown: unknown): TapedeckError {
  if (thrown instanceof TapedeckError) return thrown;
  const { code = '', statusCode = 500, message = '' } = thrown as { code?: string; statusCode?: number; message?: string };
  if (statusCode === 413) return new PayloadTooLargeError('The body is too large for this request.', { cause: thrown });
  if (statusCode === 415) return new UnsupportedMediaTypeError('The body must be application/json.', { cause: thrown });
  if (statusCode === 404) return new NotFoundError('Nothing is served at this address.', { cause: thrown });
  if (code === 'FST_ERR_BAD_URL') return new ValidationError('', 'has an address that cannot be decoded');
  if (statusCode >= 400 && statusCode < 500) return new ValidationError('', `cannot be read: ${message}`);
  return new InternalError({ cause: thrown });
}
