import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ValidationError } from '@tapedeck/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FileLinkError, FileLinkExpiredError, NotFoundError } from '../errors.ts';
import type { ApiOptions, FilesPort, FileAddress as StoredFile } from '../ports.ts';
import { readRange } from './byte-range.ts';
import { attachment, mediaType } from './media-type.ts';

/** Two days of parts of two seconds take less. */
const longestPlaylistBytes = 16 * 2 ** 20;

interface FileAddress {
  Params: { '*': string };
  Querystring: { download?: unknown; disposition?: unknown };
}

/**
 * `GET|HEAD /files/*`: signed downloads with Range. The address itself is the permission; only keys that were signed open anything.
 * `?download=1` (or `?disposition=attachment`) saves instead of playing.
 */
export function fileRoutes(app: FastifyInstance, options: ApiOptions): void {
  app.route<FileAddress>({
    url: '/files/*',
    method: ['GET', 'HEAD'],
    schema: { tags: ['files'], summary: 'A file at its signed address', security: [] },
    handler: async (request, reply) => await sendFile(request, reply, options),
  });
}

async function sendFile(request: FastifyRequest<FileAddress>, reply: FastifyReply, { files }: ApiOptions): Promise<FastifyReply> {
  const grant = files.verify(request.params['*']);
  if ('refusal' in grant) throw grant.refusal === 'expired' ? new FileLinkExpiredError() : new FileLinkError();
  const { key } = grant;
  const found = await files.stat(grant);
  if (found === null) throw new NotFoundError('The file is not there (any more).');
  if (key.endsWith('.m3u8')) return await sendPlaylist(request, reply, files, grant);
  const { sizeBytes } = found;
  const name = key.slice(key.lastIndexOf('/') + 1);
  const tag = `"${createHash('sha256').update(`${key}\n${sizeBytes}`).digest('base64url').slice(0, 22)}"`;
  const ifRange = request.headers['if-range'];
  const isSameFile = ifRange === undefined || ifRange === tag;
  const range = isSameFile ? readRange(request.headers.range, sizeBytes) : null;
  const { first, last } = range ?? { first: 0, last: sizeBytes - 1 };
  void reply.code(range === null ? 200 : 206).headers({
    'content-type': mediaType(name),
    'content-length': last - first + 1,
    'accept-ranges': 'bytes',
    etag: tag,
    'cache-control': 'private, no-transform',
    'content-disposition': isDownload(request.query) ? attachment(name) : 'inline',
    'content-security-policy': "default-src 'none'; media-src 'self'; sandbox",
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'content-length, content-range, etag',
    ...(range === null ? {} : { 'content-range': `bytes ${first}-${last}/${sizeBytes}` }),
  });
  if (request.method === 'HEAD' || sizeBytes === 0) return await reply.send();
  return await reply.send(await files.open(grant, { first, last }));
}

/** A playlist may be replaced while it is read: it is read whole first, and never kept. */
async function sendPlaylist(
  request: FastifyRequest<FileAddress>,
  reply: FastifyReply,
  files: FilesPort,
  file: StoredFile,
): Promise<FastifyReply> {
  const bytes = await buffer(await files.open(file, { first: 0, last: longestPlaylistBytes }));
  const name = file.key.slice(file.key.lastIndexOf('/') + 1);
  void reply.headers({
    'content-type': mediaType(name),
    'content-length': bytes.length,
    'cache-control': 'no-cache, no-transform',
    'content-disposition': isDownload(request.query) ? attachment(name) : 'inline',
    'access-control-allow-origin': '*',
  });
  return await reply.send(request.method === 'HEAD' ? undefined : bytes);
}

/** @throws {ValidationError} INVALID_REQUEST for a value that means nothing. */
function isDownload({ download = '0', disposition = 'inline' }: FileAddress['Querystring']): boolean {
  if (download !== '0' && download !== '1') throw new ValidationError('download', 'must be 0 or 1', download);
  if (disposition !== 'inline' && disposition !== 'attachment')
    throw new ValidationError('disposition', 'must be "inline" or "attachment"', disposition);
  return download === '1' || disposition === 'attachment';
}
