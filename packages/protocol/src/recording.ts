import Type from 'typebox';
import { OutputSchema } from './output.ts';
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

/** One finished file. */
export const FileResourceSchema = Type.Object(
  {
    id: Type.String({ description: '`file_…`' }),
    type: Type.Enum(['composite', 'individual', 'track']),
    participant: Nullable(Type.String({ description: 'Identity.' })),
    source: Nullable(Type.String({ description: 'camera, microphone, screen_share, …; null: more than one.' })),
    format: Type.String({ description: 'mp4, hls or webm' }),
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

/** A recording as every answer, webhook and event shows it. Instants are RFC 3339 in UTC. */
export const RecordingSchema = Type.Object(
  {
    id: Type.String({ description: '`rec_…`' }),
    room: Type.String(),
    state: RecordingStateSchema,
    createdAt: Instant('Request accepted.'),
    startedAt: Nullable(Instant('First media captured; null: none yet.')),
    endedAt: Nullable(Instant('Capture ended; null: not yet.')),
    endReason: Nullable(Type.String({ description: 'Why capture ended: stopped, idle, max-duration, room-ended, …' })),
    outputs: Type.Array(OutputSchema),
    participants: Type.Array(ParticipantResourceSchema),
    files: Type.Array(FileResourceSchema),
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
