import Type from 'typebox';
import { IdentitySchema, MetadataSchema, PatternsSchema, PrefixSchema, RoomNameSchema } from './names.ts';
import { LayoutSchema } from './layout.ts';
import { ExtrasSchema } from './extras.ts';
import { limits } from './limits.ts';
import { OutputSchema } from './output.ts';

const subscribeRule = <Source extends string>(...sources: Source[]) =>
  Type.Object(
    {
      allow: PatternsSchema(['*']),
      deny: PatternsSchema([]),
      sources: Type.Array(Type.Enum(sources), {
        maxItems: sources.length,
        uniqueItems: true,
        default: sources,
        description: 'Which of their tracks; empty: none. A track of unknown source counts as the first of them.',
      }),
      except: Type.Optional(
        Type.Array(Type.Object({ identity: IdentitySchema, source: Type.Enum(sources) }, { additionalProperties: false }), {
          maxItems: limits.patternCount,
          description: 'Single tracks (identities, no patterns) that are left out although the rest of the rule lets them in.',
        }),
      ),
    },
    {
      additionalProperties: false,
      default: {},
      description: 'Identity patterns; `*` matches any run of characters. Deny wins over allow.',
    },
  );

/** Whose audio and video are captured, by participant identity and source. */
export const SubscribeRulesSchema = Type.Object(
  { audio: subscribeRule('microphone', 'screen_share_audio'), video: subscribeRule('camera', 'screen_share') },
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
    template: Type.Union([Type.String({ minLength: 1, maxLength: limits.templateNameLength }), Type.Null()], {
      default: null,
      description: 'Name of a template that says whatever this request leaves out.',
    }),
    outputs: Type.Array(OutputSchema, { minItems: 1, maxItems: limits.outputs, default: [{ type: 'composite' }] }),
    subscribe: SubscribeRulesSchema,
    storage: Type.String({
      ...{ minLength: 1, maxLength: limits.storageLength, pattern: '^[a-z0-9][a-z0-9-]*$', default: 'default' },
      description: 'Where files go: the name of a storage of `/v1/storages`; `default`: the disk of this server',
    }),
    retentionDays: Type.Union([Type.Integer({ minimum: limits.retentionDays.min, maximum: limits.retentionDays.max }), Type.Null()], {
      default: null,
      description: 'Files and log are deleted so many days after the end; null: as the storage says.',
    }),
    prefix: PrefixSchema,
    idleTimeoutS: seconds(limits.idleTimeoutS, 30, 'Ends by itself after so many seconds without media.'),
    resumeWaitS: Type.Union([Type.Integer({ minimum: limits.resumeWaitS.min, maximum: limits.resumeWaitS.max }), Type.Null()], {
      default: null,
      description:
        'Once everybody has left the room, it ends by itself after so many seconds; whoever comes back earlier goes on in the same files. null: `idleTimeoutS` decides.',
    }),
    pauseMode: Type.Enum(['cut', 'hold'], {
      default: 'cut',
      description: 'What a pause is in the files: `cut` leaves it out, `hold` keeps the last picture and silence for as long as it lasts.',
    }),
    maxDurationS: seconds(limits.maxDurationS, 86_400, 'Ends by itself so many seconds after its first media, pauses included.'),
    sliceS: seconds(limits.sliceS, 14_400, 'A new file begins at the first keyframe after so many seconds. HLS is not cut.'),
    maxFileBytes: Type.Integer({
      minimum: limits.maxFileBytes.min,
      maximum: limits.maxFileBytes.max,
      default: 2_000_000_000,
      description: 'A new file begins before a file would outgrow this (a file holds at least one part of a few seconds). HLS is not cut.',
    }),
    fill: Type.Enum(['last-frame', 'black', 'placeholder'], {
      default: 'last-frame',
      description: 'What stands in for a muted or missing picture.',
    }),
    maxGapS: seconds(
      limits.maxGapS,
      3600,
      'Individual files: shorter gaps are filled; after a longer one a new file begins when media comes back.',
    ),
    evidence: Type.Boolean({
      default: false,
      description: 'Sign what was recorded: log and files can be verified later by anybody with the public key of this server.',
    }),
    extras: ExtrasSchema,
    metadata: MetadataSchema,
  },
  { additionalProperties: false, title: 'CreateRecording' },
);
export type CreateRecording = Type.Static<typeof CreateRecordingSchema>;

/** The body of `PATCH /v1/recordings/{id}`: at least one of the three. */
export const PatchRecordingSchema = Type.Object(
  {
    layout: Type.Optional(LayoutSchema),
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
