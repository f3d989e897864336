import type { RenderedFile } from '../plan.ts';
import type { Part, TrackConfig } from './types.ts';

/** One container format of an output: takes parts, tells what files they became. Parts it holds already are passed over. */
export interface Sink {
  readonly completedParts: number;
  readonly completedUs: number;
  readonly isFinished: boolean;
  append(part: Part, configs: readonly TrackConfig[]): void;
  finish(): void;
  close(): void;
  /** Every file so far, in order. */
  files(): readonly RenderedFile[];
}
