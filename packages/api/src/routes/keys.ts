import { KeyNotFoundError } from '@tapedeck/catalogue';
import { CreateKeySchema, KeyPageSchema, KeySchema, asRequestSchema, readValue } from '@tapedeck/protocol';
import type { CreateKey } from '@tapedeck/protocol';
import type { FastifyInstance } from 'fastify';
import { keyHolderOf } from '../http/authenticate.ts';
import { refuseBody } from '../http/read-body.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';
import { idempotencyKey, idempotencyKeySchema } from './recordings.ts';

interface KeyAddress {
  Params: { key: string };
}

const tags = ['keys'];
const params = { type: 'object', properties: { key: { type: 'string' } }, required: ['key'] };

/** Key pairs of the application. Only a key pair itself may use them. */
export function keyRoutes(app: FastifyInstance, { catalogue: { keys } }: ApiOptions): void {
  app.post('/v1/keys', {
    schema: {
      ...{ tags, summary: 'A further key pair; the answer shows its secret once', headers: idempotencyKeySchema },
      ...{ body: asRequestSchema(CreateKeySchema), response: { 201: KeySchema, ...problems } },
    },
    handler: async (request, reply) => {
      const { id } = keyHolderOf(request);
      const { name } = readValue(CreateKeySchema, request.body) as CreateKey;
      const key = await keys.create(id, name, idempotencyKey(request));
      return reply.code(201).header('location', `/v1/keys/${key.key}`).header('cache-control', 'no-store').send(key);
    },
  });

  app.get('/v1/keys', {
    schema: { tags, summary: 'List key pairs, the primary one first', response: { 200: KeyPageSchema, ...problems } },
    handler: async (request) => ({ items: await keys.list(keyHolderOf(request).id) }),
  });

  app.get<KeyAddress>('/v1/keys/:key', {
    schema: { tags, summary: 'Read a key pair', params, response: { 200: KeySchema, ...problems } },
    handler: async (request) => {
      const found = (await keys.list(keyHolderOf(request).id)).find(({ key }) => key === request.params.key);
      if (found === undefined) throw new KeyNotFoundError(request.params.key.slice(0, 64));
      return found;
    },
  });

  app.delete<KeyAddress>('/v1/keys/:key', {
    schema: {
      ...{ tags, summary: 'Revoke a key pair: it opens nothing from now on', params, response: { 204: { type: 'null' }, ...problems } },
      description: 'Other nodes are told by the database, which takes a moment; should its word be lost, two seconds.',
    },
    handler: async (request, reply) => {
      const { id } = keyHolderOf(request);
      refuseBody(request.body);
      await keys.revoke(id, request.params.key.replaceAll('\0', '').slice(0, 128));
      return reply.code(204).send();
    },
  });
}
