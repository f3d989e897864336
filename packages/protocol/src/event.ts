import Type from 'typebox';
import { limits } from './limits.ts';
import { RecordingSchema } from './recording.ts';

/** Every type of event that this version sends. A recording's notices of other kinds come too, to those who take `*`. */
export const eventTypes = [
  'recording.state_changed',
  'recording.changed',
  'recording.stop_requested',
  'recording.pause_requested',
  'recording.resume_requested',
  'recording.taken_over',
  'recording.picture_failed',
  'recording.extra_failed',
  'recording.expired',
  'recording.deleted',
  'participant.joined',
  'participant.left',
  'file.growing',
  'file.ready',
  'file.deleted',
  'render.started',
  'render.completed',
  'render.failed',
] as const;
export type EventType = (typeof eventTypes)[number];

/** What a webhook or a stream of events can ask for: one type, a group (`recording.*`) or everything (`*`). */
export const eventSelectors = ['*', ...new Set(eventTypes.map((type) => `${type.split('.')[0]}.*`)), ...eventTypes];

/** JSON schema of a list of {@link eventSelectors}. */
export const EventSelectorsSchema = Type.Array(Type.Enum(eventSelectors), {
  minItems: 1,
  maxItems: eventSelectors.length,
  uniqueItems: true,
  description: 'Types of events: one, a group like `recording.*`, or `*` for all.',
});

/** True when one of the selectors takes this type. */
export function selectsEvent(selectors: readonly string[], type: string): boolean {
  return selectors.includes('*') || selectors.includes(type) || selectors.includes(`${type.split('.')[0]}.*`);
}

/** What `GET /v1/events` can be narrowed by. */
export const StreamQuerySchema = Type.Object(
  {
    recording: Type.Optional(Type.String({ pattern: '^rec_[0-9a-z]{26}$', description: 'Of one recording: `rec_…`' })),
    room: Type.Optional(Type.String({ minLength: 1, maxLength: limits.roomLength, description: 'Of one room.' })),
    types: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description: `With commas between: ${eventSelectors.join(', ')}` })),
    after: Type.Optional(Type.String({ description: 'As the header Last-Event-ID, which wins: go on behind this event.' })),
  },
  { additionalProperties: false },
);
export type StreamQuery = Type.Static<typeof StreamQuerySchema>;

/**
 * One event: the body of a webhook and the data of the event stream are this same value. It is sent only after what it tells is committed.
 * Per recording events come in the order in which they happened; a terminal state comes exactly once.
 */
export const EventSchema = Type.Object(
  {
    id: Type.String({ description: '`evt_…`; the same in every attempt, replay and stream (`webhook-id`, SSE `id`).' }),
    type: Type.String({ description: `One of ${eventTypes.join(', ')}, or a notice of another kind.` }),
    createdAt: Type.String({ format: 'date-time' }),
    recording: Type.Unsafe<Type.Static<typeof RecordingSchema>>({
      ...RecordingSchema,
      description: 'The recording as it was when this happened; addresses of files are signed when the event is sent.',
    }),
    data: Type.Record(Type.String(), Type.Unknown(), {
      description: 'What this event is about: `from` and `state`, `fileId`, `identity` …',
    }),
  },
  { additionalProperties: false, title: 'Event' },
);
export type Event = Type.Static<typeof EventSchema>;
