import type { DialectOrigin, Event, FileResource, Recording, VendorCallback } from '@tapedeck/protocol';
import { fileNameOf, isMedia, mediaIdOf, trackTypeOf } from '../mapping/file-facts.ts';
import { detailsOf } from '../mapping/task-details.ts';
import type { TaskDetails } from '../mapping/task-details.ts';
import { envelope } from './envelope.ts';

/** Event group of cloud recording. */
const group = 3;

/** LeaveCode by why the native capture ended; what is not named was ended by this server. */
const leaveCodes: Readonly<Record<string, number>> = { stopped: 0, removed: 1, 'room-closed': 2, idle: 99, 'room-empty': 99 };
const endedByServer = 3;

/** One native event of a recording and where it comes from. */
export interface RecordingStep {
  readonly event: Event;
  readonly origin: DialectOrigin;
}

/**
 * Callbacks 301 to 312 of a native event, in their order.
 *
 * @see https://trtc.io/document/54914
 */
export function recordingCallbacks(step: RecordingStep): readonly VendorCallback[] {
  const { event, origin } = step;
  const isVod = detailsOf(origin).storage === 'vod';
  switch (event.type) {
    case 'recording.state_changed':
      return stateCallbacks(step, isVod);
    case 'recording.taken_over':
      return [callback(step, 306, { Status: 0 })];
    case 'recording.picture_failed':
      return [callback(step, 309, { Url: String(event.data['url'] ?? '') })];
    case 'file.growing':
      return isVod ? [] : fileOf(event).flatMap((file) => (file.format === 'hls' ? sliceCallbacks(step, file) : []));
    case 'file.ready':
      return isVod ? fileOf(event).map((file) => callback(step, 311, { Status: 0, TencentVod: committed(file, event.recording) })) : [];
    default:
      return [];
  }
}

function stateCallbacks(step: RecordingStep, isVod: boolean): readonly VendorCallback[] {
  const { from, state } = step.event.data as { from?: unknown; state?: unknown };
  const wasThere = from === 'starting' || from === 'recording' || from === 'paused';
  if (state === 'starting') return [callback(step, 301, { Status: 0 })];
  if (state === 'recording' && from === 'starting' && !isVod) return [callback(step, 303, { Status: 0 })];
  const isThere = state === 'recording' || state === 'paused';
  const left = wasThere && !isThere ? [callback(step, 302, { LeaveCode: leaveCodeOf(step) })] : [];
  if (state !== 'completed' && state !== 'failed' && state !== 'aborted') return left;
  return [...left, ...(isVod ? [callback(step, 312, { Status: state === 'failed' ? 1 : 0 })] : uploaded(step, state === 'failed'))];
}

function leaveCodeOf({ event, origin }: RecordingStep): number {
  const reason = event.recording.endReason ?? '';
  return detailsOf(origin).leaveCode ?? leaveCodes[reason] ?? endedByServer;
}

/** A playlist can be watched from now on. */
function sliceCallbacks(step: RecordingStep, file: FileResource): readonly VendorCallback[] {
  const { UserId, TrackType, StartTimeStamp } = whose(file, step.event.recording);
  const FileName = fileNameOf(file.key);
  return [
    callback(step, 307, { FileName, UserId, TrackType, BeginTimeStamp: StartTimeStamp }),
    callback(step, 304, { FileList: FileName }),
  ];
}

/** Everything is in the customer's storage: first HLS, then what was made of it. */
function uploaded(step: RecordingStep, hasFailed: boolean): readonly VendorCallback[] {
  const { recording } = step.event;
  const files = recording.files.filter((file) => isMedia(file) && file.state === 'complete' && file.format !== 'hls');
  const wanted = recording.outputs.flatMap(({ formats }) => formats);
  const whole = {
    Status: hasFailed ? 2 : 0,
    FileList: files.map(({ key }) => fileNameOf(key)),
    FileMessage: files.map((file) => ({ FileName: fileNameOf(file.key), ...whose(file, recording) })),
  };
  return [
    ...(wanted.includes('hls') ? [callback(step, 305, { Status: hasFailed ? 1 : 0 })] : []),
    ...(wanted.some((format) => format !== 'hls') ? [callback(step, 310, whole)] : []),
  ];
}

function committed(file: FileResource, recording: Recording): object {
  const { UserId, TrackType, MediaId, StartTimeStamp, EndTimeStamp } = whose(file, recording);
  const where = { FileId: file.id, VideoUrl: file.url ?? '', CacheFile: fileNameOf(file.key) };
  return { UserId, TrackType, MediaId, ...where, StartTimeStamp, EndTimeStamp };
}

function whose(file: FileResource, { startedAt, createdAt }: Recording) {
  const startMs = Date.parse(startedAt ?? createdAt) + Math.round(file.startMs);
  return {
    UserId: file.participant ?? '',
    TrackType: trackTypeOf(file),
    MediaId: mediaIdOf(file),
    StartTimeStamp: startMs,
    EndTimeStamp: startMs + Math.round(file.durationMs),
  };
}

/** The file that an event is about, when it is sound or picture. */
function fileOf({ data, recording }: Event): readonly FileResource[] {
  return recording.files.filter((file) => file.id === data['fileId'] && isMedia(file));
}

function callback({ event, origin }: RecordingStep, type: number, Payload: object): VendorCallback {
  const details: TaskDetails = detailsOf(origin);
  const ids = { UserId: details.robot, TaskId: origin.taskId };
  return envelope(group, type, event.recording.room, Date.parse(event.createdAt), { ...ids, Payload });
}
