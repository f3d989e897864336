import { invalidParameter } from '../errors.ts';
import type { Fields } from './fields.ts';

/** The object `Control` with its defaults. What concerns pushing to a CDN is ignored. */
export interface Control {
  readonly isAudioOnly: boolean;
  /** null: not said. */
  readonly fill: 'last-frame' | 'black' | null;
  readonly maxIdleS: number;
  /** 0: for as long as it takes. */
  readonly maxRecordS: number;
  readonly maxSilenceS: number;
  readonly isUploadedLive: boolean;
}

const mostRecordS = 2_147_483_647;

/** @param isSingle Single streams: `MaxSilenceSeconds` is theirs. */
export function readControl(body: Fields, isSingle: boolean): Control {
  const fields = body.object('Control');
  if (fields === null) return { isAudioOnly: false, fill: null, maxIdleS: 180, maxRecordS: 0, maxSilenceS: 3600, isUploadedLive: false };
  const fill = fields.has('FrameInterpolationMode') ? fields.choice('FrameInterpolationMode', [0, 1], 0) : null;
  return {
    isAudioOnly: fields.choice('MediaType', [0, 1], 0) === 1,
    fill: fill === null ? null : fill === 1 ? 'black' : 'last-frame',
    maxIdleS: fields.integer('MaxIdleTime', { min: 10, max: 86_400, fallback: 180 }),
    maxRecordS: fields.integer('MaxRecordTime', { min: 0, max: mostRecordS, fallback: 0 }),
    // 0 is what clients send that always write every field.
    maxSilenceS:
      isSingle && fields.isStrict && fields.integer('MaxSilenceSeconds', { min: 0, max: mostRecordS, fallback: 0 }) !== 0
        ? fields.integer('MaxSilenceSeconds', { min: 60, max: 3600, fallback: 3600 })
        : 3600,
    isUploadedLive: fields.isStrict && fields.bool('EnableSyncUpload', false),
  };
}

const formatNames = { MP4: 'mp4', HLS: 'hls', FLV: 'flv', MP3: 'mp3', AAC: 'aac', M4A: 'm4a' } as const;
export type RecordFormat = (typeof formatNames)[keyof typeof formatNames];
const soundFormats: readonly RecordFormat[] = ['mp3', 'aac', 'm4a'];

/** The formats of `FileFormatConfig`; none: MP4. @throws {VolcengineError} InvalidParameter also when a format that holds sound alone goes with a picture. */
export function readFormats(body: Fields, isAudioOnly: boolean): readonly RecordFormat[] {
  const fields = body.object('FileFormatConfig');
  const formats: RecordFormat[] = [];
  for (const [at, name] of (fields?.texts('FileFormat') ?? []).entries()) {
    const field = `FileFormatConfig.FileFormat[${at}]`;
    const format = Object.hasOwn(formatNames, name) ? formatNames[name as keyof typeof formatNames] : null;
    const isFitting = format !== null && (isAudioOnly || !soundFormats.includes(format));
    if (isFitting && !formats.includes(format)) formats.push(format);
    if (isFitting || fields?.isStrict === false) continue;
    throw format === null
      ? invalidParameter(field, `must be one of ${Object.keys(formatNames).join(', ')}`)
      : invalidParameter(field, `${name} holds sound alone: Control.MediaType must be 1`);
  }
  return formats.length === 0 ? ['mp4'] : formats;
}
