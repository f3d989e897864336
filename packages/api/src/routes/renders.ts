import { RenderNotFoundError } from '@tapedeck/catalogue';
import { CreateRenderSchema, RenderPageSchema, RenderSchema, asRequestSchema, limits, parseCreateRender } from '@tapedeck/protocol';
import type { Render } from '@tapedeck/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { principalOf } from '../http/authenticate.ts';
import { refuseBody } from '../http/read-body.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';
import { originOf, presentFiles } from '../present-recording.ts';
import { findRecording, idempotencyKey } from './recordings.ts';
import type { RecordingAddress } from './recordings.ts';

interface RenderAddress extends RecordingAddress {
  Params: { id: string; renderId: string };
}

const idSchema = { type: 'object', properties: { id: { type: 'string', description: '`rec_…`' } }, required: ['id'] };
const renderIdSchema = {
  type: 'object',
  properties: { ...idSchema.properties, renderId: { type: 'string', description: '`ren_…`' } },
  required: ['id', 'renderId'],
};

/** More outputs from the kept log of an ended recording: another layout or size, some of the people, a part of the time. */
export function renderRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { renders } = options.catalogue;
  const tags = ['renders'];
  const present = (render: Render, request: FastifyRequest): Render =>
    presentFiles(render, principalOf(request).application.id, options.files, originOf(options, request));

  app.post<RecordingAddress>('/v1/recordings/:id/renders', {
    schema: {
      tags,
      summary: 'Make another output from the log of an ended recording',
      params: idSchema,
      headers: {
        type: 'object',
        properties: { 'idempotency-key': { type: 'string', minLength: 1, maxLength: limits.idempotencyKeyLength } },
      },
      body: asRequestSchema(CreateRenderSchema),
      response: { 202: RenderSchema, ...problems },
    },
    handler: async (request, reply) => {
      const recording = await findRecording(options, request);
      const wanted = parseCreateRender(request.body, recording);
      const render = await renders.create(principalOf(request).application.id, recording.id, wanted, idempotencyKey(request));
      return reply.code(202).header('location', `/v1/recordings/${recording.id}/renders/${render.id}`).send(present(render, request));
    },
  });

  app.get<RecordingAddress>('/v1/recordings/:id/renders', {
    schema: { tags, summary: 'Renders of a recording, newest first', params: idSchema, response: { 200: RenderPageSchema, ...problems } },
    handler: async (request) => {
      const { id } = await findRecording(options, request);
      const items = await renders.list(principalOf(request).application.id, id);
      return { items: items.map((render) => present(render, request)) };
    },
  });

  app.get<RenderAddress>('/v1/recordings/:id/renders/:renderId', {
    schema: { tags, summary: 'Read a render', params: renderIdSchema, response: { 200: RenderSchema, ...problems } },
    handler: async (request) => {
      const { id } = await findRecording(options, request);
      const { renderId } = request.params;
      const render = isRenderId(renderId) ? await renders.get(principalOf(request).application.id, id, renderId) : null;
      if (render === null) throw new RenderNotFoundError(renderId.slice(0, 64));
      return present(render, request);
    },
  });

  app.delete<RenderAddress>('/v1/recordings/:id/renders/:renderId', {
    schema: {
      tags,
      summary: 'Cancel a render that has not ended; a repeat does no harm',
      params: renderIdSchema,
      response: { 200: RenderSchema, ...problems },
    },
    handler: async (request) => {
      const { id } = await findRecording(options, request);
      refuseBody(request.body);
      const { renderId } = request.params;
      if (!isRenderId(renderId)) throw new RenderNotFoundError(renderId.slice(0, 64));
      return present(await renders.cancel(principalOf(request).application.id, id, renderId), request);
    },
  });
}

const isRenderId = (text: string): boolean => /^ren_[0-9a-z]{26}$/.test(text);
