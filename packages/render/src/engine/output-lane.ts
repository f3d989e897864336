import type { Encoding } from '../encode/encodings.ts';
import { PartAssembler, videoTimescale } from '../encode/part-assembler.ts';
import { PictureEncoder } from '../encode/picture-encoder.ts';
import { SoundEncoder } from '../encode/sound-encoder.ts';
import type { EncodedSound } from '../encode/sound-encoder.ts';
import { openOutput } from '../parts/output.ts';
import { RangeOutput } from '../parts/range-output.ts';
import type { Output, OutputOptions, TrackConfig } from '../parts/types.ts';
import type { AudioPlan, RenderPlan, VideoPlan } from '../plan.ts';
import type { RenderRange } from './split-render.ts';

/** Opus counts time in 48 kHz samples, whatever it was made from. @see RFC 7845 §4 */
const opusRateHz = 48_000;

/** What one encoding of an output is made of. */
export interface OutputLaneOptions {
  readonly encoding: Encoding;
  readonly plan: RenderPlan;
  /** Media of the output now; null leaves the medium out. */
  readonly video: VideoPlan | null;
  readonly audio: AudioPlan | null;
  /** RecordingUs of the output's first instant. */
  readonly startUs: number;
  readonly encoderThreads: number;
  /** Pictures in a part: whole GOPs. */
  readonly pictures: number;
  /** Pictures per second of the grid of parts. */
  readonly fps: number;
  readonly output: Pick<
    OutputOptions,
    'outDir' | 'key' | 'type' | 'participant' | 'source' | 'pictureSource' | 'startWallMs' | 'chapters' | 'log'
  >;
  /** Only this range of the output's parts, kept for joining; null: the files themselves. */
  readonly range: RenderRange | null;
}

/** One encoding of an output on its way into its containers: encoders, the cutting into parts, and the files. An encoding finished by an earlier run has no encoders. */
export class OutputLane {
  readonly output: Output;
  /** Null: no such medium (yet), or finished. Whoever feeds an encoder closes it. */
  pictures: PictureEncoder | null = null;
  sounds: SoundEncoder | null = null;
  readonly #options: OutputLaneOptions;
  readonly #assembler: PartAssembler;

  /** @throws {RenderSetupError} RENDER_SETUP · {OutputError} RENDER_OUTPUT_FAILED */
  constructor(options: OutputLaneOptions) {
    this.#options = options;
    const { encoding, plan, video, audio, startUs, pictures, fps, output, range } = options;
    const hasVideo = video !== null && encoding.picture !== null;
    const tracks: TrackConfig[] = [];
    if (hasVideo) tracks.push(this.#openPictures(video));
    if (audio !== null) {
      this.sounds = new SoundEncoder(audio, encoding.sound, (sound) => this.#addSound(sound));
      tracks.push(audioTrackConfig(audio, this.sounds));
    }
    const { sliceS, maxFileBytes, hls } = plan;
    const { formats } = encoding;
    const outputOptions = { ...output, formats, tracks, startMs: startUs / 1000, sliceS, maxFileBytes, hls, partS: pictures / fps };
    const partUs = (pictures * 1e6) / fps;
    this.output = range === null ? openOutput(outputOptions) : new RangeOutput(outputOptions, { ...range, partUs }, encoding.sound);
    const sampleRateHz = encoding.sound === 'opus' ? opusRateHz : (audio?.sampleRateHz ?? 0);
    this.#assembler = new PartAssembler(this.output, { fps, pictures, sampleRateHz }, { hasVideo, hasAudio: audio !== null });
    if (!this.output.isFinished) return;
    this.pictures?.close();
    this.sounds?.close();
    this.pictures = this.sounds = null;
  }

  /** Pictures come from this part on (an output that began with sound alone): null when this encoding holds none or is finished. */
  joinPictures(video: VideoPlan, part: number): PictureEncoder | null {
    if (this.#options.encoding.picture === null || this.output.isFinished) return null;
    this.output.addTrack(this.#openPictures(video));
    this.#assembler.expectVideoFrom(part);
    return this.pictures;
  }

  /** Appends what is left as the last, shorter part, which ends at `durationUs`. */
  finish(durationUs: number): void {
    if (!this.output.isFinished) this.#assembler.finish(durationUs);
  }

  #openPictures(video: VideoPlan): TrackConfig {
    const { encoding, encoderThreads } = this.#options;
    const codec = encoding.picture!;
    this.pictures = new PictureEncoder(video, codec, encoderThreads, (picture) => this.#assembler.addPicture(picture));
    const { width, height, fps } = video;
    const codecConfig = codec === 'h264' ? this.pictures.parameterSets : null;
    return { kind: 'video', codec, timescale: videoTimescale, width, height, codecConfig, expectedFps: fps };
  }

  #addSound(sound: EncodedSound): void {
    const { encoding, audio } = this.#options;
    const scale = encoding.sound === 'opus' ? opusRateHz / audio!.sampleRateHz : 1;
    this.#assembler.addSound(scale === 1 ? sound : { ...sound, pts: sound.pts * scale, duration: sound.duration * scale });
  }
}

function audioTrackConfig({ sampleRateHz: encodedRateHz, channels }: AudioPlan, { codec, config, setup }: SoundEncoder): TrackConfig {
  const sampleRateHz = codec === 'opus' ? opusRateHz : encodedRateHz;
  const leadTicks = (setup.leadSamples * sampleRateHz) / encodedRateHz;
  const codecConfig = codec === 'aac' ? config : null;
  return { kind: 'audio', codec, timescale: sampleRateHz, sampleRateHz, channels, codecConfig, leadTicks };
}
