import type { ApiOptions, FilesPort } from '@tapedeck/api';
import { answerTencentError, isTencentRequest, tencentCallbacks, type TencentHandler, tencentHandler } from '@tapedeck/api-tencent';
import { answerVolcengineError, isVolcengineRequest, volcengineCallbacks, volcengineHandler } from '@tapedeck/api-volcengine';
import type { Application, Catalogue } from '@tapedeck/catalogue';
import type { OutgoingGuard } from '@tapedeck/delivery';
import type { CreateRecording } from '@tapedeck/protocol';
import type { CallbacksByDialect } from '../callbacks/dialects.ts';
import type { Logger } from '../log/logger.ts';
import type { Runtime } from '../supervisor/messages.ts';
import { dialectFiles } from './dialect-files.ts';
import { dialectRooms } from './dialect-rooms.ts';

/** How each dialect tells what happened. */
export const dialectCallbacks: CallbacksByDialect = { tencent: tencentCallbacks, volcengine: volcengineCallbacks };

/** What the vendors' dialects work with. */
export interface DialectParts {
  readonly runtime: Runtime;
  readonly catalogue: Catalogue;
  readonly files: FilesPort;
  readonly guard: OutgoingGuard;
  readonly admit: (application: Application, request: CreateRecording) => Promise<void>;
  readonly log: Logger;
}

/** Takes a request that is a vendor's call and answers it; null: it is none. The body has to be the bytes as they came, or nothing. */
export type AnswerDialect = (...call: Parameters<TencentHandler>) => ReturnType<TencentHandler> | null;
type Register = NonNullable<ApiOptions['register']>;

/** Both vendors' APIs, each with the ports that it declares. One for a process: they remember what came before. */
export function answerDialects({ runtime, catalogue, files, guard, admit, log }: DialectParts): AnswerDialect {
  const { storageEndpoints: allowedEndpoints, maxTencentTasks: maxTasks } = runtime.config.dialects;
  const shared = { catalogue, admit, log };
  const tencent = tencentHandler({
    ...shared,
    ...{ rooms: dialectRooms(runtime.livekit), files: dialectFiles(files, runtime.config.publicUrl), allowedEndpoints, maxTasks },
  });
  const storages = { isAllowed: (endpoint: string) => allowedEndpoints.includes(endpoint) };
  const volcengine = volcengineHandler({ ...shared, outgoing: guard, storages });
  return (request, reply) => {
    if (isTencentRequest(request)) return tencent(request, reply);
    return isVolcengineRequest(request) ? volcengine(request, reply) : null;
  };
}

/**
 * Serves the dialects on `/`: `POST` (and what they refuse) in a scope of its own, whose bodies stay as they came (their signatures are over the bytes), and `GET` in front of whatever `others` serve there.
 */
export function serveDialects(answer: AnswerDialect, others: Register): Register {
  return async (app) => {
    await app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, bytes: Buffer) => bytes);
      scope.setErrorHandler((error: Parameters<typeof answerTencentError>[0], request, reply) => {
        if (isTencentRequest(request)) return answerTencentError(error, request, reply);
        if (isVolcengineRequest(request)) return answerVolcengineError(error, request, reply);
        throw error; // as everywhere else
      });
      const method = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']; // of which the vendors take POST alone, and say so in their own words
      scope.route({
        ...{ method, url: '/', schema: { hide: true } },
        handler: async (request, reply) => {
          const answered = answer(request, reply);
          return answered === null ? reply.callNotFound() : await answered;
        },
      });
    });
    await app.register(async (scope) => {
      scope.addHook('onRequest', async (request, reply) => {
        const isRoot = request.method === 'GET' && request.url.split('?')[0] === '/';
        return isRoot ? await answer(request, reply) : undefined;
      });
      await others(scope);
    });
  };
}
