import { WebhookNotFoundError } from '@tapedeck/catalogue';
import {
  CreateWebhookSchema,
  DeliveryPageSchema,
  DeliveryQuerySchema,
  DeliverySchema,
  PatchWebhookSchema,
  ReplaySchema,
  ReplayedSchema,
  RotateSecretSchema,
  WebhookPageSchema,
  WebhookSchema,
  asRequestSchema,
  parseCreateWebhook,
  parsePatchWebhook,
  readValue,
} from '@tapedeck/protocol';
import type { DeliveryQuery, Replay, RotateSecret } from '@tapedeck/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { keyHolderOf } from '../http/authenticate.ts';
import { refuseBody } from '../http/read-body.ts';
import { readQuery } from '../http/read-query.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';
import { idempotencyKey, idempotencyKeySchema } from './recordings.ts';

interface WebhookAddress {
  Params: { id: string };
}
interface DeliveryAddress {
  Params: { id: string; delivery: string };
}

const tags = ['webhooks'];
const params = { type: 'object', properties: { id: { type: 'string', description: '`wh_…`' } }, required: ['id'] };

/** Webhooks with their secrets, delivery logs and replays. Only the key pair itself may use them. */
export function webhookRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { webhooks } = options.catalogue;

  app.post('/v1/webhooks', {
    schema: {
      ...{ tags, summary: 'Send events to an address; the answer shows the secret once', headers: idempotencyKeySchema },
      ...{ body: asRequestSchema(CreateWebhookSchema), response: { 201: WebhookSchema, ...problems } },
    },
    handler: async (request, reply) => {
      const { id: applicationId } = keyHolderOf(request);
      const wanted = parseCreateWebhook(request.body);
      const key = idempotencyKey(request);
      await options.outgoing?.check(wanted.url, 'url');
      const webhook = await webhooks.create(applicationId, wanted, key);
      return reply.code(201).header('location', `/v1/webhooks/${webhook.id}`).header('cache-control', 'no-store').send(webhook);
    },
  });

  app.get('/v1/webhooks', {
    schema: { tags, summary: 'List webhooks, oldest first', response: { 200: WebhookPageSchema, ...problems } },
    handler: async (request) => ({ items: await webhooks.list(keyHolderOf(request).id) }),
  });

  app.get<WebhookAddress>('/v1/webhooks/:id', {
    schema: { tags, summary: 'Read a webhook', params, response: { 200: WebhookSchema, ...problems } },
    handler: async (request) => await webhooks.get(keyHolderOf(request).id, idOf(request)),
  });

  app.patch<WebhookAddress>('/v1/webhooks/:id', {
    schema: {
      ...{ tags, summary: 'Change address, events or description; disable or enable', params },
      ...{ body: asRequestSchema(PatchWebhookSchema), response: { 200: WebhookSchema, ...problems } },
    },
    handler: async (request) => {
      const { id: applicationId } = keyHolderOf(request);
      const change = parsePatchWebhook(request.body);
      if (change.url !== undefined) await options.outgoing?.check(change.url, 'url');
      return await webhooks.patch(applicationId, idOf(request), change);
    },
  });

  app.delete<WebhookAddress>('/v1/webhooks/:id', {
    schema: { tags, summary: 'Delete a webhook with its delivery log', params, response: { 204: { type: 'null' }, ...problems } },
    handler: async (request, reply) => {
      const { id: applicationId } = keyHolderOf(request);
      refuseBody(request.body);
      await webhooks.delete(applicationId, idOf(request));
      return reply.code(204).send();
    },
  });

  app.post<WebhookAddress>('/v1/webhooks/:id/rotate-secret', {
    schema: {
      ...{ tags, summary: 'A new secret, shown once; the old one signs too for a while', params },
      ...{ body: asRequestSchema(RotateSecretSchema), response: { 200: WebhookSchema, ...problems } },
    },
    handler: async (request, reply) => {
      const { id: applicationId } = keyHolderOf(request);
      const { overlapS } = readValue(RotateSecretSchema, request.body ?? undefined) as RotateSecret;
      return reply.header('cache-control', 'no-store').send(await webhooks.rotateSecret(applicationId, idOf(request), overlapS));
    },
  });

  deliveryRoutes(app, options);
}

function deliveryRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { webhooks } = options.catalogue;

  app.get<WebhookAddress>('/v1/webhooks/:id/deliveries', {
    schema: {
      ...{ tags, summary: 'Delivery log of a webhook, newest event first', params },
      ...{ querystring: DeliveryQuerySchema, response: { 200: DeliveryPageSchema, ...problems } },
    },
    handler: async (request) => {
      const { id: applicationId } = keyHolderOf(request);
      return await webhooks.deliveries(applicationId, idOf(request), readQuery(DeliveryQuerySchema, request.query) as DeliveryQuery);
    },
  });

  app.post<DeliveryAddress>('/v1/webhooks/:id/deliveries/:delivery/replay', {
    schema: {
      ...{ tags, summary: 'Send one event again', response: { 202: DeliverySchema, ...problems } },
      params: { ...params, properties: { ...params.properties, delivery: { type: 'string', description: '`dlv_…`' } } },
    },
    handler: async (request, reply) => {
      const { id: applicationId } = keyHolderOf(request);
      refuseBody(request.body);
      return reply.code(202).send(await webhooks.replayOne(applicationId, idOf(request), request.params.delivery.replaceAll('\0', '')));
    },
  });

  app.post<WebhookAddress>('/v1/webhooks/:id/replay', {
    schema: {
      ...{ tags, summary: 'Send the events of a time again, in their order', params },
      ...{ body: asRequestSchema(ReplaySchema), response: { 202: ReplayedSchema, ...problems } },
    },
    handler: async (request, reply) => {
      const { id: applicationId } = keyHolderOf(request);
      const range = readValue(ReplaySchema, request.body) as Replay;
      return reply.code(202).send({ queued: await webhooks.replay(applicationId, idOf(request), range) });
    },
  });
}

function idOf(request: FastifyRequest<WebhookAddress>): string {
  const { id } = request.params;
  if (!/^wh_[0-9a-z]{26}$/.test(id)) throw new WebhookNotFoundError(id.slice(0, 64));
  return id;
}
