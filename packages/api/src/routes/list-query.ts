import { RecordingStateSchema, limits } from '@tapedeck/protocol';
import Type from 'typebox';

const Instant = (description: string) =>
  Type.Optional(
    Type.String({
      maxLength: 40,
      pattern: String.raw`^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$`,
      description: `${description} RFC 3339 with a zone, e.g. 2026-01-31T08:00:00Z`,
    }),
  );

/** What `GET /v1/recordings` can be narrowed by. */
export const ListQuerySchema = Type.Object(
  {
    room: Type.Optional(Type.String({ minLength: 1, maxLength: limits.roomLength })),
    state: Type.Optional(RecordingStateSchema),
    prefix: Type.Optional(Type.String({ maxLength: limits.prefixLength, description: 'Recordings whose prefix begins so.' })),
    from: Instant('Created at or after.'),
    to: Instant('Created before.'),
    limit: Type.Optional(
      Type.Integer({ minimum: limits.listItems.min, maximum: limits.listItems.max, description: 'Items of a page; 50 when left out.' }),
    ),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: '`nextCursor` of the page before.' })),
  },
  { additionalProperties: false },
);
export type ListQuery = Type.Static<typeof ListQuerySchema>;
