import type { VideoCodec } from '@tapedeck/rtp';
import type { TrackSource } from '@tapedeck/rtplog';
import type { ContainerFormat, HlsPlan, RenderedFile } from '../plan.ts';

/**
 * One encoded picture or audio frame as it goes into a container. The muxer copies `data` before `append` returns.
 * H.264/H.265 `data` is Annex B (start codes), as x264 and our depacketizers give it; the MP4 muxer turns it into length-prefixed units.
 * AV1: low-overhead OBUs without temporal delimiter. AAC: raw frames (no ADTS). VP8/VP9/Opus/MP3: the bare frame. PCM: 16-bit
 * little-endian samples, channels interleaved.
 */
export interface EncodedSample {
  readonly data: Uint8Array;
  /** Presentation time in ticks of the track's `timescale`; 0 = the output's first instant ({@link OutputOptions.startMs}). Audio priming is negative. */
  readonly pts: number;
  /** Decode time, same clock; equals `pts` without B-frames. Strictly rising within a track over all parts. */
  readonly dts: number;
  /** Ticks. */
  readonly duration: number;
  readonly isKeyframe: boolean;
  /** Pixels, on keyframes where they differ from the track's (a remuxed camera that changed its resolution). */
  readonly width?: number;
  readonly height?: number;
}

/** Timescale: 90000 for MP4 (any multiple of the frame rate will do); WebM rounds to 1 ms. */
export interface VideoTrackConfig {
  readonly kind: 'video';
  readonly codec: VideoCodec;
  readonly timescale: number;
  readonly width: number;
  readonly height: number;
  /**
   * H.264/H.265: parameter sets, Annex B (the encoder's extradata with the global-header flag) or avcC/hvcC. AV1: av1C or the sequence header OBU.
   * VP9: vpcC payload. Null for VP8/VP9, or when the first keyframe carries everything (the muxer takes it from there).
   */
  readonly codecConfig: Uint8Array | null;
  /** Media time of `pts` 0 in the container, ticks: with B-frames −(first dts), else 0. Default 0. */
  readonly leadTicks?: number;
  /** For sizing the reserved index only. Default 30. */
  readonly expectedFps?: number;
}

export interface AudioTrackConfig {
  readonly kind: 'audio';
  readonly codec: 'aac' | 'opus' | 'mp3' | 'pcm' | 'pcmu' | 'pcma';
  /** Equals `sampleRateHz` (Opus: 48000). */
  readonly timescale: number;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** AAC: AudioSpecificConfig (the encoder's extradata). Opus: OpusHead, or null for a plain one. */
  readonly codecConfig: Uint8Array | null;
  /** Encoder delay in ticks: the first sample's `pts` is −leadTicks and players drop that much (AAC of FFmpeg: 1024). Default 0. */
  readonly leadTicks?: number;
}
export type TrackConfig = VideoTrackConfig | AudioTrackConfig;

/** A closed-GOP stretch of output: video starts with a keyframe. Parts are appended in order of `index`, 1, 2, 3 … without a hole. */
export interface Part {
  readonly index: number;
  /** Since the output's first instant (not RecordingUs). */
  readonly startUs: number;
  readonly durationUs: number;
  readonly video: readonly EncodedSample[];
  readonly audio: readonly EncodedSample[];
  /** The last frames of sound before this part, in order (none: the first part, or a copied one): a file that begins here primes its decoder with them. */
  readonly before?: readonly EncodedSample[];
}

/** A chapter mark of a file. */
export interface Chapter {
  /** Since the file's first instant. */
  readonly startUs: number;
  readonly title: string;
}

/** What is fixed when an output is opened. A restarted render passes the same values again. */
export interface OutputOptions {
  readonly outDir: string;
  /** Key of the first file; slices and container switches append `.0002`, `.0003` … */
  readonly key: string;
  readonly formats: readonly ContainerFormat[];
  /** At most one video and one audio track. */
  readonly tracks: readonly TrackConfig[];
  readonly type: RenderedFile['type'];
  readonly participant: string | null;
  readonly source: TrackSource | null;
  /** What the file's row names as source once it has a picture (a microphone whose owner switches the camera on). Default: `source`. */
  readonly pictureSource?: TrackSource;
  /** RecordingUs / 1000 of the output's first instant. */
  readonly startMs: number;
  /** Wall clock of that instant, ms since 1970, for HLS PROGRAM-DATE-TIME; null leaves it out. */
  readonly startWallMs: number | null;
  /** A file of so many seconds goes on in `key.0002` at the next part. Not for HLS. */
  readonly sliceS: number;
  /** A file that the next part would make larger than this goes on in `key.0002`. Not for HLS. Default: no limit. */
  readonly maxFileBytes?: number;
  /** Nominal part length in seconds (HLS target duration). */
  readonly partS: number;
  /** Chapters of a file that holds this stretch of the output (MP4 and M4A); asked when the file is finished. Default: none. */
  readonly chapters?: (fromUs: number, untilUs: number) => readonly Chapter[];
  /** Default: fMP4 segments, no private tags. */
  readonly hls?: HlsPlan;
  readonly log?: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/**
 * One output (a composite, a participant) in all its containers. All calls are synchronous: the render worker has nothing better to do than to write.
 * Every file is playable after each `append`. One owner per outDir and key.
 */
export interface Output {
  /** Parts that stand complete in every container: a restarted render appends `completedParts + 1` next. */
  readonly completedParts: number;
  /** True when every file was finished by an earlier run: nothing may be appended. */
  readonly isFinished: boolean;
  /** End of the completed parts, µs since the output's first instant. */
  readonly completedUs: number;
  /** @throws {RangeError} when `part.index` is not `completedParts + 1`. @throws {OutputError} RENDER_OUTPUT_FAILED when the disk refuses. */
  append(part: Part): void;
  /** Declares a track that appeared later (a participant who switches the camera on). At most one video and one audio track in all. Not for HLS. */
  addTrack(track: TrackConfig): void;
  /** Writes indexes, durations and the HLS end; every file becomes `complete`. Idempotent. */
  finish(): readonly RenderedFile[];
  /** Lets go of the files without finishing them (abort, hand-over). Idempotent. */
  close(): void;
}
