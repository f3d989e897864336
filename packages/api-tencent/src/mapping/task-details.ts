import type { DialectOrigin } from '@tapedeck/protocol';

/** What the dialect keeps with a recording, in `origin.details`. */
export interface TaskDetails {
  /** `recording`: CreateCloudRecording; `mix`: StartMCUMixTranscode; `stream`: every stream of a room, in the legacy scheme. */
  readonly kind: 'recording' | 'mix' | 'stream';
  /** User id of the recording robot. */
  readonly robot: string;
  /** A string room, not an integer one. */
  readonly isTextRoom: boolean;
  /** 1 single-stream, 2 mixed. */
  readonly recordMode: number;
  /** 0 main and aux, 1 main, 2 aux. */
  readonly mediaId: number;
  /** `vod`: this server's library; `cos`: a storage of the customer. */
  readonly storage: 'vod' | 'cos';
  /** From then on the task is not found any more; the recording goes on. ms of the wall clock. */
  readonly expiresAtMs: number;
  /** Why the robot left, when the native reason does not tell; null: by the native reason. */
  readonly leaveCode: number | null;
  readonly sourceContext: string;
  readonly classId: number;
  /** Legacy: the stream id that the mix goes out as, the prefix of its files, and what older applications' stream ids begin with. */
  readonly streamId: string | null;
  readonly recordId: string | null;
  readonly bizId: number | null;
}

const usual: TaskDetails = {
  ...{ kind: 'recording', robot: '', isTextRoom: true, recordMode: 2, mediaId: 0, storage: 'vod', expiresAtMs: Number.MAX_SAFE_INTEGER },
  ...{ leaveCode: null, sourceContext: '', classId: 0, streamId: null, recordId: null, bizId: null },
};

/** The details of a recording that this dialect made; what an older version did not write has its usual value. */
export function detailsOf({ details }: Pick<DialectOrigin, 'details'>): TaskDetails {
  return { ...usual, ...(details as Partial<TaskDetails>) };
}

/** Details as {@link DialectOrigin} keeps them. */
export function toDetails(details: Partial<TaskDetails>): Readonly<Record<string, unknown>> {
  return { ...usual, ...details };
}
