import Type from 'typebox';
import { LayoutSchema } from './layout-name.ts';
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

/** The sound of an output. `null` in its place makes a video-only file. */
export const AudioSettingsSchema = Type.Object(
  {
    sampleRateHz: Type.Union([Type.Literal(48000), Type.Literal(44100), Type.Literal(16000)], { default: 48000 }),
    channels: Type.Union([Type.Literal(1), Type.Literal(2)], { default: 1 }),
    bitrateKbps: Type.Integer({ ...range(limits.audioBitrateKbps), default: 64, description: 'Target, 1000 bits per second.' }),
  },
  { additionalProperties: false, description: 'null: video only.' },
);
export type AudioSettings = Type.Static<typeof AudioSettingsSchema>;

/** Everything that this version can write. */
export const containerFormats = ['mp4', 'hls', 'webm'] as const;
export type ContainerFormat = (typeof containerFormats)[number];

/** One picture and one mix of everybody. */
export const CompositeOutputSchema = Type.Object(
  {
    type: Type.Literal('composite'),
    formats: Type.Array(Type.Enum(['mp4', 'hls']), { minItems: 1, maxItems: 2, uniqueItems: true, default: ['mp4'] }),
    video: Type.Union([VideoSettingsSchema, Type.Null()], { default: {} }),
    audio: Type.Union([AudioSettingsSchema, Type.Null()], { default: {} }),
    layout: Type.Object(LayoutSchema.properties, { additionalProperties: false, default: {} }),
  },
  { additionalProperties: false, title: 'CompositeOutput' },
);
export type CompositeOutput = Type.Static<typeof CompositeOutputSchema>;

/**
 * A file per participant (`merge`: camera and microphone in one, screen share and its sound in another) or per track.
 * `webm` copies the encoded media as it was sent; `mp4` and `hls` are H.264 and AAC, so `webm` stands in an output of its own.
 */
export const IndividualOutputSchema = Type.Object(
  {
    type: Type.Literal('individual'),
    formats: Type.Array(Type.Enum([...containerFormats]), { minItems: 1, maxItems: 3, uniqueItems: true, default: ['mp4'] }),
    merge: Type.Boolean({ default: true, description: 'One file per participant and source; false: one per track.' }),
    video: Type.Union([VideoSettingsSchema, Type.Null()], { default: {} }),
    audio: Type.Union([AudioSettingsSchema, Type.Null()], { default: {} }),
  },
  { additionalProperties: false, title: 'IndividualOutput' },
);
export type IndividualOutput = Type.Static<typeof IndividualOutputSchema>;

/** One thing to make from a recording, every default filled in. */
export const OutputSchema = Type.Union([CompositeOutputSchema, IndividualOutputSchema]);
export type Output = CompositeOutput | IndividualOutput;
