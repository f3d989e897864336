import { recordingCodes } from '../parameters/code-style.ts';
import { outOfRange } from '../parameters/read-parameters.ts';
import type { CreateCloudRecording, MixTranscodeParams } from '../parameters/recording-schemas.ts';
import { toLayout } from './to-layout.ts';
import type { Size } from './check-inside.ts';

/** Formats by OutputFormat (storages of the customer). */
const byOutputFormat = [['hls'], ['hls', 'mp4'], ['hls', 'aac'], ['mp4'], ['aac']] as const;
/** Formats by TencentVod.MediaType. */
const byMediaType = [['mp4'], ['hls'], ['aac'], ['hls', 'mp4'], ['hls', 'aac']] as const;
type Format = 'hls' | 'mp4' | 'aac';

const sampleRates = { 1: 48_000, 2: 44_100, 3: 16_000 } as const;
/** Streams of single mode keep what the publisher sent as far as an encoder can: no picture is dropped up to this. */
const singleFps = 30;
const mostPixels = 1920 * 1080;
const longestGopS = 10;
const hls = { segments: 'ts', privateTags: true } as const;

/** The picture of a mixed recording when VideoParams is left out. */
const usualVideo = { Width: 360, Height: 640, Fps: 15, BitRate: 550_000, Gop: 10 } as const;
const usualAudio = { SampleRate: 1, Channel: 2, BitRate: 64_000 } as const;

/** The canvas of a mixed recording: even sides, as the encoder needs them. */
export function canvasOf(transcode: MixTranscodeParams | undefined): Size {
  const { Width, Height } = transcode?.VideoParams ?? usualVideo;
  return { width: Width - (Width % 2), height: Height - (Height % 2) };
}

/**
 * What to make: native outputs, as a request spells them.
 *
 * @throws {TencentError} InvalidParameter.OutOfRange for a picture of too many pixels, for AAC with video in VOD, and for layouts outside their canvas.
 */
export function toOutputs(call: CreateCloudRecording): readonly object[] {
  const formats = formatsOf(call);
  return call.RecordParams.RecordMode === 1 ? singleOutputs(call, formats) : [mixedOutput(call, formats)];
}

function formatsOf({ RecordParams, StorageParams }: CreateCloudRecording): readonly Format[] {
  if (StorageParams.CloudVod === undefined) return byOutputFormat[RecordParams.OutputFormat ?? 0];
  const type = StorageParams.CloudVod.TencentVod?.MediaType ?? 0;
  if ((type === 2 || type === 4) && RecordParams.StreamType !== 1)
    throw outOfRange(recordingCodes, 'StorageParams.CloudVod.TencentVod.MediaType', 'may be AAC (2 or 4) only with StreamType 1');
  return byMediaType[type];
}

function mixedOutput({ RecordParams, MixTranscodeParams, MixLayoutParams }: CreateCloudRecording, formats: readonly Format[]): object {
  const video = MixTranscodeParams?.VideoParams ?? usualVideo;
  const audio = MixTranscodeParams?.AudioParams ?? usualAudio;
  const { StreamType = 0 } = RecordParams;
  if (video.Width * video.Height > mostPixels)
    throw outOfRange(recordingCodes, 'MixTranscodeParams.VideoParams.Width', `must make at most ${mostPixels} pixels with Height`);
  const canvas = canvasOf(MixTranscodeParams);
  const { kept, isSilent } = audible(formats, StreamType);
  return {
    type: 'composite',
    formats: kept,
    video:
      StreamType === 1
        ? null
        : { ...canvas, fps: video.Fps, bitrateKbps: Math.round(video.BitRate / 1000), gopS: Math.min(longestGopS, video.Gop) },
    audio: isSilent
      ? null
      : {
          sampleRateHz: sampleRates[audio.SampleRate],
          channels: audio.Channel,
          bitrateKbps: Math.round(audio.BitRate / 1000),
        },
    layout: toLayout(MixLayoutParams, canvas),
    ...(kept.includes('hls') && { hls }),
  };
}

/**
 * Files per user. HLS keeps sound and picture apart unless AvMerge asks for one; MP4 always holds both, as the vendor makes it of the HLS afterwards.
 */
function singleOutputs({ RecordParams }: CreateCloudRecording, formats: readonly Format[]): readonly object[] {
  const { StreamType = 0, AvMerge = 0 } = RecordParams;
  const { kept, isSilent } = audible(formats, StreamType);
  const video = StreamType === 1 ? null : { fps: singleFps };
  const audio = isSilent ? null : {};
  const output = (chosen: readonly Format[], merge: boolean): object => ({
    ...{ type: 'individual', formats: chosen, merge, video, audio },
    ...(chosen.includes('hls') && { hls }),
  });
  if (AvMerge === 1 || !kept.includes('hls')) return [output(kept, true)];
  const others = kept.filter((format) => format !== 'hls');
  return [output(['hls'], false), ...(others.length > 0 ? [output(others, true)] : [])];
}

/** Without sound there is nothing that AAC could hold. */
function audible(formats: readonly Format[], streamType: number): { kept: readonly Format[]; isSilent: boolean } {
  const isSilent = streamType === 2;
  const kept = isSilent ? formats.filter((format) => format !== 'aac') : formats;
  if (kept.length === 0)
    throw outOfRange(recordingCodes, 'RecordParams.OutputFormat', 'must not be AAC alone with StreamType 2 (video only)');
  return { kept, isSilent };
}
