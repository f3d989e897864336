import { UsageQuerySchema, UsageSchema } from '@tapedeck/protocol';
import type { UsageQuery } from '@tapedeck/protocol';
import type { FastifyInstance } from 'fastify';
import { keyHolderOf } from '../http/authenticate.ts';
import { readQuery } from '../http/read-query.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';

/** Minutes that the application recorded. */
export function usageRoutes(app: FastifyInstance, { catalogue }: ApiOptions): void {
  app.get('/v1/usage', {
    schema: {
      ...{ tags: ['usage'], summary: 'Recorded minutes by day, mode and resolution tier' },
      ...{ querystring: UsageQuerySchema, response: { 200: UsageSchema, ...problems } },
    },
    handler: async (request) => await catalogue.usage(keyHolderOf(request).id, readQuery(UsageQuerySchema, request.query) as UsageQuery),
  });
}
