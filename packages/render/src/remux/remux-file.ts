import type { EncodedFrame, VideoCodec } from '@tapedeck/rtp';
import type { TrackSource } from '@tapedeck/rtplog';
import { openOutput } from '../parts/output.ts';
import type { AudioTrackConfig, EncodedSample, Output, TrackConfig } from '../parts/types.ts';
import type { RenderedFile } from '../plan.ts';
import { opusDuration } from './opus-duration.ts';

/** A part ends at the first keyframe between these two, or in the middle when there is none. */
const shortestPartUs = 1_000_000;
const plainPartUs = 2_000_000;
const longestPartUs = 3_000_000;
const videoTimescale = 90_000;
/** A last picture stays this long when nothing tells better. */
const plainPictureTicks = 3000;
/** Steps longer than this are pauses, not a frame rate. */
const longestStepTicks = 22_500;
/** Audio this close to where the packet before ended is put exactly there, ticks. */
const snapTicks = 48;

/** The file at hand was not made from this log by this program: thrown inside this package only, the remux begins again beside it. */
export class StalePartsError extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`The parts of ${key} do not match the log.`);
    this.key = key;
  }
}

export type RemuxContainer = 'mp4' | 'webm';
export type AudioCodecOfTrack = 'opus' | 'pcmu' | 'pcma';

/** What of the output's description is the same for all files of a slot. */
export interface RemuxFileOptions {
  readonly outDir: string;
  readonly key: string;
  readonly type: RenderedFile['type'];
  readonly participant: string;
  /** What the file is called by: the picture's source when it has one, else the sound's. */
  readonly sources: { readonly video: TrackSource; readonly audio: TrackSource };
  readonly holdbackMs: number;
  /** Used when only sound is there at the beginning. */
  readonly preferred: RemuxContainer;
  /** Wall clock of RecordingUs 0, ms, or null. */
  readonly wallMs: number | null;
  readonly log?: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

interface Pending {
  readonly us: number;
  readonly frame: EncodedFrame;
}

/**
 * One file made by copying frames: collects them, cuts parts by recording time once `holdbackMs` has passed, and appends those that an earlier run has
 * not written. Frames come in decode order per kind; `us` is RecordingUs. Holds at most a part and the holdback in memory.
 */
export class RemuxFile {
  readonly #options: RemuxFileOptions;
  #video: Pending[] = [];
  #audio: Pending[] = [];
  #output: Output | null = null;
  #configs: TrackConfig[] = [];
  #container: RemuxContainer | null = null;
  #videoCodec: VideoCodec | null = null;
  #audioCodec: AudioCodecOfTrack | null = null;
  #startUs = 0;
  #partUs: number | null = null;
  #index = 0;
  #lastDts = { video: -1, audio: -1 };
  #audioEnd = 0;
  #pictureTicks = plainPictureTicks;

  constructor(options: RemuxFileOptions) {
    this.#options = options;
  }

  /** Where this file began: RecordingUs of its first instant, or of the first frame that waits for it. */
  get startUs(): number | null {
    return this.#output !== null ? this.#startUs : this.#partUs;
  }
  get hasVideo(): boolean {
    return this.#videoCodec !== null;
  }

