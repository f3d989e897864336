import swagger from '@fastify/swagger';
import { ProblemSchema, problemMediaType } from '@tapedeck/protocol';
import type { FastifyInstance } from 'fastify';

const problem = (description: string) => ({ description, content: { [problemMediaType]: { schema: ProblemSchema } } });

/** The error answers that every operation can give. */
export const problems = {
  '4xx': problem('Refused; `code` and `field` say why.'),
  '5xx': problem('It cannot be done now.'),
};

/** Collects the routes that come after it; only those that describe themselves (`schema`) are shown. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tapedeck',
        version: '1',
        description: 'Records real-time calls. Errors are RFC 9457 problems; codes stand in docs/errors.md.',
      },
      components: {
        securitySchemes: {
          keyPair: { type: 'http', scheme: 'basic', description: 'key:secret of an application.' },
          token: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'LiveKit access token of that key with `video.roomRecord`; `video.room` narrows it.',
          },
        },
      },
      security: [{ keyPair: [] }, { token: [] }],
    },
    transform: ({ schema, url }) => ({ schema: schema ?? { hide: true }, url }),
  });
}
