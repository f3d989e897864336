import { randomBytes } from 'node:crypto';
import { problemMediaType, ValidationError } from '@tapedeck/protocol';
import fastify, { LogController } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { NotFoundError } from './errors.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { fileRoutes } from './files/file-routes.ts';
import { authenticate } from './http/authenticate.ts';
import { collectRoutes } from './http/method-not-allowed.ts';
import { sendProblem, toProblem } from './http/problem-answer.ts';
import { readJsonBodies } from './http/read-body.ts';
import { describeApi } from './openapi.ts';
import type { ApiOptions } from './ports.ts';
import { applicationRoutes } from './routes/application.ts';
import { eventStreamRoutes } from './routes/event-stream.ts';
import { recordingFileRoutes } from './routes/files.ts';
import { healthRoutes } from './routes/health.ts';
import { historyRoutes } from './routes/history.ts';
import { keyRoutes } from './routes/keys.ts';
import { livekitRoutes } from './routes/livekit.ts';
import { livekitWebhookRoute } from './routes/livekit-webhook.ts';
import { recordingRoutes } from './routes/recordings.ts';
import { renderRoutes } from './routes/renders.ts';
import { templateRoutes } from './routes/templates.ts';
import { usageRoutes } from './routes/usage.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { storageRoutes } from './routes/storages.ts';

const bodyLimitBytes = 256 * 1024;

/**
 * The HTTP side of Tapedeck, ready to `listen` or `inject`. Closing it ends its connections; catalogue and ports stay open.
 * Every error, also of paths that do not exist and bodies that cannot be read, is problem JSON with a code of docs/errors.md.
 */
export async function buildApi(options: ApiOptions): Promise<FastifyInstance> {
  const app = fastify({
    ...(options.log === undefined ? { logger: false } : { loggerInstance: options.log }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: true,
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: () => `req_${randomBytes(12).toString('hex')}`,
    routerOptions: { maxParamLength: 2048 },
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    clientErrorHandler: (_error, socket) => {
      const problem = toProblem(new ValidationError('', 'is not HTTP that this server understands'), 'none');
      const body = JSON.stringify(problem);
      const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: ${problemMediaType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
      if (socket.writable) socket.end(head + body);
      else socket.destroy();
    },
  });
  app.setValidatorCompiler(() => () => true); // the schemas describe; readValue reads
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(new NotFoundError(`Nothing is served at ${request.url.slice(0, 200)}.`), request, reply),
  );
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
  });
  await describeApi(app);
  await app.register(async (scope) => ownRoutes(scope, options));
  if (options.register !== undefined) await app.register(async (scope) => await options.register?.(scope));
  await app.ready();
  return app;
}

async function ownRoutes(app: FastifyInstance, options: ApiOptions): Promise<void> {
  readJsonBodies(app);
  const refuseOthers = collectRoutes(app);
  healthRoutes(app, options);
  fileRoutes(app, options);
  app.get('/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.register(async (scope) => {
    scope.addHook('onRequest', async (request) => await authenticate(options.catalogue, request));
    recordingRoutes(scope, options);
    historyRoutes(scope, options);
    recordingFileRoutes(scope, options);
    renderRoutes(scope, options);
    evidenceRoutes(scope, options);
    livekitRoutes(scope, options);
    templateRoutes(scope, options);
    webhookRoutes(scope, options);
    storageRoutes(scope, options);
    eventStreamRoutes(scope, options);
    applicationRoutes(scope, options);
    keyRoutes(scope, options);
    usageRoutes(scope, options);
  });
  await app.register(async (scope) => livekitWebhookRoute(scope, options));
  refuseOthers();
}
