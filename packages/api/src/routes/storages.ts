import { StorageNotFoundError } from '@tapedeck/catalogue';
import type { Application, StoredStorage } from '@tapedeck/catalogue';
import {
  CreateStorageSchema,
  PatchStorageSchema,
  StoragePageSchema,
  StorageSchema,
  StorageTestSchema,
  ValidationError,
  asRequestSchema,
  parseCreateStorage,
  parsePatchStorage,
  storageAddress,
} from '@tapedeck/protocol';
import type { CreateStorage, StorageResource } from '@tapedeck/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ForbiddenError } from '../errors.ts';
import { principalOf } from '../http/authenticate.ts';
import { refuseBody } from '../http/read-body.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';
import { idempotencyKey, idempotencyKeySchema } from './recordings.ts';

interface StorageAddressed {
  Params: { id: string };
}

/** Storages of the application: create, read, list, change, delete and the live test. Only the key pair itself may. */
export function storageRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { storages } = options.catalogue;
  const tags = ['storages'];
  const params = { type: 'object', properties: { id: { type: 'string', description: '`stg_…`' } }, required: ['id'] };
  const one = { 200: StorageSchema, ...problems };

  app.post('/v1/storages', {
    schema: {
      tags,
      summary: 'Add an S3-compatible storage',
      headers: idempotencyKeySchema,
      body: asRequestSchema(CreateStorageSchema),
      response: { 201: StorageSchema, ...problems },
    },
    handler: async (request, reply) => {
      const application = ownerOf(request);
      const wanted = parseCreateStorage(request.body);
      await checkReferences(options, application, wanted);
      const made = await storages.create(application.id, wanted, idempotencyKey(request));
      return reply.code(201).header('location', `/v1/storages/${made.id}`).send(present(made));
    },
  });

  app.get('/v1/storages', {
    schema: { tags, summary: 'List storages', response: { 200: StoragePageSchema, ...problems } },
    handler: async (request) => ({ items: (await storages.list(ownerOf(request).id)).map(present) }),
  });

  app.get<StorageAddressed>('/v1/storages/:id', {
    schema: { tags, summary: 'Read a storage', params, response: one },
    handler: async (request) => present(await find(options, request)),
  });

  app.patch<StorageAddressed>('/v1/storages/:id', {
    schema: {
      tags,
      summary: 'Change a storage; files that wait for it are tried again at once',
      description:
        'Credentials, retention, fallback and the like may be changed at any time. While files lie in it, what says where they lie (endpoint, bucket, prefix, a customer key) may not: 409 STORAGE_IN_USE names the field.',
      params,
      body: asRequestSchema(PatchStorageSchema),
      response: one,
    },
    handler: async (request) => {
      const { id, value } = await find(options, request);
      const wanted = parseCreateStorage({ ...value, ...parsePatchStorage(request.body) });
      const application = ownerOf(request);
      await checkReferences(options, application, wanted);
      return present(await storages.replace(application.id, id, wanted));
    },
  });

  app.delete<StorageAddressed>('/v1/storages/:id', {
    schema: { tags, summary: 'Delete a storage that nothing needs any more', params, response: { 204: { type: 'null' }, ...problems } },
    handler: async (request, reply) => {
      const { id } = await find(options, request);
      refuseBody(request.body);
      await storages.remove(ownerOf(request).id, id);
      return reply.code(204).send();
    },
  });

  app.post<StorageAddressed>('/v1/storages/:id/test', {
    schema: {
      tags,
      summary: 'Write, read back and delete a small object now',
      description: 'Answers 200 also when the storage fails; `error` names what is wrong: credentials, bucket, name, certificate, clock.',
      params,
      response: { 200: StorageTestSchema, ...problems },
    },
    handler: async (request) => {
      const { value } = await find(options, request);
      refuseBody(request.body);
      return await options.storages.test(value);
    },
  });
}

function ownerOf(request: FastifyRequest): Application {
  const { application, kind } = principalOf(request);
  if (kind === 'token') throw new ForbiddenError('Only the key pair itself manages storages.');
  return application;
}

async function find(options: ApiOptions, request: FastifyRequest<StorageAddressed>): Promise<StoredStorage> {
  const { id } = request.params;
  const application = ownerOf(request);
  const found = /^stg_[0-9a-z]{26}$/.test(id) ? await options.catalogue.storages.get(application.id, id) : null;
  if (found === null) throw new StorageNotFoundError(id.slice(0, 64));
  return found;
}

/** What only the whole server knows: whether the fallback exists and whether the endpoint may be spoken to. */
async function checkReferences(options: ApiOptions, application: Application, wanted: CreateStorage): Promise<void> {
  const { fallback } = wanted;
  const isKnown =
    fallback === null || fallback === 'default' || (await options.catalogue.storages.byName(application.id, fallback)) !== null;
  if (!isKnown) throw new ValidationError('fallback', 'must be "default" or the name of a storage of this application', fallback);
  await options.storages.check(wanted);
}

/** The storage without its secrets; what the preset fills in is shown as it is used. */
function present({ id, value, createdAt, updatedAt }: StoredStorage): StorageResource {
  const { secretAccessKey: _secret, sessionToken: _token, encryption, ...rest } = value;
  const address = storageAddress(value);
  const shown = encryption === null ? null : { type: encryption.type, keyId: encryption.type === 'aws:kms' ? encryption.keyId : null };
  return { id, ...rest, ...('missing' in address ? {} : address), encryption: shown, createdAt, updatedAt };
}
