import Type from 'typebox';
import { LayoutSchema } from './layout.ts';
import { limits } from './limits.ts';

const range = ({ min, max }: { min: number; max: number }) => ({ minimum: min, maximum: max });

/** The picture of an output. `null` in its place makes an audio-only file. */
export const VideoSettingsSchema = Type.Object(
  {
    width: Type.Integer({ ...range(limits.widthPx), multipleOf: 2, default: 1280, description: 'Pixels, even.' }),
    height: Type.Integer({ ...range(limits.heightPx), multipleOf: 2, default: 720, description: 'Pixels, even.' }),
    fps: Type.Integer({ ...range(limits.fps), default: 15, description: 'Pictures per second.' }),
    bitrateKbps: Type.Integer({ ...range(limits.videoBitrateKbps), default: 1500, description: 'Average target, 1000 bits per second.' }),
    gopS: Type.Integer({ ...range(limits.gopS), default: 2, description: 'Seconds between keyframes.' }),
  },
  { additionalProperties: false, description: 'null: audio only.' },
);
export type VideoSettings = Type.Static<typeof VideoSettingsSchema>;

/**
 * The picture of individual files. Without `width` and `height` a file is as large as the largest width and the largest height that were sent; smaller pictures are
 * scaled in proportion and centred.
 */
export const IndividualVideoSettingsSchema = Type.Object(
  {
    ...VideoSettingsSchema.properties,
    width: Type.Optional(
      Type.Integer({
        ...range(limits.widthPx),
        multipleOf: 2,
        description: 'Pixels, even; with `height`. Left out: the largest width sent.',
      }),
    ),
    height: Type.Optional(
      Type.Integer({
        ...range(limits.heightPx),
        multipleOf: 2,
        description: 'Pixels, even; with `width`. Left out: the largest height sent.',
      }),
    ),
  },
  { additionalProperties: false, description: 'null: audio only.' },
);

/** The sound of an output. `null` in its place makes a video-only file. */
export const AudioSettingsSchema = Type.Object(
  {
    sampleRateHz: Type.Union([Type.Literal(48000), Type.Literal(44100), Type.Literal(32000), Type.Literal(16000)], { default: 48000 }),
    channels: Type.Union([Type.Literal(1), Type.Literal(2)], { default: 1 }),
    bitrateKbps: Type.Integer({ ...range(limits.audioBitrateKbps), default: 64, description: 'Target, 1000 bits per second.' }),
  },
  { additionalProperties: false, description: 'null: video only.' },
);
export type AudioSettings = Type.Static<typeof AudioSettingsSchema>;

/** Everything that this version can write. `m4a`, `aac` (ADTS), `mp3`, `wav` and `ogg` hold sound alone. */
export const containerFormats = ['mp4', 'hls', 'webm', 'flv', 'm4a', 'aac', 'mp3', 'wav', 'ogg'] as const;
export type ContainerFormat = (typeof containerFormats)[number];

/** Whether files of this format hold sound alone, whatever the output's `video` says. */
export function isSoundFormat(format: ContainerFormat): boolean {
  return format === 'm4a' || format === 'aac' || format === 'mp3' || format === 'wav' || format === 'ogg';
}

const FormatsSchema = Type.Array(Type.Enum([...containerFormats]), {
  minItems: 1,
  maxItems: containerFormats.length,
  uniqueItems: true,
  default: ['mp4'],
  description:
    'mp4, hls and flv: H.264 and AAC; webm: VP9 or VP8 and Opus; m4a and aac (ADTS): AAC; mp3; wav: 16-bit PCM; ogg: Opus. The last five hold sound alone. Each codec is encoded once, whatever the number of its containers.',
});

/** How HLS is written. */
export const HlsSettingsSchema = Type.Object(
  {
    segments: Type.Enum(['fmp4', 'ts'], { default: 'fmp4', description: 'Fragmented MP4, or MPEG-TS for old players.' }),
    privateTags: Type.Boolean({
      default: false,
      description: "Adds Tencent's #EXT-X-TRTC-… tags to the playlist; players pass over them.",
    }),
  },
  { additionalProperties: false, description: 'Only with `hls` among the formats.' },
);
export type HlsSettings = Type.Static<typeof HlsSettingsSchema>;

/** How WebM of a composite is encoded. */
export const WebmSettingsSchema = Type.Object(
  { codec: Type.Enum(['vp9', 'vp8'], { default: 'vp9', description: 'Of the picture.' }) },
  { additionalProperties: false, description: 'Only with `webm` among the formats.' },
);
export type WebmSettings = Type.Static<typeof WebmSettingsSchema>;

/** One picture and one mix of everybody. */
export const CompositeOutputSchema = Type.Object(
  {
    type: Type.Literal('composite'),
    formats: FormatsSchema,
    video: Type.Union([VideoSettingsSchema, Type.Null()], { default: {} }),
    audio: Type.Union([AudioSettingsSchema, Type.Null()], { default: {} }),
    layout: Type.Union(LayoutSchema.anyOf, {
      default: { name: 'grid' },
      description: 'Options may stand beside the name as well as in `options`.',
    }),
    hls: Type.Optional(HlsSettingsSchema),
    webm: Type.Optional(WebmSettingsSchema),
  },
  { additionalProperties: false, title: 'CompositeOutput' },
);
export type CompositeOutput = Type.Static<typeof CompositeOutputSchema>;

/**
 * A file per participant (`merge`: camera and microphone in one, screen share and its sound in another) or per track.
 * `webm` copies the encoded media as it was sent; all other formats are encoded anew, so `webm` stands in an output of its own and says nothing of size, rate or bit rate.
 */
export const IndividualOutputSchema = Type.Object(
  {
    type: Type.Literal('individual'),
    formats: FormatsSchema,
    merge: Type.Boolean({ default: true, description: 'One file per participant and source; false: one per track.' }),
    video: Type.Union([IndividualVideoSettingsSchema, Type.Null()], { default: {} }),
    audio: Type.Union([AudioSettingsSchema, Type.Null()], { default: {} }),
    hls: Type.Optional(HlsSettingsSchema),
  },
  { additionalProperties: false, title: 'IndividualOutput' },
);
export type IndividualOutput = Type.Static<typeof IndividualOutputSchema>;

/** One thing to make from a recording, every default filled in. */
export const OutputSchema = Type.Union([CompositeOutputSchema, IndividualOutputSchema]);
export type Output = CompositeOutput | IndividualOutput;
