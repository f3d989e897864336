import Type from 'typebox';
import { extraNames } from './extras.ts';
import { OutputSchema, containerFormats } from './output.ts';
import { RecordingStateSchema } from './recording-state.ts';

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Instant = (description: string) => Type.String({ format: 'date-time', description });
const Count = (description: string) => Type.Number({ minimum: 0, description });

/** Somebody who was in the room while it was recorded. Times are recording time in milliseconds. */
export const ParticipantResourceSchema = Type.Object(
  {
    identity: Type.String(),
    name: Type.String(),
    joinedMs: Count('Recording time.'),
    leftMs: Nullable(Count('Recording time; null: still there.')),
  },
  { additionalProperties: false, title: 'Participant' },
);
export type ParticipantResource = Type.Static<typeof ParticipantResourceSchema>;

/** One file: a finished one, or HLS that grows. */
export const FileResourceSchema = Type.Object(
  {
    id: Type.String({ description: '`file_…`' }),
    type: Type.Enum(['composite', 'individual', 'track', ...extraNames]),
    participant: Nullable(Type.String({ description: 'Identity.' })),
    source: Nullable(Type.String({ description: 'camera, microphone, screen_share, …; null: more than one.' })),
    format: Type.String({ description: `${containerFormats.join(', ')}; extras: vtt, json` }),
    state: Type.Enum(['growing', 'complete'], { description: 'growing: HLS that can be watched while it is recorded.' }),
    storage: Type.String({ description: 'Name of the storage that holds it; `default`: the disk of this server.' }),
    key: Type.String({ description: 'Where it is in its storage; unique within the recording.' }),
    url: Nullable(Type.String({ description: 'Signed, expires; made anew with every answer. Treat as a secret.' })),
    startMs: Count('Recording time of its first instant, in milliseconds.'),
    durationMs: Count('Milliseconds.'),
    sizeBytes: Count('Bytes; HLS: the parts together.'),
    sha256: Nullable(Type.String({ description: 'Hexadecimal.' })),
    width: Nullable(Type.Integer()),
    height: Nullable(Type.Integer()),
    videoCodec: Nullable(Type.String()),
    audioCodec: Nullable(Type.String()),
  },
  { additionalProperties: false, title: 'File' },
);
export type FileResource = Type.Static<typeof FileResourceSchema>;

/** Why a recording failed. `fault` says who must act. */
export const RecordingErrorSchema = Type.Object(
  { code: Type.String(), fault: Type.Enum(['caller', 'destination', 'service']), detail: Type.String() },
  { additionalProperties: false, title: 'RecordingError' },
);
export type RecordingError = Type.Static<typeof RecordingErrorSchema>;

/** How the files' way into their storage goes. */
export const FileDeliverySchema = Type.Object(
  {
    attempts: Type.Integer({ minimum: 0, description: 'Failed ones in all.' }),
    failures: Type.Integer({ minimum: 0, description: 'Failed ones since something was taken last.' }),
    failingSince: Nullable(Instant('null: nothing fails now.')),
    lastError: Nullable(Type.Object({ ...RecordingErrorSchema.properties, at: Instant('When.') }, { additionalProperties: false })),
    nextAttemptAt: Nullable(Instant('null: one is under way, or none is needed.')),
  },
  { additionalProperties: false, title: 'FileDelivery' },
);
export type FileDelivery = Type.Static<typeof FileDeliverySchema>;

/** A recording as every answer, webhook and event shows it. Instants are RFC 3339 in UTC. */
export const RecordingSchema = Type.Object(
  {
    id: Type.String({ description: '`rec_…`' }),
    room: Type.String(),
    state: RecordingStateSchema,
    createdAt: Instant('Request accepted.'),
    startedAt: Nullable(Instant('First media captured; null: none yet.')),
    endedAt: Nullable(Instant('Capture ended; null: not yet.')),
    endReason: Nullable(
      Type.String({
        description:
          'Why capture ended: stopped, idle, room-empty, max-duration, room-closed, removed, disk-full, server-stopped, failed (`error` says why).',
      }),
    ),
    template: Nullable(Type.String({ description: 'Name of the template that it was made from, as it was then.' })),
    isAutomatic: Type.Boolean({ description: 'It was started by a template, not by a request.' }),
    outputs: Type.Array(OutputSchema),
    participants: Type.Array(ParticipantResourceSchema),
    files: Type.Array(FileResourceSchema),
    delivery: Nullable(FileDeliverySchema),
    error: Nullable(RecordingErrorSchema),
    metadata: Type.Record(Type.String(), Type.Unknown()),
  },
  { additionalProperties: false, title: 'Recording' },
);
export type Recording = Type.Static<typeof RecordingSchema>;

/** A page of `GET /v1/recordings`, newest first. `nextCursor` is null on the last page. */
export const RecordingPageSchema = Type.Object(
  { items: Type.Array(RecordingSchema), nextCursor: Nullable(Type.String()) },
  { additionalProperties: false, title: 'RecordingPage' },
);
export type RecordingPage = Type.Static<typeof RecordingPageSchema>;
