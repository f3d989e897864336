import type { Recording } from '@tapedeck/protocol';
import type { FastifyRequest } from 'fastify';
import type { ApiOptions } from './ports.ts';

/** Where the caller reached this server, without a slash at the end. */
export function originOf(options: ApiOptions, request: FastifyRequest): string {
  return (options.publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, '');
}

/** The recording with fresh signed addresses of its files. */
export function presentRecording(recording: Recording, options: ApiOptions, request: FastifyRequest): Recording {
  const base = `${originOf(options, request)}/files/`;
  const files = recording.files.map((file) => ({
    ...file,
    url: `${base}${options.files.sign(file.key, file.format === 'hls' ? 'folder' : 'file')}`,
  }));
  return { ...recording, files };
}
