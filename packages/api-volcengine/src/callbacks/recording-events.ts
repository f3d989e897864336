import type { DialectOrigin, Event, Recording } from '@tapedeck/protocol';
import { isTerminal } from '@tapedeck/protocol';
import { presentFiles, stopReasonOf } from '../map/present-task.ts';
import { detailsOf } from '../map/task-details.ts';
import type { VolcengineEvent } from './volcengine-callbacks.ts';

/** What an event of a recording is for the vendor, in the order of sending. */
export function recordingEvents({ type, recording, data }: Event, origin: DialectOrigin): readonly VolcengineEvent[] {
  const teller = new Teller(recording, origin);
  if (type === 'file.ready') return fileReady(teller, recording, data);
  if (type !== 'recording.state_changed') return [];
  const { from, state } = data as { readonly from?: unknown; readonly state?: unknown };
  if (state === 'recording' && from === 'starting') return [teller.started()];
  if (state === 'delivering') return completeFiles(recording).length === 0 ? [teller.uploadStarted()] : [];
  if (state === 'completed') return completeFiles(recording).length === 0 ? [teller.stopped()] : [teller.uploadDone(), teller.stopped()];
  if (state === 'aborted') return [teller.stopped()];
  if (state !== 'failed') return [];
  return recording.startedAt === null ? [teller.started(), teller.stopped()] : [teller.stopped()];
}

const completeFiles = (recording: Recording): Recording['files'] => recording.files.filter(({ state }) => state === 'complete');

/** The first file of a task begins its upload, unless its end did before. A render later on is no upload of the task. */
function fileReady(teller: Teller, recording: Recording, data: Readonly<Record<string, unknown>>): readonly VolcengineEvent[] {
  if (isTerminal(recording.state)) return [];
  const files = completeFiles(recording);
  const file = files.find(({ id }) => id === data['fileId']);
  if (file === undefined || teller.shown([file]).length === 0) return [];
  const isFirst = files.length === 1 && recording.state !== 'delivering';
  return isFirst ? [teller.uploadStarted(), teller.uploadProcessing(file)] : [teller.uploadProcessing(file)];
}

/** Words the events of one task. */
class Teller {
  readonly #recording: Recording;
  readonly #origin: DialectOrigin;

  constructor(recording: Recording, origin: DialectOrigin) {
    this.#recording = recording;
    this.#origin = origin;
  }

  shown(files: Recording['files']): readonly object[] {
    return presentFiles(this.#recording, files, detailsOf(this.#origin));
  }

  started(): VolcengineEvent {
    return { type: 'RecordStarted', data: { ...this.#name(), ...this.#outcome() } };
  }

  stopped(): VolcengineEvent {
    const data = {
      ...{ ...this.#name(), ...this.#outcome(), StopReason: stopReasonOf(this.#recording) },
      RecordFileList: this.#files(completeFiles(this.#recording)),
    };
    return { type: 'RecordStopped', data };
  }

  uploadStarted(): VolcengineEvent {
    return { type: 'RecordUploadStarted', data: { ...this.#name(), Code: 0, ErrorMessage: '' } };
  }

  uploadProcessing(file: Recording['files'][number]): VolcengineEvent {
    return { type: 'RecordUploadProcessing', data: { ...this.#name(), Code: 0, ErrorMessage: '', RecordFileList: this.#files([file]) } };
  }

  uploadDone(): VolcengineEvent {
    const RecordFileList = this.#files(completeFiles(this.#recording));
    return { type: 'RecordUploadDone', data: { ...this.#name(), Code: 0, ErrorMessage: '', RecordFileList } };
  }

  #files(files: Recording['files']): readonly object[] {
    return this.shown(files).map((file) => ({ ...file, EncryptionType: 0 }));
  }

  #name(): object {
    const { appId, taskId } = this.#origin;
    return { AppId: appId, BusinessId: detailsOf(this.#origin).businessId ?? '', RoomId: this.#recording.room, TaskId: taskId };
  }

  #outcome(): { readonly Code: 0 | 1; readonly ErrorMessage: string } {
    const { state, error } = this.#recording;
    return state === 'failed' ? { Code: 1, ErrorMessage: error?.detail ?? 'The recording failed.' } : { Code: 0, ErrorMessage: '' };
  }
}
