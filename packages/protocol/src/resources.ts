import Type from 'typebox';

/** One line of a recording's history. `recording.state_changed` carries `from` and `state` in `data`; a terminal state comes exactly once. */
export const RecordingEventSchema = Type.Object(
  {
    id: Type.String({ description: '`evt_…`, as in webhooks and the event stream.' }),
    at: Type.String({ format: 'date-time' }),
    type: Type.String(),
    data: Type.Unknown(),
  },
  { additionalProperties: false, title: 'RecordingEvent' },
);
export type RecordingEvent = Type.Static<typeof RecordingEventSchema>;

/** The answer of `GET /v1/recordings/{id}/events`, oldest first. */
export const RecordingEventPageSchema = Type.Object({ items: Type.Array(RecordingEventSchema) }, { additionalProperties: false });

/** The answer of `POST /v1/tokens`: what `livekit-client` connects with. */
export const TokenSchema = Type.Object(
  {
    token: Type.String({ description: 'LiveKit access token; a secret.' }),
    url: Type.String({ description: 'ws:// or wss:// URL of the SFU.' }),
  },
  { additionalProperties: false, title: 'Token' },
);
export type Token = Type.Static<typeof TokenSchema>;

/** A room that is open on the SFU now. */
export const RoomSchema = Type.Object(
  {
    name: Type.String(),
    participants: Type.Integer({ minimum: 0, description: 'Without recorder participants.' }),
    createdAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  },
  { additionalProperties: false, title: 'Room' },
);
export type Room = Type.Static<typeof RoomSchema>;

/** The answer of `GET /v1/rooms`. */
export const RoomPageSchema = Type.Object({ items: Type.Array(RoomSchema) }, { additionalProperties: false });

/** The answer of `GET /readyz` (200 when `isReady`, else 503) and, without `checks`, of `GET /healthz`. */
export const HealthSchema = Type.Object(
  {
    status: Type.Enum(['ok', 'unavailable']),
    checks: Type.Optional(Type.Record(Type.String(), Type.String({ description: '`ok`, or what is missing.' }))),
  },
  { additionalProperties: false, title: 'Health' },
);
export type Health = Type.Static<typeof HealthSchema>;
