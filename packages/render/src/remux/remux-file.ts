import type { EncodedFrame, VideoCodec } from '@tapedeck/rtp';
import type { TrackSource } from '@tapedeck/rtplog';
import { openOutput } from '../parts/output.ts';
import type { AudioTrackConfig, EncodedSample, Output, TrackConfig } from '../parts/types.ts';
import type { RenderedFile } from '../plan.ts';
import { opusDuration } from './opus-duration.ts';
import { silentPackets } from './silent-packets.ts';

/** A part ends at the first keyframe between these two, or in the middle when there is none. */
const shortestPartUs = 1_000_000;
const plainPartUs = 2_000_000;
const longestPartUs = 3_000_000;
const videoTimescale = 90_000;
/** A last picture stays this long when nothing tells better. */
const plainPictureTicks = 3000;
/** Two pictures of different sizes closer than this are the same one: no camera takes more than 60 a second. */
const samePictureUs = 12_000;
/** Steps longer than this are pauses, not a frame rate. */
const longestStepTicks = 22_500;
/** Two frames of a kind are at least this far apart: WebM counts milliseconds, and readers want times that rise. */
const leastStepMs = 1;
/** Audio this close to where the packet before ended is put exactly there, ticks. */
const snapTicks = 48;
/** Sound that is missing for so long is filled with silence. */
const shortestHoleMs = 10;

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
  /** Size of the newest keyframe. */
  #shape: string | null = null;
  #audioCodec: AudioCodecOfTrack | null = null;
  #startUs = 0;
  #partUs: number | null = null;
  #index = 0;
  #lastDts = { video: -Infinity, audio: -Infinity };
  #audioEnd = 0;
  /** The same for a player that does not look at times: the first packet's, and all lengths since. */
  #audioHeard = 0;
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
      this.#dropSamePicture(frame, us);
      this.#video.push({ us, frame });
    }
    this.#partUs = this.#output === null ? Math.min(this.#partUs ?? us, us) : (this.#partUs ?? Math.max(us, this.#startUs));
  }

  /** When an SFU changes the layer, the first picture of the new one is often the last of the old one once more: the smaller or larger copy goes. */
  #dropSamePicture({ isKeyframe, width, height }: EncodedFrame, us: number): void {
    if (!isKeyframe || width === undefined || height === undefined) return;
    const shape = `${width}×${height}`;
    const last = this.#video.at(-1);
    // Nothing refers to it: what follows begins with this keyframe.
    if (this.#shape !== null && this.#shape !== shape && last !== undefined && us - last.us < samePictureUs) this.#video.pop();
    this.#shape = shape;
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
    // Sound has no hole as long as the file goes on; behind its last frame there is nothing to fill.
    const isGoingOn = this.#video.length + this.#audio.length > 0;
    const soundUntil = isGoingOn ? end : (video.at(-1)?.us ?? start);
    const samples = { video: this.#videoSamples(video), audio: this.#audioSamples(audio, soundUntil) };
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
    const leastStep = (leastStepMs * videoTimescale) / 1000;
    for (const [i, { us, frame }] of frames.entries()) {
      const pts = Math.max(this.#lastDts.video + leastStep, this.#ticks(us, videoTimescale));
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

  /** Sound of a part, without a hole up to `untilUs`. */
  #audioSamples(frames: readonly Pending[], untilUs: number): EncodedSample[] {
    const rate = this.#audioCodec === 'opus' ? 48_000 : 8000;
    const samples: EncodedSample[] = [];
    for (const { us, frame } of frames) {
      const wanted = this.#ticks(us, rate);
      this.#fillSound(wanted, rate, samples);
      const isNext = Math.abs(wanted - this.#audioEnd) * 48_000 <= snapTicks * rate;
      const duration = rate === 8000 ? frame.data.length : opusDuration(frame.data);
      this.#addSound(frame.data, isNext ? this.#audioEnd : wanted, duration, rate, samples);
    }
    this.#fillSound(this.#ticks(untilUs, rate), rate, samples);
    return samples;
  }

  /**
   * Fills a hole in front of `until` (ticks) with silence. Chromium plays sound back to back, whatever its times are: so much is filled that what follows is heard in its time,
   * and a drift of the sender's clock since the last hole is made up for (docs/decisions/0037).
   */
  #fillSound(until: number, rate: number, samples: EncodedSample[]): void {
    const hasBegun = this.#lastDts.audio !== -Infinity;
    if (!hasBegun || (until - this.#audioEnd) * 1000 < shortestHoleMs * rate) return;
    const packets = silentPackets(this.#audioCodec!, until - this.#audioHeard);
    let pts = until - packets.reduce((sum, { duration }) => sum + duration, 0);
    for (const { data, duration } of packets) {
      this.#addSound(data, pts, duration, rate, samples);
      pts += duration;
    }
  }

  #addSound(data: Uint8Array, wanted: number, duration: number, rate: number, samples: EncodedSample[]): void {
    const pts = Math.max(this.#lastDts.audio + (leastStepMs * rate) / 1000, wanted);
    this.#audioHeard = (this.#lastDts.audio === -Infinity ? pts : this.#audioHeard) + duration;
    this.#lastDts.audio = pts;
    this.#audioEnd = pts + duration;
    samples.push({ data, pts, dts: pts, duration, isKeyframe: true });
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

/** Whether one container takes both a picture and a sound codec: G.711 has no place in WebM. Two of one kind always go together (one after the other). */
export function goTogether(a: EncodedFrame['codec'], b: EncodedFrame['codec']): boolean {
  const isNarrow = (codec: string): boolean => codec === 'pcmu' || codec === 'pcma';
  const needsWebm = (codec: string): boolean => codec === 'vp8' || codec === 'vp9' || codec === 'av1';
  return !(isNarrow(a) && needsWebm(b)) && !(isNarrow(b) && needsWebm(a));
}

function audioConfig(codec: AudioCodecOfTrack): AudioTrackConfig {
  const sampleRateHz = codec === 'opus' ? 48_000 : 8000;
  return { kind: 'audio', codec, timescale: sampleRateHz, sampleRateHz, channels: codec === 'opus' ? 2 : 1, codecConfig: null };
}
