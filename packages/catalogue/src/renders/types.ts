import type { CreateRecording, CreateRender, RecordingError, Render } from '@tapedeck/protocol';
import type { FileRow } from '../types.ts';

/** A step of a render that a renderer works on. `claims` is the fencing token: a later claim of the step makes this one worthless. */
export interface RenderStep {
  readonly renderId: string;
  readonly number: number;
  /** `split` decides the shares, `share` renders one, `join` makes and delivers the files, `clean` removes what the workers left. */
  readonly kind: 'split' | 'share' | 'join' | 'clean';
  /** What `split` put there: share: its share; join: all shares in order. */
  readonly work: unknown;
  readonly owner: string;
  readonly claims: number;
  readonly applicationId: string;
  readonly recordingId: string;
  readonly request: CreateRender;
  /** What the recording itself was asked for (its layout as it was changed last). */
  readonly recording: CreateRecording;
  /** The plans by which the recording's own files were made, its layout as it was at the beginning; null when it never had any. */
  readonly plans: readonly unknown[] | null;
}

/** Where a renderer works. */
export interface RenderPlace {
  readonly place: string;
  /** Renders that cannot be begun here. */
  readonly elsewhere: readonly string[];
}

/** Offline renders: a row each, divided into steps that any renderer claims with a lease, oldest render first. */
export interface Renders {
  /** The same idempotency key of one recording returns the first render. @throws {InvalidStateError} RECORDING_STATE while it captures, or when there is no log. */
  create(applicationId: string, recordingId: string, request: CreateRender, idempotencyKey: string | null): Promise<Render>;
  /** Null when this application's recording has no such render. */
  get(applicationId: string, recordingId: string, renderId: string): Promise<Render | null>;
  /** Newest first. */
  list(applicationId: string, recordingId: string): Promise<Render[]>;
  /** Ends it as failed with RENDER_CANCELLED; its workers see their claims go. @throws {RenderStateError} RENDER_STATE when it has completed. */
  cancel(applicationId: string, recordingId: string, renderId: string): Promise<Render>;
  /**
   * Claims a free step that may be done now, or null. A step that was claimed too often without success fails its render.
   *
   * @param at Names the disk on which parts are made: a render that was divided at another is passed over, and so are those of `elsewhere`, whose log is not at hand.
   */
  claimStep(owner: string, expiryMs: number, at?: RenderPlace): Promise<RenderStep | null>;
  /** Extends the claim and notes the step's progress (0…1); false when the claim is lost or the render over. */
  heartbeat(step: RenderStep, expiryMs: number, progress: number): Promise<boolean>;
  /** Ends a `split`: one `share` step for each of `shares`, and the `join` behind them. */
  divide(step: RenderStep, shares: readonly unknown[], place?: string): Promise<void>;
  /** Ends a `share` or a `clean`. */
  finishStep(step: RenderStep): Promise<void>;
  /** Ends the `join`: lists the files and completes the render, in one transaction. */
  complete(step: RenderStep, files: readonly FileRow[]): Promise<void>;
  /** Ends the render as failed. */
  fail(step: RenderStep, error: RecordingError): Promise<void>;
  /** Gives the step back for another try. */
  release(step: RenderStep): Promise<void>;
}
