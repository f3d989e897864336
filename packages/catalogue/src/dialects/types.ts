import type { CreateRecording, Dialect, DialectOrigin, Recording } from '@tapedeck/protocol';
import type { Application, DesiredState } from '../types.ts';

/** A recording as the dialect that made it sees it. */
export interface DialectTask {
  readonly recording: Recording;
  readonly origin: DialectOrigin;
  readonly desired: DesiredState;
  readonly createdAtMs: number;
}

/**
 * Recordings made through a vendor's API, found by the vendor's names. A task is live while it captures or is about to, and nobody has asked it to stop: then its name is
 * taken; once its end was asked for, the same name may be used again.
 */
export interface Dialects {
  /**
   * Inserts the recording with its origin. A live task of the same dialect, app id, task id and room is returned instead, `isNew` false: nothing starts then.
   *
   * @throws {ValidationError} INVALID_REQUEST when the application has no storage of that name, or the details are too large.
   */
  create(
    applicationId: string,
    request: CreateRecording,
    origin: DialectOrigin,
  ): Promise<{ readonly task: DialectTask; readonly isNew: boolean }>;
  /**
   * The same, for one caller of the application and dialect after the other: `mayStart` is asked about all live tasks, and nothing is inserted when it says no. null: it said no.
   *
   * @throws {ValidationError} as `create`.
   */
  createIf(
    applicationId: string,
    request: CreateRecording,
    origin: DialectOrigin,
    mayStart: (live: readonly DialectTask[]) => boolean,
  ): Promise<{ readonly task: DialectTask; readonly isNew: boolean } | null>;
  /** The newest task of this name, or null. `room` narrows it. */
  find(
    applicationId: string,
    name: { readonly dialect: Dialect; readonly appId: string; readonly taskId: string; readonly room?: string },
  ): Promise<DialectTask | null>;
  /** Replaces the details. @throws {RecordingNotFoundError} RECORDING_NOT_FOUND · {ValidationError} INVALID_REQUEST when they are too large. */
  setDetails(applicationId: string, recordingId: string, details: Readonly<Record<string, unknown>>): Promise<void>;
  /** The application's live tasks in this dialect, oldest first. */
  live(applicationId: string, dialect: Dialect): Promise<readonly DialectTask[]>;
  /** Whose a vendor's app id is: the application that lists it, else the first application when that lists none of this dialect, else null. */
  applicationOf(dialect: Dialect, appId: string): Promise<Application | null>;
}
