import { FileNotFoundError } from '@tapedeck/catalogue';
import { ArchiveQuerySchema, FilePageSchema, LinkQuerySchema } from '@tapedeck/protocol';
import type { ArchiveQuery, LinkQuery, Recording } from '@tapedeck/protocol';
import type { FastifyInstance } from 'fastify';
import { NotFoundError } from '../errors.ts';
import { archiveEntries } from '../files/archive-entries.ts';
import { attachment } from '../files/media-type.ts';
import { streamArchive } from '../files/stream-archive.ts';
import { principalOf } from '../http/authenticate.ts';
import { refuseBody } from '../http/read-body.ts';
import { readQuery } from '../http/read-query.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';
import { presentRecording } from '../present-recording.ts';
import { findRecording } from './recordings.ts';
import type { RecordingAddress } from './recordings.ts';

interface RecordingFileAddress {
  Params: { id: string; file: string };
}

const tags = ['recordings'];
const params = { type: 'object', properties: { id: { type: 'string', description: '`rec_…`' } }, required: ['id'] };

/** The files of a recording: their list, all of them as one ZIP, and the end of one of them. */
export function recordingFileRoutes(app: FastifyInstance, options: ApiOptions): void {
  app.get<RecordingAddress>('/v1/recordings/:id/files', {
    schema: {
      ...{ tags, summary: 'Files of a recording with fresh addresses', params },
      ...{ querystring: LinkQuerySchema, response: { 200: FilePageSchema, ...problems } },
    },
    handler: async (request) => {
      const { expiresInS } = readQuery(LinkQuerySchema, request.query) as LinkQuery;
      return { items: presentRecording(await findRecording(options, request), options, request, expiresInS).files };
    },
  });

  app.get<RecordingAddress>('/v1/recordings/:id/archive', {
    exposeHeadRoute: false,
    schema: {
      ...{ tags, summary: 'The complete files of a recording as one ZIP, made while it is read', params, querystring: ArchiveQuerySchema },
      response: {
        200: { description: 'A ZIP', content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } } },
        ...problems,
      },
    },
    handler: async (request, reply) => {
      const query = readQuery(ArchiveQuerySchema, request.query) as ArchiveQuery;
      const recording = chosen(await findRecording(options, request), query);
      const entries = await archiveEntries(recording, principalOf(request).application.id, options.files);
      if (entries.length === 0) throw new NotFoundError('The recording has no complete files.');
      const archive = await streamArchive(entries, new Date(recording.endedAt ?? recording.createdAt), options.files);
      archive.output.once('error', (error) => request.log.warn({ err: error, recording: recording.id }, 'an archive broke off'));
      void reply.headers({
        ...{
          'content-type': 'application/zip',
          'content-disposition': attachment(archiveName(recording)),
          'cache-control': 'private, no-store',
        },
        ...(archive.sizeBytes !== null && { 'content-length': archive.sizeBytes }),
      });
      return await reply.send(archive.output);
    },
  });

  app.delete<RecordingFileAddress>('/v1/recordings/:id/files/:file', {
    schema: {
      ...{ tags, summary: 'Delete one file of an ended recording', response: { 204: { type: 'null' }, ...problems } },
      params: { ...params, properties: { ...params.properties, file: { type: 'string', description: '`file_…`' } } },
    },
    handler: async (request, reply) => {
      const { id } = await findRecording(options, request);
      refuseBody(request.body);
      const applicationId = principalOf(request).application.id;
      const { file } = request.params;
      if (!/^file_[0-9a-z]{26}$/.test(file)) throw new FileNotFoundError(file.slice(0, 64));
      await options.catalogue.recordings.deleteFile(applicationId, id, file, (place) => options.files.removeFile(applicationId, place));
      return reply.code(204).send();
    },
  });
}

/** The recording with the wanted files only. @throws {FileNotFoundError} FILE_NOT_FOUND */
function chosen(recording: Recording, { files }: ArchiveQuery): Recording {
  if (files === undefined) return recording;
  const ids = files.split(',');
  const stranger = ids.find((id) => !recording.files.some((file) => file.id === id));
  if (stranger !== undefined) throw new FileNotFoundError(stranger.slice(0, 64));
  return { ...recording, files: recording.files.filter(({ id }) => ids.includes(id)) };
}

/** Room, day and id: what somebody finds again in a folder of downloads. */
function archiveName({ room, createdAt, id }: Recording): string {
  const plain = room.replace(/[\p{Cc}/\\:*?"<>|]/gu, '_').slice(0, 80);
  return `${plain} ${createdAt.slice(0, 10)} ${id}.zip`;
}
