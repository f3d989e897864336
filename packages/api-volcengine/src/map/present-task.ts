import type { DialectTask } from '@tapedeck/catalogue';
import { type FileResource, isTerminal, type Recording } from '@tapedeck/protocol';
import { detailsOf, type TaskDetails } from './task-details.ts';

/** Not started, running, ended, failed: `Status` of `GetRecordTask`. */
export type TaskStatus = 1 | 2 | 3 | 4;

/** Files are whole when a task is shown as ended; one whose files wait for a storage that takes nothing is shown so too. */
export function statusOf({ state, delivery }: Pick<Recording, 'state' | 'delivery'>): TaskStatus {
  if (state === 'failed') return 4;
  if (isTerminal(state) || (state === 'delivering' && delivery?.failingSince != null)) return 3;
  return state === 'starting' ? 1 : 2;
}

/** Why a task ended, in the vendor's words (and spelling); empty while it has not. */
export function stopReasonOf({ state, startedAt, endReason }: Pick<Recording, 'state' | 'startedAt' | 'endReason'>): string {
  if (state === 'failed' && startedAt === null) return 'StartTaskFailed';
  if (endReason === null) return isTerminal(state) ? 'UnknownStopReason' : '';
  const words: Readonly<Record<string, string>> = { stopped: 'StopByAPI', idle: 'IdleTimeOut', 'room-empty': 'IdleTimeOut' };
  return words[endReason] ?? 'UnknownStopReason';
}

/** `Result.RecordTask` of `GetRecordTask`. */
export function presentTask({ recording, origin }: DialectTask): object {
  const details = detailsOf(origin);
  const status = statusOf(recording);
  const isOver = status === 3 || status === 4;
  const files = recording.files.filter(({ format, state }) => (isOver ? state === 'complete' : details.isUploadedLive && format === 'hls'));
  return {
    StartTime: Date.parse(recording.startedAt ?? recording.createdAt),
    EndTime: isOver ? endMs(recording) : 0,
    Status: status,
    StopReason: isOver ? stopReasonOf(recording) : '',
    RecordFileList: presentFiles(recording, files, details),
  };
}

function endMs({ endedAt, startedAt, createdAt }: Recording): number {
  return Date.parse(endedAt ?? startedAt ?? createdAt);
}

/** Entries of `RecordFileList`; what is made beside the files (thumbnails, say) is none. */
export function presentFiles(recording: Recording, files: readonly FileResource[], details: TaskDetails): readonly object[] {
  return files
    .filter(({ type }) => type === 'composite' || type === 'individual' || type === 'track')
    .map((file) => ({
      ...(details.isVod ? { Vid: file.id } : { ObjectKey: `${details.keyPrefix}${file.key}` }),
      Duration: Math.round(file.durationMs),
      Size: file.sizeBytes,
      StartTime: Math.round(Date.parse(recording.startedAt ?? recording.createdAt) + file.startMs),
      VideoCodec: file.videoCodec ?? '',
      AudioCodec: file.audioCodec ?? '',
      VideoWidth: file.width ?? 0,
      VideoHeight: file.height ?? 0,
      StreamList: streamsOf(file, recording, details),
    }));
}

/** Streams in a file: a single one's own; of a composite the targets, or whoever was there. */
function streamsOf(file: FileResource, { participants }: Recording, { targets }: TaskDetails): readonly object[] {
  if (file.participant !== null) {
    const source = file.source?.startsWith('screen_share') === true ? 'screen' : 'camera';
    const index = targets.find((target) => target.userId === file.participant && target.source === source)?.index ?? 0;
    return [{ UserId: file.participant, StreamType: source === 'screen' ? 1 : 0, Index: index }];
  }
  if (targets.length > 0)
    return targets.map(({ userId, source, index }) => ({ UserId: userId, StreamType: source === 'screen' ? 1 : 0, Index: index ?? 0 }));
  return [...new Set(participants.map(({ identity }) => identity))].map((identity) => ({ UserId: identity, StreamType: 0, Index: 0 }));
}
