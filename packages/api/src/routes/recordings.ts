import { RecordingNotFoundError, TemplateNotFoundError } from '@tapedeck/catalogue';
import type { Application, DesiredState } from '@tapedeck/catalogue';
import {
  CreateRecordingSchema,
  LinkQuerySchema,
  PatchRecordingSchema,
  RecordingPageSchema,
  RecordingSchema,
  ValidationError,
  applyTemplate,
  asRequestSchema,
  limits,
  parseCreateRecording,
  parsePatchRecording,
} from '@tapedeck/protocol';
import type { LinkQuery, CreateRecording, Recording } from '@tapedeck/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ForbiddenError } from '../errors.ts';
import { principalOf } from '../http/authenticate.ts';
import { refuseBody } from '../http/read-body.ts';
import { readQuery } from '../http/read-query.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';
import { presentRecording } from '../present-recording.ts';
import { ListQuerySchema } from './list-query.ts';
import type { ListQuery } from './list-query.ts';

/** Address parameters of everything below one recording. */
export interface RecordingAddress {
  Params: { id: string };
}

/** The header that makes a create safe to repeat, for the OpenAPI document. */
export const idempotencyKeySchema = {
  type: 'object',
  properties: { 'idempotency-key': { type: 'string', minLength: 1, maxLength: limits.idempotencyKeyLength } },
};

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
  const start = async (application: Application, body: object, asked: CreateRecording, key: string | null): Promise<Recording> => {
    const wanted = asked.template === null ? asked : await fromTemplate(options, application, asked.template, body);
    await options.admit?.(application, wanted);
    return await recordings.create(application.id, wanted, key, asked);
  };

  app.post('/v1/recordings', {
    schema: {
      tags,
      summary: 'Start a recording',
      headers: idempotencyKeySchema,
      body: asRequestSchema(CreateRecordingSchema),
      response: { 201: RecordingSchema, ...problems },
    },
    handler: async (request, reply) => {
      const { application, room } = principalOf(request);
      const asked = parseCreateRecording(request.body);
      const key = idempotencyKey(request);
      if (room !== null && asked.room !== room)
        throw new ForbiddenError(`The token is for another room than ${JSON.stringify(asked.room)}.`);
      const before = key === null ? null : await recordings.createdBefore(application.id, key, asked);
      const recording = before ?? (await start(application, request.body as object, asked, key));
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
      const query = readQuery(ListQuerySchema, request.query) as ListQuery;
      if (room !== null && (query.room ?? room) !== room) throw new ForbiddenError('The token is for another room.');
      const page = await recordings.list(application.id, room === null ? query : { ...query, room });
      return { ...page, items: page.items.map((item) => presentRecording(item, options, request, query.expiresInS)) };
    },
  });

  app.get<RecordingAddress>('/v1/recordings/:id', {
    schema: { tags, summary: 'Read a recording', params: idSchema, querystring: LinkQuerySchema, response: answer },
    handler: async (request) => {
      const { expiresInS } = readQuery(LinkQuerySchema, request.query) as LinkQuery;
      return presentRecording(await findRecording(options, request), options, request, expiresInS);
    },
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
      const { id, outputs } = await findRecording(options, request);
      const canvases = outputs.flatMap((output) => (output.type === 'composite' && output.video !== null ? [output.video] : []));
      const change = parsePatchRecording(request.body, canvases);
      if (change.layout !== undefined && canvases.length === 0)
        throw new ValidationError('layout', 'needs a composite output with a picture; this recording has none');
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
      const applicationId = principalOf(request).application.id;
      await recordings.delete(applicationId, id, (places, home) => options.files.remove({ applicationId, id, home }, places));
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

/** The request with what it leaves out said by a template. @throws {TemplateNotFoundError} TEMPLATE_NOT_FOUND */
async function fromTemplate(options: ApiOptions, application: Application, name: string, body: object): Promise<CreateRecording> {
  const template = await options.catalogue.templates.byName(application.id, name);
  if (template === null) throw new TemplateNotFoundError(name, 'template');
  return parseCreateRecording(applyTemplate(template, body));
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
