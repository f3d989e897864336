import { isLayoutName, layoutNames } from '@tapedeck/layout';
import { PlanError } from './errors.ts';
import type { AudioPlan, ContainerFormat, LayoutPlan, RenderPlan, SubscribeRules, VideoPlan } from './plan.ts';

/** One output as the native API describes it (`outputs[]` of a recording, defaults filled in or not). */
export interface OutputRequest {
  readonly type: 'composite' | 'individual';
  readonly formats?: readonly ContainerFormat[];
  readonly video?: (Partial<Omit<VideoPlan, 'codec'>> & { readonly codec?: string }) | null;
  readonly audio?:
    | (Partial<Omit<AudioPlan, 'codec' | 'sampleRateHz' | 'channels'>> & {
        readonly codec?: string;
        readonly sampleRateHz?: number;
        readonly channels?: number;
      })
    | null;
  readonly layout?: Readonly<Record<string, unknown>> & { readonly name?: string };
  readonly merge?: boolean;
  readonly mode?: 'remux' | 'transcode';
}

/** What all outputs of a recording share. */
export interface RecordingRequest {
  readonly subscribe?: { readonly audio?: Partial<SubscribeRules['audio']>; readonly video?: Partial<SubscribeRules['video']> };
  readonly sliceS?: number;
  readonly fill?: RenderPlan['fill'];
  readonly partS?: number;
  readonly holdbackMs?: number;
}

const sampleRatesHz = [48_000, 44_100, 16_000];

/**
 * Fills every default in and freezes the result, all the way down: composite MP4 1280×720 at 15 fps, 1500 kb/s, GOP 2 s; AAC 48 kHz mono 64 kb/s; grid;
 * parts of 4 s; slices of 4 h. Individual outputs are copied into WebM and re-encoded into MP4 unless `mode` says otherwise.
 *
 * @throws {PlanError} RENDER_PLAN naming the field when the request asks for what cannot be made.
 */
export function planRender(request: OutputRequest, recordingId: string, outputIndex: number, recording: RecordingRequest = {}): RenderPlan {
  const formats = request.formats ?? ['mp4'];
  const mode = request.type === 'composite' ? 'transcode' : (request.mode ?? (formats.includes('webm') ? 'remux' : 'transcode'));
  checkFormats(request.type, mode, formats);
  const video = planVideo(request.video);
  const audio = planAudio(request.audio);
  if (video === null && audio === null) throw new PlanError('video', null, 'video, audio or both');
  const { subscribe } = recording;
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
    partS: recording.partS ?? 4,
    keyframeS: 30,
    sliceS: recording.sliceS ?? 14_400,
    holdbackMs: recording.holdbackMs ?? 500,
    subscribe: { audio: planRules(subscribe?.audio), video: planRules(subscribe?.video) },
  });
}

function checkFormats(type: OutputRequest['type'], mode: RenderPlan['mode'], formats: readonly string[]): void {
  const allowed = mode === 'remux' ? ['webm', 'mp4'] : ['mp4', 'hls'];
  const field = `outputs.formats`;
  if (formats.length === 0) throw new PlanError(field, formats, `${type}: at least one of ${allowed.join(', ')}`);
  const wrong = formats.find((format) => !allowed.includes(format));
  if (wrong !== undefined) throw new PlanError(field, wrong, `${type} by ${mode}: ${allowed.join(', ')}`);
}

function planVideo(request: OutputRequest['video']): VideoPlan | null {
  if (request === null) return null;
  const { width = 1280, height = 720, fps = 15, bitrateKbps = 1500, gopS = 2, preset = 'veryfast' } = request ?? {};
  const codec = request?.codec ?? 'h264';
  if (codec !== 'h264') throw new PlanError('outputs.video.codec', codec, 'h264');
  checkEven('outputs.video.width', width);
  checkEven('outputs.video.height', height);
  checkRange('outputs.video.fps', fps, 1, 60);
  checkRange('outputs.video.bitrateKbps', bitrateKbps, 16, 100_000);
  checkRange('outputs.video.gopS', gopS, 1 / fps, 60);
  return { codec, preset, width, height, fps, bitrateKbps, gopS };
}

function planAudio(request: OutputRequest['audio']): AudioPlan | null {
  if (request === null) return null;
  const { sampleRateHz = 48_000, channels = 1, bitrateKbps = 64 } = request ?? {};
  const codec = request?.codec ?? 'aac';
  if (codec !== 'aac') throw new PlanError('outputs.audio.codec', codec, 'aac');
  if (!sampleRatesHz.includes(sampleRateHz)) throw new PlanError('outputs.audio.sampleRateHz', sampleRateHz, sampleRatesHz.join(', '));
  if (channels !== 1 && channels !== 2) throw new PlanError('outputs.audio.channels', channels, '1, 2');
  checkRange('outputs.audio.bitrateKbps', bitrateKbps, 8, 512);
  return { codec, sampleRateHz: sampleRateHz as AudioPlan['sampleRateHz'], channels, bitrateKbps };
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
