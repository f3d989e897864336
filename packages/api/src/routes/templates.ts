import { TemplateNotFoundError } from '@tapedeck/catalogue';
import {
  CreateTemplateSchema,
  PatchTemplateSchema,
  TemplatePageSchema,
  TemplateSchema,
  asRequestSchema,
  parseCreateTemplate,
  parsePatchTemplate,
} from '@tapedeck/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ForbiddenError } from '../errors.ts';
import { principalOf } from '../http/authenticate.ts';
import { refuseBody } from '../http/read-body.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';
import { idempotencyKey, idempotencyKeySchema } from './recordings.ts';

interface TemplateAddress {
  Params: { id: string };
}

const idSchema = { type: 'object', properties: { id: { type: 'string', description: '`tpl_…`' } }, required: ['id'] };

/** Templates: what recordings are made of by name, and which rooms are recorded by themselves. */
export function templateRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { templates } = options.catalogue;
  const tags = ['templates'];
  const answer = { 200: TemplateSchema, ...problems };

  app.post('/v1/templates', {
    schema: {
      tags,
      summary: 'Make a template',
      headers: idempotencyKeySchema,
      body: asRequestSchema(CreateTemplateSchema),
      response: { 201: TemplateSchema, ...problems },
    },
    handler: async (request, reply) => {
      const applicationId = ownerOf(request);
      const template = await templates.create(applicationId, parseCreateTemplate(request.body), idempotencyKey(request));
      return reply.code(201).header('location', `/v1/templates/${template.id}`).send(template);
    },
  });

  app.get('/v1/templates', {
    schema: { tags, summary: 'List templates, by name', response: { 200: TemplatePageSchema, ...problems } },
    handler: async (request) => ({ items: await templates.list(ownerOf(request)) }),
  });

  app.get<TemplateAddress>('/v1/templates/:id', {
    schema: { tags, summary: 'Read a template', params: idSchema, response: answer },
    handler: async (request) => {
      const applicationId = ownerOf(request);
      const id = templateId(request);
      const found = await templates.get(applicationId, id);
      if (found === null) throw new TemplateNotFoundError(id);
      return found;
    },
  });

  app.patch<TemplateAddress>('/v1/templates/:id', {
    schema: {
      tags,
      summary: 'Change a template; recordings that run stay as they are',
      params: idSchema,
      body: asRequestSchema(PatchTemplateSchema),
      response: answer,
    },
    handler: async (request) => {
      const applicationId = ownerOf(request);
      return await templates.patch(applicationId, templateId(request), parsePatchTemplate(request.body));
    },
  });

  app.delete<TemplateAddress>('/v1/templates/:id', {
    schema: {
      tags,
      summary: 'Delete a template; recordings that run go on',
      params: idSchema,
      response: { 204: { type: 'null' }, ...problems },
    },
    handler: async (request, reply) => {
      const applicationId = ownerOf(request);
      refuseBody(request.body);
      await templates.delete(applicationId, templateId(request));
      return reply.code(204).send();
    },
  });
}

/** The application of whoever holds the key pair. @throws {ForbiddenError} FORBIDDEN for tokens: they are for rooms. */
function ownerOf(request: FastifyRequest): string {
  const { application, kind } = principalOf(request);
  if (kind === 'token') throw new ForbiddenError('Only the key pair itself manages templates.');
  return application.id;
}

/** @throws {TemplateNotFoundError} TEMPLATE_NOT_FOUND for what cannot be an id. */
function templateId(request: FastifyRequest<TemplateAddress>): string {
  const { id } = request.params;
  if (!/^tpl_[0-9a-z]{26}$/.test(id)) throw new TemplateNotFoundError(id.slice(0, 64));
  return id;
}
