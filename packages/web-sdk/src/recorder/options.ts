import { isLayoutName, type LayoutName, type LayoutOptions } from '@tapedeck/layout';
import { ValidationError } from '@tapedeck/protocol';
import { canReadTracks } from '../audio/sound-input.ts';
import type { SourceReceivers } from './lip-sync.ts';
import type { LayoutPlan, RecordingPlan, VideoCodecName } from '../worker/plan.ts';

/** Someone or something that is recorded. */
export interface RecorderSource {
  /** Stands for the person in layouts; unique. */
  readonly id: string;
  readonly video?: MediaStreamTrack | null;
  readonly screen?: MediaStreamTrack | null;
  readonly audio?: MediaStreamTrack | null;
  /** Sound of the shared screen. */
  readonly screenAudio?: MediaStreamTrack | null;
  /** Of `video` and `audio` when they come from a call (with livekit-client: `track.receiver`): sound and picture are then kept together to a few ms. */
  readonly receivers?: SourceReceivers | null;
}

/** A layout's name, or its name with options of `@tapedeck/layout`. */
export type RecorderLayout = LayoutName | ({ readonly name: LayoutName } & LayoutOptions);

/** The picture. Sides even, 16 to 4096; at most 60 pictures a second. */
export interface RecorderVideo {
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  readonly bitrateKbps?: number;
  /** Seconds between keyframes, 0.5 to 10: also what a crash can cost. Default 1. */
  readonly keyframeS?: number;
  readonly codec?: 'h264' | 'vp8' | 'vp9' | 'av1';
  /** A CSS colour. Default black. */
  readonly background?: string;
}

/** The sound. */
export interface RecorderAudio {
  /** Of AAC; Opus is always at 48000. */
  readonly sampleRateHz?: 16_000 | 32_000 | 44_100 | 48_000;
  readonly channels?: 1 | 2;
  readonly bitrateKbps?: number;
  /** `aac` in an MP4 loads an encoder where the browser has none. Default: what the browser has. */
  readonly codec?: 'aac' | 'opus';
}

/** What `createRecorder` is given. Everything but `sources` has a default. */
export interface RecorderOptions {
  readonly sources: readonly RecorderSource[];
  /** Default `grid`. */
  readonly layout?: RecorderLayout;
  /** False: sound only. Default 1280 × 720, 30 pictures a second, 2500 kbit/s. */
  readonly video?: RecorderVideo | false;
  /** False: no sound. Default 48 kHz, one channel, 96 kbit/s. */
  readonly audio?: RecorderAudio | false;
  /** Default `mp4`. */
  readonly format?: 'mp4' | 'webm';
  /** Where the finished file goes; while it is recorded it lies in the private file system. Default `private`: it stays there. */
  readonly target?: 'private' | FileSystemFileHandle;
  /** Name of the file, without extension. Default: date and time. */
  readonly name?: string;
}

const codecNames: Readonly<Record<NonNullable<RecorderVideo['codec']>, VideoCodecName>> = {
  h264: 'avc',
  vp8: 'vp8',
  vp9: 'vp9',
  av1: 'av1',
};

/** Checks options and fills in defaults. @throws {ValidationError} INVALID_REQUEST naming the field. */
export function planRecording(options: RecorderOptions, isForeign: boolean): RecordingPlan {
  const { format = 'mp4', video = {}, audio = {} } = options;
  if (video === false && audio === false) throw new ValidationError('video', 'and audio cannot both be false');
  if (format !== 'mp4' && format !== 'webm') throw new ValidationError('format', 'must be mp4 or webm', format);
  return {
    id: newId(),
    name: options.name ?? defaultName(),
    format,
    video: video === false ? null : planVideo(video),
    audio: audio === false ? null : planAudio(audio),
    layout: planLayout(options.layout ?? 'grid'),
    cycleS: 0,
    mixesTracks: canReadTracks(),
    isForeign,
  };
}

function planVideo(video: RecorderVideo): NonNullable<RecordingPlan['video']> {
  const { width = 1280, height = 720, fps = 30, keyframeS = 1, codec, background = '#000' } = video;
  for (const [side, value] of [
    ['width', width],
    ['height', height],
  ] as const)
    if (!Number.isInteger(value / 2) || value < 16 || value > 4096)
      throw new ValidationError(`video.${side}`, 'must be an even number from 16 to 4096', value);
  const bitrateBps =
    inRange('video.bitrateKbps', video.bitrateKbps ?? Math.max(300, Math.round((width * height * fps) / 11_000)), 50, 100_000) * 1000;
  return {
    ...{
      width,
      height,
      bitrateBps,
      background,
      fps: inRange('video.fps', fps, 1, 60),
      keyframeS: inRange('video.keyframeS', keyframeS, 0.5, 10),
    },
    codec: codec === undefined ? null : codecNames[codec],
  };
}

function planAudio(audio: RecorderAudio): NonNullable<RecordingPlan['audio']> {
  const { sampleRateHz = 48_000, channels = 1, bitrateKbps = 96, codec = null } = audio;
  return {
    rateHz: codec === 'aac' ? sampleRateHz : 48_000,
    channels,
    bitrateBps: inRange('audio.bitrateKbps', bitrateKbps, 8, 512) * 1000,
    codec,
  };
}

function inRange(field: string, value: number, from: number, to: number): number {
  if (!(value >= from && value <= to)) throw new ValidationError(field, `must be a number from ${from} to ${to}`, value);
  return value;
}

/** @throws {ValidationError} INVALID_REQUEST for an unknown name. */
export function planLayout(layout: RecorderLayout): LayoutPlan {
  const { name, ...options } = typeof layout === 'string' ? { name: layout } : layout;
  if (!isLayoutName(name)) throw new ValidationError('layout', 'is not a known layout', name);
  return { name, options };
}

/** A new recording's id. */
export function newId(): string {
  return `rec_${crypto.randomUUID().replaceAll('-', '')}`;
}

/** Local date and time, for instance `2026-05-01 14.03.22`. */
export function defaultName(now = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `${day} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}`;
}
