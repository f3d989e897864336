import type { Canvas, LayoutMode, Region } from '../read/layout.ts';
import type { StartRecord } from '../read/start-record.ts';
import type { Stream } from '../read/streams.ts';

/** What a task's later requests and callbacks need of its start. It lies in the recording's row: plain JSON, no secrets. */
export interface TaskDetails {
  readonly businessId: string | null;
  readonly isSingle: boolean;
  readonly isAudioOnly: boolean;
  readonly mode: LayoutMode;
  readonly targets: readonly Stream[];
  readonly excludes: readonly Stream[];
  /** Of a custom layout; null: another one. */
  readonly canvas: Canvas | null;
  readonly regions: readonly Region[];
  /** Files are named by Vid, not by ObjectKey. */
  readonly isVod: boolean;
  /** What stands before every key in its bucket. */
  readonly keyPrefix: string;
  readonly isUploadedLive: boolean;
}

/** The details of a new task. */
export function toDetails(start: StartRecord, keyPrefix: string): TaskDetails {
  const { name, isSingle, targets, excludes, layout, control, storage } = start;
  return {
    ...{ businessId: name.businessId, isSingle, targets, excludes, keyPrefix },
    ...{ isAudioOnly: control.isAudioOnly, isUploadedLive: control.isUploadedLive, isVod: storage.kind === 'vod' },
    mode: layout.mode,
    canvas: layout.mode === 'custom' ? layout.canvas : null,
    regions: layout.mode === 'custom' ? layout.regions : [],
  };
}

/** The details of a row. @param details As {@link toDetails} made them. */
export function detailsOf({ details }: { readonly details: Readonly<Record<string, unknown>> }): TaskDetails {
  const none: TaskDetails = {
    ...{ businessId: null, isSingle: false, isAudioOnly: false, mode: 'adaptive', targets: [], excludes: [], canvas: null, regions: [] },
    ...{ isVod: true, keyPrefix: '', isUploadedLive: false },
  };
  return { ...none, ...(details as Partial<TaskDetails>) };
}
