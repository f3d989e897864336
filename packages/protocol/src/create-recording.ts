import Type from 'typebox';
import { IdentitySchema, MetadataSchema, PatternsSchema, PrefixSchema, RoomNameSchema } from './names.ts';
import { limits } from './limits.ts';
import { OutputSchema } from './output.ts';

const SubscribeRuleSchema = Type.Object(
  { allow: PatternsSchema(['*']), deny: PatternsSchema([]) },
  { additionalProperties: false, default: {}, description: 'Identity patterns; `*` matches any run of characters. Deny wins over allow.' },
);

/** Whose audio and video are captured, by participant identity. */
export const SubscribeRulesSchema = Type.Object(
  { audio: SubscribeRuleSchema, video: SubscribeRuleSchema },
  { additionalProperties: false, default: {} },
);
export type SubscribeRules = Type.Static<typeof SubscribeRulesSchema>;

const seconds = ({ min, max }: { min: number; max: number }, value: number, description: string) =>
  Type.Integer({ minimum: min, maximum: max, default: value, description });

/**
 * The body of `POST /v1/recordings` with every default filled in. A property with a `default` may be left out of the request;
 * only `room` has none. {@link parseCreateRecording} makes this value, nothing else does.
 */
export const CreateRecordingSchema = Type.Object(
  {
    room: RoomNameSchema,
    outputs: Type.Array(OutputSchema, { minItems: 1, maxItems: limits.outputs, default: [{ type: 'composite' }] }),
    subscribe: SubscribeRulesSchema,
    storage: Type.Enum(['default'], {
      default: 'default',
      description: 'Where files go. This version knows `default`, the storage of the server itself.',
    }),
    prefix: PrefixSchema,
    idleTimeoutS: seconds(limits.idleTimeoutS, 30, 'Ends by itself after so many seconds without media.'),
    maxDurationS: seconds(limits.maxDurationS, 86_400, 'Ends by itself after so many seconds.'),
    sliceS: seconds(limits.sliceS, 14_400, 'A new file begins after so many seconds.'),
    fill: Type.Enum(['last-frame', 'black', 'placeholder'], {
      default: 'last-frame',
      description: 'What stands in for a muted or missing picture.',
    }),
    metadata: MetadataSchema,
  },
  { additionalProperties: false, title: 'CreateRecording' },
);
export type CreateRecording = Type.Static<typeof CreateRecordingSchema>;

/** The body of `PATCH /v1/recordings/{id}`: at least one of the three. */
export const PatchRecordingSchema = Type.Object(
  {
    layout: Type.Optional(Type.Object({ name: Type.String(), options: Type.Optional(Type.Record(Type.String(), Type.Unknown())) })),
    subscribe: Type.Optional(SubscribeRulesSchema),
    metadata: Type.Optional(MetadataSchema),
  },
  { additionalProperties: false, minProperties: 1, title: 'PatchRecording' },
);

/** The body of `POST /v1/tokens`. */
export const CreateTokenSchema = Type.Object(
  {
    room: RoomNameSchema,
    identity: IdentitySchema,
    name: Type.String({ maxLength: 256, default: '', description: 'Shown to others; empty: the identity.' }),
    canPublish: Type.Boolean({ default: true }),
    ttlS: seconds(limits.tokenTtlS, 21_600, 'How long the token can be used to join, in seconds.'),
  },
  { additionalProperties: false, title: 'CreateToken' },
);
export type CreateToken = Type.Static<typeof CreateTokenSchema>;
