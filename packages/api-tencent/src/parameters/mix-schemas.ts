import Type from 'typebox';
import { SdkAppIdSchema } from './recording-schemas.ts';
import { RoomNumberSchema, RoomTextSchema } from './room-schemas.ts';

const integer = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const optional = Type.Optional;
const strict = { additionalProperties: false } as const;
const flag = optional(Type.Enum([0, 1]));
const place = integer(0, 1920);
const UserId = Type.String({ maxLength: 256 });
const Url = optional(Type.String({ maxLength: 512, pattern: String.raw`^(?:https?://[^\s]+)?$`, description: 'an http(s) address' }));

const OutputParamsSchema = Type.Object(
  {
    StreamId: Type.String({
      minLength: 1,
      maxLength: 64,
      pattern: String.raw`^[A-Za-z0-9_.%-]+$`,
      description: 'letters, digits and "_.%-"',
    }),
    PureAudioStream: flag,
    RecordId: optional(Type.String({ maxLength: 64, pattern: '^[A-Za-z0-9_-]*$', description: 'letters, digits, "_" and "-"' })),
    RecordAudioOnly: flag,
  },
  strict,
);

const EncodeParamsSchema = Type.Object(
  {
    AudioSampleRate: Type.Enum([48_000, 44_100, 32_000, 24_000, 16_000, 8000]),
    AudioBitrate: integer(8, 500),
    AudioChannels: Type.Enum([1, 2]),
    VideoWidth: optional(integer(0, 1920)),
    VideoHeight: optional(integer(0, 1080)),
    VideoBitrate: optional(integer(1, 10_000)),
    VideoFramerate: optional(integer(1, 60)),
    VideoGop: optional(integer(1, 5)),
    BackgroundColor: optional(integer(0, 0xffffff)),
    BackgroundImageId: optional(Type.Integer()),
    AudioCodec: optional(Type.Enum([0, 1, 2])),
    BackgroundImageUrl: Url,
  },
  strict,
);

const SmallVideoLayoutParamsSchema = Type.Object(
  {
    UserId,
    StreamType: Type.Enum([0, 1]),
    ...{ ImageWidth: optional(place), ImageHeight: optional(place), LocationX: optional(place), LocationY: optional(place) },
  },
  strict,
);

const PresetSchema = Type.Object(
  {
    UserId: optional(UserId),
    StreamType: flag,
    ...{ ImageWidth: optional(place), ImageHeight: optional(place), LocationX: optional(place), LocationY: optional(place) },
    ZOrder: optional(integer(0, 100)),
    RenderMode: optional(Type.Enum([0, 1, 2])),
    MixInputType: optional(Type.Enum([0, 1, 2])),
    PlaceImageId: optional(Type.Integer()),
  },
  strict,
);
export type Preset = Type.Static<typeof PresetSchema>;

const WaterMarkParamsSchema = Type.Object(
  {
    WaterMarkId: optional(Type.Integer()),
    ...{ WaterMarkWidth: place, WaterMarkHeight: place, LocationX: place, LocationY: place },
    WaterMarkUrl: Url,
  },
  strict,
);

const LayoutParamsSchema = Type.Object(
  {
    Template: optional(Type.Enum([0, 1, 2, 3, 4])),
    MainVideoUserId: optional(UserId),
    MainVideoStreamType: flag,
    SmallVideoLayoutParams: optional(SmallVideoLayoutParamsSchema),
    MainVideoRightAlign: flag,
    MixVideoUids: optional(Type.Array(UserId, { maxItems: 16 })),
    PresetLayoutConfig: optional(Type.Array(PresetSchema, { maxItems: 16 })),
    PlaceHolderMode: flag,
    PureAudioHoldPlaceMode: optional(Type.Enum([0, 1, 2])),
    WaterMarkParams: optional(WaterMarkParamsSchema),
    RenderMode: optional(Type.Enum([0, 1, 2])),
  },
  strict,
);

const mix = {
  OutputParams: OutputParamsSchema,
  EncodeParams: EncodeParamsSchema,
  LayoutParams: LayoutParamsSchema,
  PublishCdnParams: optional(Type.Object({ BizId: Type.Integer(), PublishCdnUrls: Type.Array(Type.String()) }, strict)),
};
const MixSchema = Type.Object(mix, strict);
/** What StartMCUMixTranscode asks for, whatever the room. */
export type MixCall = Type.Static<typeof MixSchema>;

export const StartMixSchema = Type.Object({ SdkAppId: SdkAppIdSchema, RoomId: RoomNumberSchema, ...mix }, strict);
export const StartMixByStrRoomIdSchema = Type.Object({ SdkAppId: SdkAppIdSchema, StrRoomId: RoomTextSchema, ...mix }, strict);
export const StopMixSchema = Type.Object({ SdkAppId: SdkAppIdSchema, RoomId: RoomNumberSchema }, strict);
export const StopMixByStrRoomIdSchema = Type.Object({ SdkAppId: SdkAppIdSchema, StrRoomId: RoomTextSchema }, strict);
