import { ValidationError } from '@tapedeck/protocol';
import type { FastifyInstance } from 'fastify';

/** Reads bodies as JSON in UTF-8 and nothing else. An empty body is `undefined`: clients send the header with every POST. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, bytes: Buffer) => {
    if (bytes.length === 0) return undefined;
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
    } catch (cause) {
      throw new ValidationError('', `is not JSON in UTF-8 (${cause instanceof Error ? cause.message : String(cause)})`);
    }
  });
}

/** Refuses a body where none has a meaning. @throws {ValidationError} INVALID_REQUEST */
export function refuseBody(body: unknown): void {
  if (body === undefined || body === null) return;
  if (typeof body === 'object' && Object.keys(body).length === 0) return;
  throw new ValidationError('', 'takes no body here');
}
