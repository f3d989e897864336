import type { FileResource, Recording } from '@tapedeck/protocol';
import type { FastifyRequest } from 'fastify';
import { principalOf } from './http/authenticate.ts';
import type { ApiOptions, FilesPort } from './ports.ts';

/** Where the caller reached this server, without a slash at the end. */
export function originOf(options: ApiOptions, request: FastifyRequest): string {
  return (options.publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, '');
}

/** The recording with fresh signed addresses of its files. */
export function presentRecording(recording: Recording, options: ApiOptions, request: FastifyRequest, lifeS?: number): Recording {
  return presentFiles(recording, principalOf(request).application.id, options.files, originOf(options, request), lifeS);
}

/** The recording of an application (or a render of it) with fresh signed addresses of its files below `origin`. */
export function presentFiles<T extends { readonly files: readonly FileResource[] }>(
  listed: T,
  applicationId: string,
  port: FilesPort,
  origin: string,
  lifeS?: number,
): T {
  const files = listed.files.map((file) => ({
    ...file,
    url: `${origin}/files/${port.sign({ applicationId, storage: file.storage, key: file.key }, hasParts(file.format) ? 'folder' : 'file', lifeS)}`,
  }));
  return { ...listed, files };
}

/** Playlists and thumbnail tracks name files beside them: their signature opens those too. */
const hasParts = (format: string): boolean => format === 'hls' || format === 'vtt';
