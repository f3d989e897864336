import type { FastifyInstance } from 'fastify';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';

/** Where the LiveKit server tells what happens in its rooms. The signature of the body is the permission. */
export function livekitWebhookRoute(app: FastifyInstance, options: ApiOptions): void {
  const take = options.livekitWebhook;
  if (take === undefined) return;
  app.removeAllContentTypeParsers();
  // The signature is over the bytes: nothing may read them first.
  app.addContentTypeParser(
    ['application/webhook+json', 'application/json'],
    { parseAs: 'string' },
    async (_request: unknown, text: string) => text,
  );
  app.post('/v1/livekit/webhook', {
    schema: {
      tags: ['rooms'],
      summary: 'Take a webhook of the LiveKit server (`application/webhook+json`, signed by LiveKit)',
      security: [],
      response: { 204: { type: 'null' }, ...problems },
    },
    handler: async (request, reply) => {
      await take(typeof request.body === 'string' ? request.body : '', request.headers.authorization);
      return reply.code(204).send();
    },
  });
}
