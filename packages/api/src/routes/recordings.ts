import { RecordingNotFoundError } from '@tapedeck/catalogue';
import type { DesiredState } from '@tapedeck/catalogue';
import {
  CreateRecordingSchema,
  PatchRecordingSchema,
  RecordingPageSchema,
  RecordingSchema,
  ValidationError,
  asRequestSchema,
  limits,
  parseCreateRecording,
  parsePatchRecording,
  readValue,
} from '@tapedeck/protocol';
import type { Recording } from '@tapedeck/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ForbiddenError } from '../errors.ts';
import { principalOf } from '../http/authenticate.ts';
import { refuseBody } from '../http/read-body.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';
import { presentRecording } from '../present-recording.ts';
import { ListQuerySchema } from './list-query.ts';
import type { ListQuery } from './list-query.ts';

/** Address parameters of everything below one recording. */
export interface RecordingAddress {
  Params: { id: string };
}

const idSchema = { type: 'object', properties: { id: { type: 'string', description: '`rec_…`' } }, required: ['id'] };

/**
 * The recording of the address, when its caller may know of it.
 *
 * @throws {RecordingNotFoundError} RECORDING_NOT_FOUND also for another application's and, under a narrowed token, another room's.
 */
export async function findRecording(options: ApiOptions, request: FastifyRequest<RecordingAddress>): Promise<Recording> {
  const { application, room } = principalOf(request);
  const { id } = request.params;
  const found = /^rec_[0-9a-z]{26}$/.test(id) ? await options.catalogue.recordings.get(application.id, id) : null;
  if (found === null || (room !== null && found.room !== room)) throw new RecordingNotFoundError(id.slice(0, 64));
  return found;
}

/** Create, read, list, change, stop, pause, resume and delete. */
export function recordingRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { recordings } = options.catalogue;
  const tags = ['recordings'];
  const answer = { 200: RecordingSchema, ...problems };

  app.post('/v1/recordings', {
    schema: {
      tags,
      summary: 'Start a recording',
      headers: {
        type: 'object',
        properties: { 'idempotency-key': { type: 'string', minLength: 1, maxLength: limits.idempotencyKeyLength } },
      },
      body: asRequestSchema(CreateRecordingSchema),
      response: { 201: RecordingSchema, ...problems },
    },
    handler: async (request, reply) => {
      const { application, room } = principalOf(request);
      const wanted = parseCreateRecording(request.body);
      const key = idempotencyKey(request);
      if (room !== null && wanted.room !== room)
        throw new ForbiddenError(`The token is for another room than ${JSON.stringify(wanted.room)}.`);
      await options.admit?.(application, wanted);
      const recording = await recordings.create(application.id, wanted, key);
      return reply
        .code(201)
        .header('location', `/v1/recordings/${recording.id}`)
        .send(presentRecording(recording, options, request));
    },
  });

  app.get('/v1/recordings', {
    schema: {
      tags,
      summary: 'List recordings, newest first',
      querystring: ListQuerySchema,
      response: { 200: RecordingPageSchema, ...problems },
    },
    handler: async (request) => {
      const { application, room } = principalOf(request);
      const query = readQuery(request.query);
      if (room !== null && (query.room ?? room) !== room) throw new ForbiddenError('The token is for another room.');
      const page = await recordings.list(application.id, room === null ? query : { ...query, room });
      return { ...page, items: page.items.map((item) => presentRecording(item, options, request)) };
    },
  });

  app.get<RecordingAddress>('/v1/recordings/:id', {
    schema: { tags, summary: 'Read a recording', params: idSchema, response: answer },
    handler: async (request) => presentRecording(await findRecording(options, request), options, request),
  });

  app.patch<RecordingAddress>('/v1/recordings/:id', {
    schema: {
      tags,
      summary: 'Change layout, subscriptions or metadata',
      params: idSchema,
      body: asRequestSchema(PatchRecordingSchema),
      response: answer,
    },
    handler: async (request) => {
      const { id } = await findRecording(options, request);
      const change = parsePatchRecording(request.body);
      return presentRecording(await recordings.patch(principalOf(request).application.id, id, change), options, request);
    },
  });

  app.delete<RecordingAddress>('/v1/recordings/:id', {
    schema: {
      tags,
      summary: 'Delete an ended recording with its files',
      params: idSchema,
      response: { 204: { type: 'null' }, ...problems },
    },
    handler: async (request, reply) => {
      const { id } = await findRecording(options, request);
      refuseBody(request.body);
      await recordings.delete(principalOf(request).application.id, id, (paths) => options.files.remove(id, paths));
      return reply.code(204).send();
    },
  });

  for (const [verb, desired] of [
    ['stop', 'stopped'],
    ['pause', 'paused'],
    ['resume', 'recording'],
  ] as const satisfies [string, DesiredState][]) {
    app.post<RecordingAddress>(`/v1/recordings/:id/${verb}`, {
      schema: { tags, summary: `Ask a recording to ${verb}; a repeat does no harm`, params: idSchema, response: answer },
      handler: async (request) => {
        const { id } = await findRecording(options, request);
        refuseBody(request.body);
        return presentRecording(await recordings.setDesired(principalOf(request).application.id, id, desired), options, request);
      },
    });
  }
}

function readQuery(given: unknown): ListQuery {
  const query = { ...(given as Record<string, unknown>) };
  for (const [name, value] of Object.entries(query)) if (Array.isArray(value)) throw new ValidationError(name, 'must be given once');
  if (typeof query['limit'] === 'string' && /^\d{1,9}$/.test(query['limit'])) query['limit'] = Number(query['limit']);
  return readValue(ListQuerySchema, query) as ListQuery;
}

/**
 * The header that makes a create safe to repeat, or null.
 *
 * @throws {ValidationError} INVALID_REQUEST when it is empty, too long or has other than visible ASCII characters.
 */
export function idempotencyKey(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  const isRight = typeof key === 'string' && key.length <= limits.idempotencyKeyLength && /^[\x21-\x7e]+$/.test(key);
  if (!isRight) throw new ValidationError('Idempotency-Key', `must have 1 to ${limits.idempotencyKeyLength} visible ASCII characters`);
  return key;
}
