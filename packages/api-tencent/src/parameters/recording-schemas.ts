import Type from 'typebox';
import { MixLayoutParamsSchema } from './layout-schemas.ts';

const integer = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const optional = Type.Optional;
const text = (maxLength = 1024) => Type.String({ maxLength });
const filled = (maxLength = 1024) => Type.String({ minLength: 1, maxLength });
const strict = { additionalProperties: false } as const;

/** A TRTC application's id. */
export const SdkAppIdSchema = integer(1, 4_294_967_295);
const TaskIdSchema = filled(512);

/** Who is recorded, by user id; `.*$` at the end makes a prefix of it. */
export const SubscribeSchema = Type.Object(
  {
    SubscribeAudioUserIds: optional(Type.Array(filled(256), { maxItems: 32 })),
    UnSubscribeAudioUserIds: optional(Type.Array(filled(256), { maxItems: 32 })),
    SubscribeVideoUserIds: optional(Type.Array(filled(256), { maxItems: 32 })),
    UnSubscribeVideoUserIds: optional(Type.Array(filled(256), { maxItems: 32 })),
  },
  strict,
);
export type Subscribe = Type.Static<typeof SubscribeSchema>;

const RecordParamsSchema = Type.Object(
  {
    RecordMode: Type.Enum([1, 2]),
    MaxIdleTime: optional(integer(5, 86_400)),
    StreamType: optional(Type.Enum([0, 1, 2])),
    SubscribeStreamUserIds: optional(SubscribeSchema),
    OutputFormat: optional(Type.Enum([0, 1, 2, 3, 4])),
    AvMerge: optional(Type.Enum([0, 1])),
    MaxMediaFileDuration: optional(integer(1, 1440)),
    MediaId: optional(Type.Enum([0, 1, 2])),
    FillType: optional(Type.Enum([0, 1])),
    SubscribeAbility: optional(Type.Enum([0, 1])),
  },
  strict,
);

const TencentVodSchema = Type.Object(
  {
    Procedure: optional(text()),
    ExpireTime: optional(integer(0, 3_153_600_000)),
    StorageRegion: optional(text(64)),
    ClassId: optional(integer(0, Number.MAX_SAFE_INTEGER)),
    SubAppId: optional(integer(0, Number.MAX_SAFE_INTEGER)),
    SessionContext: optional(text(4096)),
    SourceContext: optional(text(4096)),
    MediaType: optional(Type.Enum([0, 1, 2, 3, 4])),
    UserDefineRecordId: optional(Type.String({ pattern: '^[A-Za-z0-9_-]{0,64}$', description: 'up to 64 letters, digits, "_" and "-"' })),
  },
  strict,
);

const CloudStorageSchema = Type.Object(
  {
    Vendor: Type.Enum([0, 1]),
    Region: filled(64),
    Bucket: filled(128),
    AccessKey: filled(256),
    SecretKey: filled(1024),
    FileNamePrefix: optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$', description: 'letters, digits, "_" and "-"' }), { maxItems: 32 }),
    ),
  },
  strict,
);
export type CloudStorage = Type.Static<typeof CloudStorageSchema>;

const StorageParamsSchema = Type.Object(
  { CloudStorage: optional(CloudStorageSchema), CloudVod: optional(Type.Object({ TencentVod: optional(TencentVodSchema) }, strict)) },
  strict,
);

/** Sides below this the encoder does not take. */
const fewestPixels = 64;

const MixTranscodeParamsSchema = Type.Object(
  {
    VideoParams: optional(
      Type.Object(
        {
          Width: integer(fewestPixels, 1920),
          Height: integer(fewestPixels, 1920),
          Fps: integer(1, 60),
          BitRate: integer(64_000, 8_192_000),
          Gop: integer(1, 3600),
        },
        strict,
      ),
    ),
    AudioParams: optional(
      Type.Object({ SampleRate: Type.Enum([1, 2, 3]), Channel: Type.Enum([1, 2]), BitRate: integer(32_000, 128_000) }, strict),
    ),
  },
  strict,
);
export type MixTranscodeParams = Type.Static<typeof MixTranscodeParamsSchema>;

/** Parameters of CreateCloudRecording. */
export const CreateCloudRecordingSchema = Type.Object(
  {
    SdkAppId: SdkAppIdSchema,
    RoomId: filled(64),
    UserId: Type.String({ minLength: 1, maxLength: 32, pattern: '^[A-Za-z0-9_-]+$', description: 'letters, digits, "_" and "-"' }),
    UserSig: filled(16_384),
    RecordParams: RecordParamsSchema,
    StorageParams: StorageParamsSchema,
    RoomIdType: optional(Type.Enum([0, 1])),
    MixTranscodeParams: optional(MixTranscodeParamsSchema),
    MixLayoutParams: optional(MixLayoutParamsSchema),
    ResourceExpiredHour: optional(integer(6, 720)),
    PrivateMapKey: optional(text(16_384)),
  },
  strict,
);
export type CreateCloudRecording = Type.Static<typeof CreateCloudRecordingSchema>;

/** Parameters of DescribeCloudRecording. */
export const DescribeCloudRecordingSchema = Type.Object(
  { SdkAppId: SdkAppIdSchema, TaskId: TaskIdSchema, RecorderKey: optional(text(512)) },
  strict,
);

/** Parameters of ModifyCloudRecording. */
export const ModifyCloudRecordingSchema = Type.Object(
  {
    SdkAppId: SdkAppIdSchema,
    TaskId: TaskIdSchema,
    MixLayoutParams: optional(MixLayoutParamsSchema),
    SubscribeStreamUserIds: optional(SubscribeSchema),
  },
  strict,
);

/** Parameters of DeleteCloudRecording. */
export const DeleteCloudRecordingSchema = Type.Object({ SdkAppId: SdkAppIdSchema, TaskId: TaskIdSchema }, strict);
