import { CreateTokenSchema, RoomPageSchema, TokenSchema, asRequestSchema, parseCreateToken } from '@tapedeck/protocol';
import type { FastifyInstance } from 'fastify';
import { ForbiddenError } from '../errors.ts';
import { principalOf } from '../http/authenticate.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';
import { originOf } from '../present-recording.ts';

/** Tokens to join with, and the rooms that are open now. */
export function livekitRoutes(app: FastifyInstance, options: ApiOptions): void {
  app.post('/v1/tokens', {
    schema: {
      tags: ['rooms'],
      summary: 'A LiveKit access token for one participant',
      body: asRequestSchema(CreateTokenSchema),
      response: { 201: TokenSchema, ...problems },
    },
    handler: async (request, reply) => {
      const { application, kind } = principalOf(request);
      const wanted = parseCreateToken(request.body);
      if (kind === 'token') throw new ForbiddenError('Only the key pair itself makes tokens.');
      return reply.code(201).send(await options.livekit.mintToken(application, wanted, originOf(options, request)));
    },
  });

  app.get('/v1/rooms', {
    schema: { tags: ['rooms'], summary: 'Rooms that are open now', response: { 200: RoomPageSchema, ...problems } },
    handler: async (request) => {
      const { application, room } = principalOf(request);
      const rooms = await options.livekit.listRooms(application);
      return { items: rooms.filter((open) => room === null || open.name === room) };
    },
  });
}
