import { createHash } from 'node:crypto';
import type { FileResource, VendorCallback } from '@tapedeck/protocol';
import { streamIdOfFile } from '../mapping/stream-id.ts';
import { detailsOf } from '../mapping/task-details.ts';
import type { RecordingStep } from './recording-callbacks.ts';

/** The event type of a finished live recording. */
const recorded = 100;
/** How long a legacy callback is good. */
const lifeS = 600;

/**
 * The callback of the legacy scheme for a file that is ready; `t` and `sign` come when it is sent.
 *
 * @see https://www.tencentcloud.com/document/product/267/38082
 */
export function legacyCallbacks({ event, origin }: RecordingStep): readonly VendorCallback[] {
  if (event.type !== 'file.ready') return [];
  const { recording } = event;
  const file = recording.files.find(({ id }) => id === event.data['fileId']);
  if (file === undefined || (file.videoCodec === null && file.audioCodec === null)) return [];
  const startMs = Date.parse(recording.startedAt ?? recording.createdAt) + file.startMs;
  const endMs = startMs + file.durationMs;
  const streamId = streamIdOfFile(file, recording.room, origin);
  const body = {
    ...{ event_type: recorded, appid: Number(origin.appId), app: '', appname: '', stream_id: streamId, channel_id: streamId },
    ...{ file_id: file.id, record_file_id: file.id, file_format: file.format, task_id: recording.id },
    ...{ start_time: Math.floor(startMs / 1000), end_time: Math.floor(endMs / 1000) },
    ...{ start_time_usec: Math.round((startMs % 1000) * 1000), end_time_usec: Math.round((endMs % 1000) * 1000) },
    ...{ duration: Math.round(file.durationMs / 1000), file_size: file.sizeBytes, stream_param: streamParam(file, origin) },
    ...{ video_url: file.url ?? '', media_start_time: 0, record_bps: 0, callback_ext: '' },
  };
  return [{ eventName: String(recorded), body }];
}

/** With `t` (until when it is good) and `sign`: MD5 of key and `t`. */
export function signLegacy(body: VendorCallback['body'], key: string, nowMs: number): object {
  const t = Math.floor(nowMs / 1000) + lifeS;
  return { ...body, t, sign: createHash('md5').update(`${key}${t}`).digest('hex') };
}

export const isLegacy = ({ body }: VendorCallback): boolean => body['event_type'] === recorded;

function streamParam(file: FileResource, origin: RecordingStep['origin']): string {
  const { recordId } = detailsOf(origin);
  const user = file.participant === null ? null : Buffer.from(file.participant, 'utf8').toString('base64');
  const pairs = { ...(user !== null && { userid: user }), ...(recordId !== null && { userdefinerecordid: recordId }) };
  return new URLSearchParams(pairs).toString();
}
