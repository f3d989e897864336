import { RecordingEventPageSchema, RenderSchema, ValidationError, parseOutput } from '@tapedeck/protocol';
import type { FastifyInstance } from 'fastify';
import { principalOf } from '../http/authenticate.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';
import { findRecording, idempotencyKey } from './recordings.ts';
import type { RecordingAddress } from './recordings.ts';

const idSchema = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };
const renderSchema = {
  type: 'object',
  properties: { output: { type: 'object', description: 'As one of the `outputs` of a recording.' } },
  required: ['output'],
};

/** What happened to a recording, and new renders of its log. */
export function historyRoutes(app: FastifyInstance, options: ApiOptions): void {
  app.get<RecordingAddress>('/v1/recordings/:id/events', {
    schema: {
      tags: ['recordings'],
      summary: 'History of a recording, oldest first',
      params: idSchema,
      response: { 200: RecordingEventPageSchema, ...problems },
    },
    handler: async (request) => {
      const { id } = await findRecording(options, request);
      return { items: await options.catalogue.recordings.events(principalOf(request).application.id, id) };
    },
  });

  app.post<RecordingAddress>('/v1/recordings/:id/renders', {
    schema: {
      tags: ['recordings'],
      summary: 'Make another output from the log of an ended recording',
      params: idSchema,
      body: renderSchema,
      response: { 202: RenderSchema, ...problems },
    },
    handler: async (request, reply) => {
      const { id } = await findRecording(options, request);
      const output = parseOutput(onlyOutput(request.body));
      const job = await options.catalogue.jobs.submitRender(principalOf(request).application.id, id, output, idempotencyKey(request));
      return reply.code(202).send({ id: job.id, state: 'queued' });
    },
  });
}

function onlyOutput(body: unknown): unknown {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) throw new ValidationError('', 'must be a JSON object', body);
  const stranger = Object.keys(body).find((name) => name !== 'output');
  if (stranger !== undefined) throw new ValidationError(stranger, 'is not known; allowed here: output');
  if (!('output' in body)) throw new ValidationError('output', 'is missing');
  return body.output;
}
