import { isLayoutName, layoutNames } from '@tapedeck/layout';
import { isSoundFormat } from './encode/encodings.ts';
import { PlanError } from './errors.ts';
import type { ExtraName } from './extras/extra-name.ts';
import type {
  AudioPlan,
  ContainerFormat,
  HlsPlan,
  LayoutPlan,
  RenderPlan,
  SubscribeRules,
  TimeWindow,
  VideoPlan,
  WebmPlan,
} from './plan.ts';

/** One output as the native API describes it (`outputs[]` of a recording, defaults filled in or not). */
export interface OutputRequest {
  readonly type: 'composite' | 'individual';
  readonly formats?: readonly ContainerFormat[];
  readonly video?: Partial<VideoPlan> | null;
  readonly audio?:
    (Partial<Omit<AudioPlan, 'sampleRateHz' | 'channels'>> & { readonly sampleRateHz?: number; readonly channels?: number }) | null;
  readonly hls?: Partial<HlsPlan>;
  readonly webm?: Partial<WebmPlan>;
  readonly layout?: Readonly<Record<string, unknown>> & { readonly name?: string };
  readonly merge?: boolean;
  readonly mode?: 'remux' | 'transcode';
}

/** What all outputs of a recording share. */
export interface RecordingRequest {
  readonly subscribe?: { readonly audio?: Partial<SubscribeRules['audio']>; readonly video?: Partial<SubscribeRules['video']> };
  readonly sliceS?: number;
  readonly maxFileBytes?: number;
  readonly fill?: RenderPlan['fill'];
  readonly maxGapS?: number;
  /** Timeline and waveform are made with the first output, thumbnails with each. */
  readonly extras?: readonly ExtraName[];
  readonly resumeWaitS?: number | null;
  readonly partS?: number;
  readonly holdbackMs?: number;
  /** Only this stretch of recording time. */
  readonly window?: RenderPlan['window'];
  /** Layout changes of the session are passed over. */
  readonly keepsLayout?: boolean;
}

const sampleRatesHz = [48_000, 44_100, 32_000, 16_000];
const composedFormats = ['mp4', 'hls', 'webm', 'flv', 'm4a', 'aac', 'mp3', 'wav', 'ogg'];
/** WAV and FLV count bytes with 32 bits. */
const largestFileBytes = 4_000_000_000;

/**
 * Fills every default in and freezes the result, all the way down: composite MP4 1280×720 at 15 fps, 1500 kb/s, GOP 2 s; AAC 48 kHz mono 64 kb/s; grid;
 * parts of 4 s; slices of 4 h or 2 GB. Individual outputs are copied into WebM and re-encoded into MP4 unless `mode` says otherwise.
 *
 * @throws {PlanError} RENDER_PLAN naming the field when the request asks for what cannot be made.
 */
export function planRender(request: OutputRequest, recordingId: string, outputIndex: number, recording: RecordingRequest = {}): RenderPlan {
  const formats = request.formats ?? ['mp4'];
  const mode = request.type === 'composite' ? 'transcode' : (request.mode ?? (formats.includes('webm') ? 'remux' : 'transcode'));
  checkFormats(request.type, mode, formats);
  const isSoundAlone = formats.every(isSoundFormat);
  const video = isSoundAlone ? null : planVideo(request.video);
  const audio = planAudio(request.audio);
  if (video === null && audio === null) throw new PlanError('video', null, 'video, audio or both');
  if (mode === 'transcode') checkSound(formats, audio);
  const { subscribe } = recording;
  const { maxFileBytes = 2_000_000_000 } = recording;
  checkRange('maxFileBytes', maxFileBytes, 1, largestFileBytes);
  return deepFreeze({
    version: 1,
    recordingId,
    outputIndex,
    type: request.type,
    formats: [...formats],
    video,
    audio,
    layout: request.type === 'composite' ? planLayout(request.layout) : { name: 'grid', options: {} },
    mode,
    merge: request.merge ?? true,
    fill: recording.fill ?? 'last-frame',
    sizing: planSizing(request, mode),
    maxGapS: recording.maxGapS ?? 3600,
    resumeWaitS: recording.resumeWaitS ?? null,
    partS: recording.partS ?? (formats.includes('hls') ? 2 : 4), // who watches HLS while it grows is about three parts behind
    keyframeS: 30,
    sliceS: recording.sliceS ?? 14_400,
    maxFileBytes,
    hls: { segments: request.hls?.segments ?? 'fmp4', privateTags: request.hls?.privateTags ?? false },
    webm: { codec: request.webm?.codec ?? 'vp9' },
    holdbackMs: recording.holdbackMs ?? 1500,
    subscribe: { audio: planRules(subscribe?.audio), video: planRules(subscribe?.video) },
    extras: (recording.extras ?? []).filter((name) => outputIndex === 0 || name === 'thumbnails'),
    window: planWindow(recording.window),
    keepsLayout: recording.keepsLayout ?? false,
  });
}

