import { EvidenceKeySchema } from '@tapedeck/protocol';
import type { Recording } from '@tapedeck/protocol';
import type { FastifyInstance } from 'fastify';
import { NotFoundError } from '../errors.ts';
import type { ArchiveEntry } from '../files/archive-entries.ts';
import { attachment } from '../files/media-type.ts';
import { streamArchive } from '../files/stream-archive.ts';
import { principalOf } from '../http/authenticate.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions, EvidencePort } from '../ports.ts';
import { findRecording } from './recordings.ts';
import type { RecordingAddress } from './recordings.ts';

const idSchema = { type: 'object', properties: { id: { type: 'string', description: '`rec_…`' } }, required: ['id'] };
const tags = ['evidence'];
/** Storage name, which no storage can have, of files that lie in the log. */
const logStorage = ':log';

/** What a manifest says of the delivered files. */
interface Manifest {
  readonly files: readonly {
    readonly key: string;
    readonly sizeBytes: number;
    readonly parts: readonly { readonly key: string; readonly sizeBytes: number }[];
  }[];
}

/** The signed manifest of a recording made as evidence, the bundle that can be verified elsewhere, and the public key. */
export function evidenceRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { evidence } = options;
  if (evidence === undefined) return;

  app.get('/v1/evidence-key', {
    schema: { tags, summary: 'The public key that signs evidence', response: { 200: EvidenceKeySchema, ...problems } },
    handler: async () => evidence.publicKey(),
  });

  app.get<RecordingAddress>('/v1/recordings/:id/evidence', {
    schema: {
      tags,
      summary: 'The signed manifest of a recording made as evidence, byte for byte',
      params: idSchema,
      response: { 200: { type: 'object', additionalProperties: true, description: 'evidence.json; see docs/evidence.md.' }, ...problems },
    },
    handler: async (request, reply) => {
      const { id } = await findRecording(options, request);
      return await reply
        .type('application/json; charset=utf-8')
        .serializer((text: string) => text)
        .send(await readManifest(evidence, id));
    },
  });

  app.get<RecordingAddress>('/v1/recordings/:id/evidence/bundle', {
    exposeHeadRoute: false,
    schema: {
      ...{ tags, summary: 'Manifest, log and files as one ZIP for `tapedeck verify`', params: idSchema },
      response: {
        200: { description: 'A ZIP', content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } } },
        ...problems,
      },
    },
    handler: async (request, reply) => {
      const recording = await findRecording(options, request);
      const applicationId = principalOf(request).application.id;
      const manifest = await readManifest(evidence, recording.id);
      const entries = await bundleEntries(recording, applicationId, JSON.parse(manifest) as Manifest, options, evidence);
      const files: Pick<ApiOptions['files'], 'stat' | 'open'> = {
        stat: async (file) =>
          file.storage === logStorage ? await evidence.statLog(recording.id, file.key) : await options.files.stat(file),
        open: async (file, range) =>
          file.storage === logStorage ? evidence.openLog(recording.id, file.key) : await options.files.open(file, range),
      };
      const archive = await streamArchive(entries, new Date(recording.endedAt ?? recording.createdAt), files);
      archive.output.once('error', (error) => request.log.warn({ err: error, recording: recording.id }, 'an evidence bundle broke off'));
      const disposition = attachment(`${recording.id}-evidence.zip`);
      void reply.headers({ 'content-type': 'application/zip', 'content-disposition': disposition, 'cache-control': 'private, no-store' });
      if (archive.sizeBytes !== null) void reply.header('content-length', archive.sizeBytes);
      return await reply.send(archive.output);
    },
  });
}

async function readManifest(evidence: EvidencePort, recordingId: string): Promise<string> {
  const manifest = await evidence.manifest(recordingId);
  if (manifest === null)
    throw new NotFoundError(`There is no evidence of recording ${recordingId}: it was not asked for, or the recording has not ended.`);
  return manifest;
}

/** The log's folder as it is, and below `files/` what was delivered and still is there. */
async function bundleEntries(
  recording: Recording,
  applicationId: string,
  manifest: Manifest,
  options: ApiOptions,
  evidence: EvidencePort,
): Promise<readonly ArchiveEntry[]> {
  const log = (await evidence.listLog(recording.id)).map(({ name, sizeBytes }): ArchiveEntry => {
    return { name, file: { applicationId, storage: logStorage, key: name }, sizeBytes };
  });
  const entries: ArchiveEntry[] = [];
  for (const { key, sizeBytes, parts } of manifest.files) {
    const storage = recording.files.find((file) => file.key === key)?.storage;
    if (storage === undefined || (await options.files.stat({ applicationId, storage, key })) === null) continue;
    for (const file of [{ key, sizeBytes }, ...parts])
      entries.push({ name: `files/${file.key}`, file: { applicationId, storage, key: file.key }, sizeBytes: null });
  }
  return [...log, ...entries];
}
