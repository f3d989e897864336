import Type from 'typebox';

/** Media type of {@link Problem}. */
export const problemMediaType = 'application/problem+json';

/** Every error answer of the native API. @see RFC 9457 */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'Address of the code in the documentation.' }),
    title: Type.String({ description: 'The HTTP status in words.' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({ description: 'Stable; listed in docs/errors.md.' }),
    detail: Type.String({ description: 'What is wrong, for people.' }),
    fault: Type.Enum(['caller', 'destination', 'service'], { description: 'Who must act.' }),
    field: Type.Optional(Type.String({ description: 'What in the request is at fault.' })),
    requestId: Type.Optional(Type.String({ description: 'As in the header x-request-id and in the log of the server.' })),
  },
  { title: 'Problem' },
);
export type Problem = Type.Static<typeof ProblemSchema>;
