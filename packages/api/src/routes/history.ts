import { RecordingEventPageSchema } from '@tapedeck/protocol';
import type { FastifyInstance } from 'fastify';
import { principalOf } from '../http/authenticate.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';
import { findRecording } from './recordings.ts';
import type { RecordingAddress } from './recordings.ts';

const idSchema = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };
/** What happened to a recording. */
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
}
