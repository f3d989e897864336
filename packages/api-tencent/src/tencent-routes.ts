import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { TencentOptions } from './options.ts';
import { answerCall } from './wire/answer-call.ts';
import type { TencentAnswer } from './wire/answer-call.ts';
import { ReplayGuard } from './wire/replay-guard.ts';
import { callOf } from './wire/tencent-call.ts';

/** Answers a request that `isTencentRequest` takes; its body must have been kept as bytes. */
export type TencentHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** The handler of the dialect; one for a process: it remembers what came before. */
export function tencentHandler(options: TencentOptions): TencentHandler {
  const guard = new ReplayGuard();
  return async (request, reply) => {
    const origin = `${request.protocol}://${request.host}`;
    return send(request, reply, await answerCall(options, guard, callOf(request), origin));
  };
}

/** Answers what could not even be read (a body too large, say) in the vendor's form. */
export function answerTencentError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isLarge = error.statusCode === 413;
  const Code = isLarge ? 'RequestSizeLimitExceeded' : (error.statusCode ?? 500) < 500 ? 'InvalidRequest' : 'InternalError';
  const Message = isLarge
    ? 'The request body is too large.'
    : Code === 'InvalidRequest'
      ? 'The request cannot be read.'
      : 'The server failed.';
  if (isLarge) void reply.header('connection', 'close'); // what was not read would be taken for the next request
  return send(request, reply, { Response: { Error: { Code, Message }, RequestId: randomUUID() } });
}

/** Serves the dialect on `/` of a Fastify scope of its own. */
export function tencentRoutes(options: TencentOptions): (app: FastifyInstance) => void {
  const handler = tencentHandler(options);
  return (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, bytes: Buffer) => bytes);
    app.setErrorHandler((error: FastifyError, request, reply) => answerTencentError(error, request, reply));
    app.route({ method: ['GET', 'POST'], url: '/', exposeHeadRoute: false, schema: { hide: true }, handler });
  };
}

/** Exactly `application/json`, which the vendor's SDKs look for; text would get a charset. */
function send(request: FastifyRequest, reply: FastifyReply, answer: TencentAnswer): FastifyReply {
  const trace = request.headers['x-tc-traceid'];
  if (typeof trace === 'string' && /^[\x21-\x7e]{1,128}$/.test(trace)) void reply.header('x-tc-traceid', trace);
  return reply
    .code(200)
    .headers({ 'content-type': 'application/json', 'cache-control': 'no-store' })
    .send(Buffer.from(JSON.stringify(answer)));
}
