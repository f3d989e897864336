import { RecorderUnsupportedError } from '../errors.ts';
import type { RecordedMedia, Recorder } from '../recorder/recorder.ts';
import { removeRecording } from '../recorder/unfinished.ts';
import { RtcError, asRtcError } from './rtc-error.ts';

/** What a recording was started with. */
export interface RecordStartOptions {
  readonly stream: MediaStream | MediaStream[];
  readonly uid: number | string;
  readonly type: string;
  readonly reset: boolean;
}

/** The state of a recording as NERTC shows it. */
export interface RecordStatus {
  readonly recordedChunks: Blob[];
  isRecording: boolean;
  stream: MediaStream | null;
  option: RecordStartOptions | null;
  contentTypes: string[];
  mimeType: string;
  audioController: null;
  opStream: MediaStream | null;
  state: 'init' | 'started' | 'stopped';
  fileName: string | null;
  recordId: number;
  recordStatus: 'init' | 'starting' | 'recording' | 'stopping' | 'stopped' | 'downloaded';
  recordUrl: string | null;
  /** Unix seconds. */
  startTime: number | null;
  /** Unix seconds. */
  endTime: number | null;
}

/** How a recording begins. */
export interface RecordingStart {
  readonly name: string;
  readonly option: RecordStartOptions;
  /** False: an earlier recording that was not downloaded is an error (10452). True: it is thrown away. */
  readonly reset: boolean;
  /** True: a second start is an error (10451). False: it delivers the running recording first. */
  readonly strict: boolean;
  open(fileName: string): Promise<Recorder>;
}

/** One recording at a time with NERTC's states: started, stopped, downloaded as often as wanted, cleaned. What is recorded lies on disk, not in memory. */
export class MediaRecording {
  readonly #owner: string;
  readonly #onStopped: () => void;
  readonly status: RecordStatus = freshStatus(0);
  #recorder: Recorder | null = null;
  #media: RecordedMedia | null = null;

  /** @param owner Begins the messages of errors, for instance `localStream.`. */
  constructor(owner: string, onStopped: () => void = () => undefined) {
    this.#owner = owner;
    this.#onStopped = onStopped;
  }

  get recorder(): Recorder | null {
    return this.status.isRecording ? this.#recorder : null;
  }

  get media(): RecordedMedia | null {
    return this.#media;
  }

  /** @throws {RtcError} 10450 without an encoder, 10451 while one runs (strict), 10452 with one not downloaded (`reset` false), 10453 when it cannot begin. */
  async start(start: RecordingStart): Promise<void> {
    if (this.status.isRecording || this.status.recordStatus === 'starting') {
      if (start.strict) throw new RtcError(10451, `${this.#owner}startMediaRecording() 正在录制中`);
      await this.download();
    }
    if (this.#media !== null && this.status.recordStatus === 'stopped' && !start.reset)
      throw new RtcError(10452, `${this.#owner}startMediaRecording() 上一次录制的文件尚未下载`);
    await this.#forget();
    const fileName = `${start.name === '' ? '' : `${start.name}_`}${stamp(new Date())}`;
    Object.assign(this.status, {
      fileName,
      option: start.option,
      recordStatus: 'starting',
      recordId: this.status.recordId + 1,
      startTime: unixSeconds(),
    });
    try {
      this.#recorder = await start.open(fileName);
    } catch (cause) {
      Object.assign(this.status, freshStatus(this.status.recordId));
      if (cause instanceof RecorderUnsupportedError) throw new RtcError(10450, cause.message, '', { cause });
      throw asRtcError(cause, 10453, 'Record.start');
    }
    Object.assign(this.status, { state: 'started', recordStatus: 'recording', isRecording: true });
    this.#recorder.on('ended', () => {
      if (this.status.isRecording) void this.stop();
    });
  }

  /** @throws {RtcError} 10454, at once, when nothing was ever started. */
  needStarted(method: string): void {
    if (this.status.state === 'init') throw new RtcError(10454, `${this.#owner}${method}() 录制未开始`);
  }

  /** The file's name without extension; undefined when nothing runs. @throws {RtcError} 10453 when nothing could be kept. */
  async stop(): Promise<string | undefined> {
    const recorder = this.#recorder;
    if (recorder === null || !this.status.isRecording) return undefined;
    Object.assign(this.status, { isRecording: false, state: 'stopped', recordStatus: 'stopping' });
    try {
      this.#media = await recorder.stop();
    } catch (cause) {
      Object.assign(this.status, { recordStatus: 'stopped', endTime: unixSeconds() });
      throw asRtcError(cause, 10453, 'Record.stop');
    }
    const { file } = this.#media;
    Object.assign(this.status, {
      recordStatus: 'stopped',
      endTime: unixSeconds(),
      mimeType: file.type,
      recordUrl: URL.createObjectURL(file),
    });
    this.#onStopped();
    return this.status.fileName ?? undefined;
  }

  /** Ends what runs and hands the file to the browser's downloads; as often as wanted until it is cleaned. */
  async download(): Promise<RecordStatus> {
    await this.stop();
    const { recordUrl, fileName } = this.status;
    if (recordUrl === null || this.#media === null) {
      console.warn('There is no recorded file to download.');
      return this.status;
    }
    const link = document.createElement('a');
    link.href = recordUrl;
    link.download = `${fileName}.${this.#media.file.name.replace(/^.*\./, '')}`;
    link.style.display = 'none';
    document.body.append(link);
    link.click();
    link.remove();
    this.status.recordStatus = 'downloaded';
    return this.status;
  }

  /** Ends what runs and deletes it. */
  async clean(): Promise<void> {
    await this.stop();
    await this.#forget();
  }

  async #forget(): Promise<void> {
    if (this.status.recordUrl !== null) URL.revokeObjectURL(this.status.recordUrl);
    const id = this.#media?.id;
    const wasStarted = this.status.state;
    Object.assign(this.status, freshStatus(this.status.recordId), { state: wasStarted === 'init' ? 'init' : 'stopped' });
    this.#media = null;
    this.#recorder = null;
    if (id !== undefined) await removeRecording(id);
  }
}

function freshStatus(recordId: number): RecordStatus {
  return {
    ...{
      recordedChunks: [],
      isRecording: false,
      stream: null,
      option: null,
      contentTypes: [],
      mimeType: '',
      audioController: null,
      opStream: null,
    },
    ...{ state: 'init', fileName: null, recordId, recordStatus: 'init', recordUrl: null, startTime: null, endTime: null },
  };
}

function unixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Local time as `YYYYMMDDHHmmssSSS`. */
export function stamp(now: Date): string {
  const digits = (value: number, count = 2): string => String(value).padStart(count, '0');
  const day = `${digits(now.getFullYear(), 4)}${digits(now.getMonth() + 1)}${digits(now.getDate())}`;
  return `${day}${digits(now.getHours())}${digits(now.getMinutes())}${digits(now.getSeconds())}${digits(now.getMilliseconds(), 3)}`;
}
