import type { SessionEvent } from '@tapedeck/rtplog';
import { PartAssembler, pictureUs, videoTimescale } from '../encode/part-assembler.ts';
import type { PartGrid } from '../encode/part-assembler.ts';
import { soundFrameSamples } from '../encode/sound-encoder.ts';
import { openOutput } from '../parts/output.ts';
import type { Output, OutputOptions, TrackConfig } from '../parts/types.ts';
import type { AudioPlan, RenderedFile, RenderPlan, VideoPlan } from '../plan.ts';
import { PictureTrack } from './picture-track.ts';
import { SoundTrack } from './sound-track.ts';
import type { FrameItem } from './track-item.ts';

/** What tells one output of a render from another. */
export interface OutputRenderOptions {
  readonly plan: RenderPlan;
  /** Tracks of this output; null leaves the medium out. */
  readonly video: VideoPlan | null;
  readonly audio: AudioPlan | null;
  /** RecordingUs of the output's first instant. */
  readonly startUs: number;
  readonly encoderThreads: number;
  readonly output: Pick<OutputOptions, 'outDir' | 'key' | 'type' | 'participant' | 'source' | 'startWallMs' | 'log'>;
}

/** Pictures in a part: as many whole GOPs as come nearest to `partS`. */
export function picturesPerPart(plan: RenderPlan): number {
  const { video } = plan;
  if (video === null) return plan.partS;
  const gop = Math.round(video.gopS * video.fps);
  return Math.max(1, Math.round((plan.partS * video.fps) / gop)) * gop;
}

/**
 * Makes one composed output (a composite, a participant) out of frames and events, as far as it is told that everything is known, and appends it part by
 * part. An output that was begun by an earlier run goes on behind its last complete part.
 */
export class OutputRender {
  readonly startUs: number;
  readonly #plan: RenderPlan;
  readonly #encoderThreads: number;
  #pictures: PictureTrack | null;
  readonly #sound: SoundTrack | null;
  readonly #assembler: PartAssembler;
  readonly #output: Output;
  readonly #grid: PartGrid;
  #advancedUs = Number.NEGATIVE_INFINITY;

  /** @throws {RenderSetupError} RENDER_SETUP · {OutputError} RENDER_OUTPUT_FAILED */
  constructor({ plan, video, audio, startUs, encoderThreads, output }: OutputRenderOptions) {
    this.startUs = startUs;
    this.#plan = plan;
    this.#encoderThreads = encoderThreads;
    // The grid is the plan's, so that video may still join an output that began without.
    this.#grid = { fps: plan.video?.fps ?? 1, pictures: picturesPerPart(plan), sampleRateHz: audio?.sampleRateHz ?? 0 };
    this.#pictures = video === null ? null : this.#openPictures(video);
    this.#sound = audio === null ? null : new SoundTrack(audio, startUs, (sound) => this.#assembler.addSound(sound));
    const tracks: TrackConfig[] = [];
    if (video !== null && this.#pictures !== null) tracks.push(videoTrackConfig(video, this.#pictures.encoder.parameterSets));
    if (audio !== null && this.#sound !== null) tracks.push(audioTrackConfig(audio, this.#sound.encoder.config));
    const { formats, sliceS, partS } = plan;
    this.#output = openOutput({ ...output, formats, tracks, startMs: startUs / 1000, sliceS, partS });
    this.#assembler = new PartAssembler(this.#output, this.#grid, { hasVideo: video !== null, hasAudio: audio !== null });
    const firstPicture = this.#output.completedParts * this.#grid.pictures;
    this.#pictures?.startAt(firstPicture);
    this.#sound?.startAt(pictureUs(firstPicture, this.#grid.fps));
  }

  /** True when an earlier run has finished it: nothing is to be done. */
  get isFinished(): boolean {
    return this.#output.isFinished;
  }

  /** RecordingUs up to which the output stands in its files. */
  get renderedUs(): number {
    return this.startUs + this.#output.completedUs;
  }

  /** Takes a frame of one of this output's tracks. */
  pushFrame({ track, frame, us }: FrameItem): void {
    if (track.kind === 'video') this.#videoFor(frame.isKeyframe, us)?.compositor.pushFrame(track, frame, us);
    else this.#sound?.push(track.trackSid, frame, us);
  }

  /** Takes a session event. */
  pushEvent(event: SessionEvent, us: number): void {
    this.#pictures?.compositor.pushEvent(event, us);
    if (event.type === 'unpublished') this.#sound?.end(event.trackSid, us);
  }

  /** Everything up to `us` (RecordingUs) is known: makes it. */
  advance(us: number): void {
    if (us <= this.#advancedUs || this.isFinished) return;
    this.#pictures?.advance(us);
    this.#sound?.advance(us);
    this.#advancedUs = us;
  }

  /** Makes the rest up to `endUs` (RecordingUs) and completes the files. */
  finish(endUs: number): readonly RenderedFile[] {
    if (this.isFinished) return this.#output.finish();
    const pictures = Math.max(1, Math.ceil(((endUs - this.startUs) * this.#grid.fps) / 1e6 - 0.01));
    const durationUs = this.#pictures === null ? Math.max(20_000, endUs - this.startUs) : pictureUs(pictures, this.#grid.fps);
    this.#pictures?.finish(pictures);
    this.#sound?.finish(durationUs);
    this.#assembler.finish(durationUs);
    return this.#output.finish();
  }

  /** The video of this output; one that began with sound alone gets it from the part on in which the first keyframe falls. */
  #videoFor(isKeyframe: boolean, us: number): PictureTrack | null {
    const { video } = this.#plan;
    if (this.#pictures !== null || video === null || !isKeyframe || this.#output.isFinished) return this.#pictures;
    const part = Math.floor((Math.max(0, us - this.startUs) * this.#grid.fps) / 1e6 / this.#grid.pictures) + 1;
    this.#pictures = this.#openPictures(video);
    this.#pictures.startAt(Math.max(part - 1, this.#output.completedParts) * this.#grid.pictures);
    this.#output.addTrack(videoTrackConfig(video, this.#pictures.encoder.parameterSets));
    this.#assembler.expectVideoFrom(part);
    return this.#pictures;
  }

  #openPictures(video: VideoPlan): PictureTrack {
    return new PictureTrack(this.#plan, video, this.startUs, this.#encoderThreads, (picture) => this.#assembler.addPicture(picture));
  }

  /** Frees everything native and lets go of the files as they are. Idempotent. */
  close(): void {
    this.#pictures?.close();
    this.#sound?.close();
    this.#output.close();
  }
}

function videoTrackConfig(video: VideoPlan, codecConfig: Uint8Array): TrackConfig {
  const { width, height, fps } = video;
  return { kind: 'video', codec: 'h264', timescale: videoTimescale, width, height, codecConfig, expectedFps: fps };
}

function audioTrackConfig(audio: AudioPlan, codecConfig: Uint8Array): TrackConfig {
  const { sampleRateHz, channels } = audio;
  return { kind: 'audio', codec: 'aac', timescale: sampleRateHz, sampleRateHz, channels, codecConfig, leadTicks: soundFrameSamples };
}
