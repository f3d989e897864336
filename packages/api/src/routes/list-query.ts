import { InstantSchema, LinkQuerySchema, RecordingStateSchema, limits } from '@tapedeck/protocol';
import Type from 'typebox';

/** What `GET /v1/recordings` can be narrowed by. */
export const ListQuerySchema = Type.Object(
  {
    room: Type.Optional(Type.String({ minLength: 1, maxLength: limits.roomLength })),
    state: Type.Optional(RecordingStateSchema),
    prefix: Type.Optional(Type.String({ maxLength: limits.prefixLength, description: 'Recordings whose prefix begins so.' })),
    from: Type.Optional(InstantSchema('Created at or after.')),
    to: Type.Optional(InstantSchema('Created before.')),
    participant: Type.Optional(
      Type.String({ minLength: 1, maxLength: limits.identityLength, description: 'Recordings of this identity.' }),
    ),
    metadata: Type.Optional(
      Type.String({
        maxLength: 1000,
        pattern: '^[^:]+:',
        description: 'name:value, e.g. meetingId:42: recordings whose metadata has this value (as text) under this name of its top level',
      }),
    ),
    ...LinkQuerySchema.properties,
    limit: Type.Optional(
      Type.Integer({ minimum: limits.listItems.min, maximum: limits.listItems.max, description: 'Items of a page; 50 when left out.' }),
    ),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: '`nextCursor` of the page before.' })),
  },
  { additionalProperties: false },
);
export type ListQuery = Type.Static<typeof ListQuerySchema>;