  /** Whether a frame of this codec can go into this file. */
  accepts(codec: EncodedFrame['codec']): boolean {
    if (codec === 'opus' || codec === 'pcmu' || codec === 'pcma') {
      if (this.#audioCodec !== null) return this.#audioCodec === codec;
      return codec === 'opus' || (this.#container ?? containerOf(this.#videoCodec)) !== 'webm';
    }
    if (this.#videoCodec !== null) return this.#videoCodec === codec;
    if (this.#audioCodec !== null && this.#audioCodec !== 'opus' && containerOf(codec) === 'webm') return false;
    return this.#container === null || this.#container === containerOf(codec);
  }

  /** Takes a frame that {@link accepts} allows. Video in front of the first keyframe is passed over: nothing could show it. */
  push(frame: EncodedFrame, us: number): void {
    const { codec } = frame;
    if (codec === 'opus' || codec === 'pcmu' || codec === 'pcma') {
      this.#audioCodec ??= codec;
      this.#audio.push({ us, frame });
    } else {
      if (this.#videoCodec === null && !frame.isKeyframe) return;
      this.#videoCodec ??= codec;
      this.#video.push({ us, frame });
    }
    this.#partUs = this.#output === null ? Math.min(this.#partUs ?? us, us) : (this.#partUs ?? Math.max(us, this.#startUs));
  }

  /** Recording time moves on to `releasedUs`: parts that can no longer change are written. */
  advance(releasedUs: number): void {
    while (this.#partUs !== null && releasedUs >= this.#partUs + longestPartUs + this.#options.holdbackMs * 1000) this.#cut();
  }

  #cut(): void {
    const start = this.#partUs!;
    const key = this.#video.find(({ us, frame }) => frame.isKeyframe && us >= start + shortestPartUs && us <= start + longestPartUs);
    const end = key?.us ?? start + plainPartUs;
    this.#append(start, end);
    this.#partUs = this.#video.length + this.#audio.length > 0 ? end : null;
  }

  /** Writes what is pending before `end` as one part. */
  #append(start: number, end: number): void {
    // Decode order rules: frames behind the cut stay, even when a late one carries an earlier time.
    const cut = this.#video.findIndex(({ us }) => us >= end);
    const video = this.#video.splice(0, cut < 0 ? this.#video.length : cut);
    const audio = this.#audio.filter(({ us }) => us < end);
    this.#audio = this.#audio.filter(({ us }) => us >= end);
    if (video.length + audio.length === 0) return;
    const output = this.#output ?? this.#open(start);
    this.#declare(video, audio);
    const samples = { video: this.#videoSamples(video), audio: this.#audioSamples(audio) };
    this.#index++;
    // A restarted remux makes the same parts again; those that stand are left alone.
    if (this.#index === output.completedParts && end - this.#startUs !== output.completedUs) throw new StalePartsError(this.#options.key);
    if (output.isFinished || this.#index <= output.completedParts) return;
    output.append({ index: this.#index, startUs: start - this.#startUs, durationUs: end - start, ...samples });
  }

  #open(firstUs: number): Output {
    const { outDir, key, type, participant, sources, wallMs, log } = this.#options;
    this.#startUs = Math.max(0, Math.floor(firstUs / 1000) * 1000);
    const startMs = this.#startUs / 1000;
    this.#container = containerOf(this.#videoCodec) ?? (this.#audioCodec === 'opus' ? this.#options.preferred : 'mp4');
    this.#output = openOutput({
      outDir,
      key,
      formats: [this.#container],
      tracks: [],
      type,
      participant,
      source: sources.audio,
      pictureSource: sources.video,
      startMs,
      startWallMs: wallMs === null ? null : wallMs + startMs,
      sliceS: Infinity,
      partS: plainPartUs / 1e6,
      ...(log === undefined ? {} : { log }),
    });
    return this.#output;
  }

  /** Tells the output of a track whose first frames come with this part. */
  #declare(video: readonly Pending[], audio: readonly Pending[]): void {
    const declare = (config: TrackConfig): void => {
      if (this.#configs.some((known) => known.kind === config.kind)) return;
      this.#configs.push(config);
      this.#output!.addTrack(config);
    };
    const first = video[0]?.frame;
    if (first !== undefined) {
      const { width = 0, height = 0 } = first;
      declare({ kind: 'video', codec: this.#videoCodec!, timescale: videoTimescale, width, height, codecConfig: null });
    }
    if (audio.length > 0) declare(audioConfig(this.#audioCodec!));
  }

  #videoSamples(frames: readonly Pending[]): EncodedSample[] {
    const samples: EncodedSample[] = [];
    for (const [i, { us, frame }] of frames.entries()) {
      const pts = Math.max(this.#lastDts.video + 1, this.#ticks(us, videoTimescale));
      this.#lastDts.video = pts;
      const next = frames[i + 1] ?? this.#video[0];
      const step = next === undefined ? longestStepTicks + 1 : this.#ticks(next.us, videoTimescale) - pts;
      if (step > 0 && step <= longestStepTicks) this.#pictureTicks = step;
      const duration = this.#pictureTicks;
      const size = frame.width === undefined || frame.height === undefined ? {} : { width: frame.width, height: frame.height };
      samples.push({ data: frame.data, pts, dts: pts, duration, isKeyframe: frame.isKeyframe, ...size });
    }
    return samples;
  }

  #audioSamples(frames: readonly Pending[]): EncodedSample[] {
    const rate = this.#audioCodec === 'opus' ? 48_000 : 8000;
    return frames.map(({ us, frame }) => {
      const wanted = this.#ticks(us, rate);
      const isNext = Math.abs(wanted - this.#audioEnd) * 48_000 <= snapTicks * rate;
      const pts = Math.max(this.#lastDts.audio + 1, isNext ? this.#audioEnd : wanted);
      const duration = rate === 8000 ? frame.data.length : opusDuration(frame.data);
      this.#lastDts.audio = pts;
      this.#audioEnd = pts + duration;
      return { data: frame.data, pts, dts: pts, duration, isKeyframe: true };
    });
  }

  #ticks(us: number, timescale: number): number {
    return Math.max(0, Math.round(((us - this.#startUs) * timescale) / 1e6));
  }

  /** Nothing more comes: writes what waits and completes the file. Empty when no frame ever came. */
  finish(): readonly RenderedFile[] {
    while (this.#video.length + this.#audio.length > 0) {
      const last = Math.max(this.#video.at(-1)?.us ?? 0, this.#audio.at(-1)?.us ?? 0);
      if (last < this.#partUs! + longestPartUs) this.#append(this.#partUs!, last + 1);
      else this.#cut();
    }
    const files = this.#output?.finish() ?? [];
    this.close();
    return files;
  }

  close(): void {
    this.#output?.close();
  }
}

/** The container for this picture codec; null: sound alone, either will do. */
export function containerOf(codec: VideoCodec | null): RemuxContainer | null {
  if (codec === null) return null;
  return codec === 'h264' || codec === 'h265' ? 'mp4' : 'webm';
}

function audioConfig(codec: AudioCodecOfTrack): AudioTrackConfig {
  const sampleRateHz = codec === 'opus' ? 48_000 : 8000;
  return { kind: 'audio', codec, timescale: sampleRateHz, sampleRateHz, channels: codec === 'opus' ? 2 : 1, codecConfig: null };
}