/** Individual files are as large as what was sent unless the request gives a size. */
function planSizing({ type, video }: OutputRequest, mode: RenderPlan['mode']): RenderPlan['sizing'] {
  if (type === 'composite' || mode === 'remux' || video === null) return 'fixed';
  const { width, height } = video ?? {};
  if ((width === undefined) !== (height === undefined)) {
    const missing = width === undefined ? 'width' : 'height';
    throw new PlanError(`outputs.video.${missing}`, undefined, 'given together with the other side, or neither');
  }
  return width === undefined ? 'source' : 'fixed';
}

function checkFormats(type: OutputRequest['type'], mode: RenderPlan['mode'], formats: readonly string[]): void {
  const allowed =
    mode === 'remux' ? ['webm', 'mp4'] : type === 'composite' ? composedFormats : composedFormats.filter((format) => format !== 'webm');
  const field = `outputs.formats`;
  if (formats.length === 0) throw new PlanError(field, formats, `${type}: at least one of ${allowed.join(', ')}`);
  const wrong = formats.find((format) => !allowed.includes(format));
  if (wrong !== undefined) throw new PlanError(field, wrong, `${type} by ${mode}: ${allowed.join(', ')}`);
}

/** What the formats' sound codecs cannot do. */
function checkSound(formats: readonly ContainerFormat[], audio: AudioPlan | null): void {
  const soundAlone = formats.find(isSoundFormat);
  if (audio === null) {
    if (soundAlone !== undefined) throw new PlanError('outputs.audio', null, `audio settings, because ${soundAlone} holds sound alone`);
    return;
  }
  const { sampleRateHz, channels, bitrateKbps } = audio;
  if (formats.some((format) => format === 'webm' || format === 'ogg')) {
    if (sampleRateHz === 44_100 || sampleRateHz === 32_000)
      throw new PlanError('outputs.audio.sampleRateHz', sampleRateHz, 'webm and ogg (Opus): 48000, 16000');
    checkRange('outputs.audio.bitrateKbps', bitrateKbps, 8, 256 * channels);
  }
  if (formats.includes('mp3') && sampleRateHz === 16_000) checkRange('outputs.audio.bitrateKbps', bitrateKbps, 8, 160);
}

function planVideo(request: OutputRequest['video']): VideoPlan | null {
  if (request === null) return null;
  const { width = 1280, height = 720, fps = 15, bitrateKbps = 1500, gopS = 2, preset = 'veryfast' } = request ?? {};
  checkEven('outputs.video.width', width);
  checkEven('outputs.video.height', height);
  checkRange('outputs.video.fps', fps, 1, 60);
  checkRange('outputs.video.bitrateKbps', bitrateKbps, 16, 100_000);
  checkRange('outputs.video.gopS', gopS, 1 / fps, 60);
  return { preset, width, height, fps, bitrateKbps, gopS };
}

function planAudio(request: OutputRequest['audio']): AudioPlan | null {
  if (request === null) return null;
  const { sampleRateHz = 48_000, channels = 1, bitrateKbps = 64 } = request ?? {};
  if (!sampleRatesHz.includes(sampleRateHz)) throw new PlanError('outputs.audio.sampleRateHz', sampleRateHz, sampleRatesHz.join(', '));
  if (channels !== 1 && channels !== 2) throw new PlanError('outputs.audio.channels', channels, '1, 2');
  checkRange('outputs.audio.bitrateKbps', bitrateKbps, 8, 512);
  return { sampleRateHz: sampleRateHz as AudioPlan['sampleRateHz'], channels, bitrateKbps };
}

function planLayout(request: OutputRequest['layout']): LayoutPlan {
  const { name = 'grid', ...rest } = request ?? {};
  if (!isLayoutName(name)) throw new PlanError('outputs.layout.name', name, layoutNames.join(', '));
  const options = typeof rest['options'] === 'object' && rest['options'] !== null ? { ...rest['options'] } : rest;
  return { name, options };
}

function planRules(rules: Partial<SubscribeRules['audio']> | undefined): SubscribeRules['audio'] {
  return { allow: [...(rules?.allow ?? ['*'])], deny: [...(rules?.deny ?? [])] };
}

function planWindow(window: RenderPlan['window']): TimeWindow | null {
  if (window == null) return null;
  const { fromMs, toMs } = window;
  if (!(fromMs >= 0)) throw new PlanError('range.fromMs', fromMs, '0 or more');
  if (toMs !== null && !(toMs > fromMs)) throw new PlanError('range.toMs', toMs, `more than fromMs (${fromMs})`);
  return { fromMs, toMs };
}

function checkEven(field: string, value: number): void {
  if (!Number.isInteger(value) || value % 2 !== 0 || value < 16 || value > 4096) throw new PlanError(field, value, 'even, 16 to 4096');
}

function checkRange(field: string, value: number, min: number, max: number): void {
  if (!(value >= min && value <= max)) throw new PlanError(field, value, `${min} to ${max}`);
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner as object);
  return Object.freeze(value);
}
