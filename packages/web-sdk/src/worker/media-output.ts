import {
  AdtsOutputFormat,
  AudioSample,
  AudioSampleSource,
  Mp3OutputFormat,
  Mp4OutputFormat,
  OggOutputFormat,
  Output,
  Quality,
  StreamTarget,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
  type OutputFormat,
  type StreamTargetChunk,
} from 'mediabunny';
import { sealMp4 } from '../mp4/seal-mp4.ts';
import type { FileFormat } from '../store/recording-store.ts';
import { chooseAudioCodec, chooseVideoCodec } from './choose-codec.ts';
import type { DiskFile } from './disk-file.ts';
import { forgetWritten } from './forget-written.ts';
import type { AudioPlan, VideoPlan } from './plan.ts';
import type { MediaSink } from './media-sink.ts';
import { withoutFirstFrame } from './without-first-frame.ts';

/** Pictures in the encoder beyond which a new one is dropped. */
const mostPending = 5;

/** What is encoded and into what. */
export interface OutputPlan {
  readonly format: FileFormat;
  readonly video: VideoPlan | null;
  readonly audio: AudioPlan | null;
}

/**
 * Encodes and writes: MP4 as fragments that {@link MediaOutput.finish} makes a plain MP4 of in place, WebM in clusters, sound alone as ADTS, MP3 or Ogg. Everything but the newest fragment is on
 * disk at any time.
 */
export class MediaOutput implements MediaSink {
  readonly #disk: DiskFile;
  readonly #format: FileFormat;
  readonly #output: Output;
  readonly #video: VideoSampleSource | null;
  readonly #audio: AudioSampleSource | null;
  readonly #onFailure: (cause: unknown) => void;
  /** Taken from the time of sound, where the container can leave out its beginning. */
  readonly #delayFrames: number;
  #pendingPictures = 0;
  #pictures: Promise<unknown> = Promise.resolve();
  #sounds: Promise<unknown> = Promise.resolve();

  private constructor(
    disk: DiskFile,
    format: FileFormat,
    output: Output,
    sources: { readonly video: VideoSampleSource | null; readonly audio: AudioSampleSource | null; readonly delayFrames: number },
    onFailure: (cause: unknown) => void,
  ) {
    this.#disk = disk;
    this.#format = format;
    this.#output = output;
    this.#video = sources.video;
    this.#audio = sources.audio;
    this.#delayFrames = sources.delayFrames;
    this.#onFailure = onFailure;
  }

  /**
   * Chooses codecs and begins the file. `onFailure` is called once when an encoder or the container fails.
   *
   * @throws {RecorderUnsupportedError} RECORDER_UNSUPPORTED when the browser has no fitting encoder.
   */
  static async open(plan: OutputPlan, disk: DiskFile, onFailure: (cause: unknown) => void): Promise<MediaOutput> {
    const { format, video, audio } = plan;
    const videoCodec = video === null ? null : await chooseVideoCodec(format, video);
    const audioCodec = audio === null ? null : await chooseAudioCodec(format, audio);
    const write = format === 'aac' && (audioCodec?.delayFrames ?? 0) > 0 ? withoutFirstFrame(disk) : disk.write.bind(disk);
    const writable = new WritableStream<StreamTargetChunk>({ write: ({ data, position }) => write(data, position) });
    const output = new Output({ format: containerOf(format, () => forgetWritten(output)), target: new StreamTarget(writable) });
    const sources = {
      delayFrames: format === 'mp4' ? (audioCodec?.delayFrames ?? 0) : 0,
      video:
        video === null || videoCodec === null
          ? null
          : new VideoSampleSource({
              ...{ codec: videoCodec, quality: new Quality({ bitrate: video.bitrateBps }), keyFrameInterval: video.keyframeS },
              latencyMode: 'realtime',
            }),
      audio:
        audio === null || audioCodec === null
          ? null
          : new AudioSampleSource({
              ...{ codec: audioCodec.codec, quality: new Quality({ bitrate: audio.bitrateBps }) },
            }),
    };
    if (sources.video) output.addVideoTrack(sources.video);
    if (sources.audio) output.addAudioTrack(sources.audio);
    await output.start();
    let hasFailed = false;
    return new MediaOutput(disk, format, output, sources, (cause) => {
      if (!hasFailed) onFailure(cause);
      hasFailed = true;
    });
  }

  get canTakePicture(): boolean {
    return this.#pendingPictures < mostPending;
  }

  addPicture(frame: VideoFrame): void {
    const source = this.#video;
    if (source === null) return frame.close();
    this.#pendingPictures++;
    const sample = new VideoSample(frame);
    this.#pictures = this.#pictures
      .then(() => source.add(sample))
      .catch(this.#onFailure)
      .finally(() => {
        sample.close();
        this.#pendingPictures--;
      });
  }

  addSound(planes: Float32Array<ArrayBuffer>, channels: number, rateHz: number, firstFrame: number): void {
    const source = this.#audio;
    if (source === null) return;
    const sample = new AudioSample({
      ...{
        data: planes,
        format: 'f32-planar',
        numberOfChannels: channels,
        sampleRate: rateHz,
        timestamp: (firstFrame - this.#delayFrames) / rateHz,
      },
    });
    this.#sounds = this.#sounds
      .then(() => source.add(sample))
      .catch(this.#onFailure)
      .finally(() => sample.close());
  }

  async drained(): Promise<void> {
    await this.#sounds;
  }

  async finish(): Promise<boolean> {
    await Promise.all([this.#pictures, this.#sounds]);
    try {
      await this.#output.finalize();
    } catch (cause) {
      // A full disk or a broken encoder: what is whole on disk is still made a file of.
      this.#onFailure(cause);
      if (this.#format !== 'mp4') return false;
    }
    return this.#format === 'mp4' ? sealMp4(this.#disk) !== null : true;
  }
}

function containerOf(format: FileFormat, onFragment: () => void): OutputFormat {
  switch (format) {
    case 'mp4':
      return new Mp4OutputFormat({ fastStart: 'fragmented', minimumFragmentDuration: 0.9, onMoof: () => queueMicrotask(onFragment) });
    case 'webm':
      return new WebMOutputFormat({ minimumClusterDuration: 0.9 });
    case 'aac':
      return new AdtsOutputFormat();
    case 'mp3':
      return new Mp3OutputFormat();
    case 'opus':
      return new OggOutputFormat();
    case 'wav':
      throw new RangeError('WAV is not written here.');
  }
}
