import Type from 'typebox';

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** The body of `POST /v1/keys`. */
export const CreateKeySchema = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 128, description: 'What it is for.' }) },
  { additionalProperties: false, title: 'CreateKey' },
);
export type CreateKey = Type.Static<typeof CreateKeySchema>;

/** A key pair of an application. The secret is shown once, when it is made. */
export const KeySchema = Type.Object(
  {
    key: Type.String(),
    name: Type.String(),
    isPrimary: Type.Boolean({ description: 'The pair of the configuration: it cannot be deleted here.' }),
    createdAt: Type.String({ format: 'date-time' }),
    lastUsedAt: Nullable(Type.String({ format: 'date-time', description: 'To the minute; null: never, or the primary pair.' })),
    secret: Type.Optional(Type.String({ description: 'Only in the answer that made it.' })),
  },
  { additionalProperties: false, title: 'Key' },
);
export type Key = Type.Static<typeof KeySchema>;

/** The answer of `GET /v1/keys`, the primary pair first. */
export const KeyPageSchema = Type.Object({ items: Type.Array(KeySchema) }, { additionalProperties: false });
