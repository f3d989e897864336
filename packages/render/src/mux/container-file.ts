import type { Part, TrackConfig } from '../parts/types.ts';

/** Which parts of an output a file holds. */
export interface FileFacts {
  readonly firstPart: number;
  readonly lastPart: number;
  /** Start of its first and end of its last part, µs since the output's first instant. */
  readonly startUs: number;
  readonly endUs: number;
  /** The output ends with this file. */
  readonly isLast: boolean;
  /** Of the longest track, seconds. */
  readonly durationS: number;
}

export interface MediaFacts {
  readonly width: number | null;
  readonly height: number | null;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
}

/**
 * One file that is playable while it grows. Opening a path that exists goes on behind its last whole part. Synchronous; throws what the file system
 * throws.
 */
export interface ContainerFile {
  /** Null before the first part. */
  readonly facts: FileFacts | null;
  readonly media: MediaFacts;
  readonly isFinished: boolean;
  readonly sizeBytes: number;
  /** Upper bound of the file's size were it finished now. */
  readonly finalBytes: number;
  /** `configs`: the tracks known by now; one that is new takes its place in the head when its first sample comes. */
  append(part: Part, configs: readonly TrackConfig[]): void;
  /** Writes index and duration. Idempotent. */
  finish(isLast: boolean): void;
  /** Idempotent. */
  close(): void;
}
