import { createRecorder } from '../recorder/create-recorder.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { MediaRecording, type RecordStatus } from './media-recording.ts';
import { RtcError } from './rtc-error.ts';

/** What of a stream is recorded; video and screen with sound. */
export type StreamRecordType = 'audio' | 'video' | 'camera' | 'screen';

/** The tracks that a stream records from at this moment. */
export interface StreamTracks {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
  readonly screen: MediaStreamTrack | null;
}

/** An entry of `listMediaRecording()`. */
export interface ListedRecording {
  readonly id: number;
  readonly type: string;
  readonly name: string | null;
  readonly status: string;
  readonly isRecording: boolean;
  readonly startTime: number | null;
  readonly endTime: number | null;
}

/** Recording of one stream with NERTC's methods: one at a time, as WebM of the picture's own size. */
export class StreamRecording {
  readonly #recording: MediaRecording;
  readonly #uid: () => number | string;
  readonly #tracks: () => StreamTracks;

  constructor(owner: 'localStream.' | 'remoteStream.', uid: () => number | string, tracks: () => StreamTracks) {
    this.#recording = new MediaRecording(owner);
    this.#uid = uid;
    this.#tracks = tracks;
  }

  /** @throws {RtcError} see `MediaRecording.start`. */
  start(options: { readonly type: StreamRecordType; readonly reset: boolean }): Promise<undefined> {
    const { audio, video, screen } = this.#tracks();
    const stream = new MediaStream([audio, options.type === 'screen' ? screen : video].filter((track) => track !== null));
    const option = { stream, uid: this.#uid(), type: options.type, reset: options.reset };
    const open = (name: string): Promise<Recorder> => this.#open(options.type, name);
    return this.#recording.start({ name: '', option, reset: options.reset, strict: true, open }).then(() => undefined);
  }

  #open(type: StreamRecordType, name: string): Promise<Recorder> {
    const { audio, video, screen } = this.#tracks();
    const picture = type === 'audio' ? null : type === 'screen' ? screen : video;
    if (picture === null && (type !== 'audio' || audio === null)) throw new RtcError(10453, `Record.start: the stream has no ${type}`);
    const { width = 640, height = 360, frameRate = 30 } = picture?.getSettings() ?? {};
    const size = { width: even(width), height: even(height), fps: Math.min(30, Math.max(1, Math.round(frameRate))) };
    return createRecorder({
      ...{ sources: [{ id: 'stream', audio, video: picture }], format: 'webm', name, layout: 'single' },
      video: picture === null ? false : size,
      audio: audio === null ? false : {},
    });
  }

  /** @throws {RtcError} 10454, at once, when none was started. */
  stop(): Promise<string | undefined> {
    this.#recording.needStarted('stopMediaRecording');
    return this.#recording.stop();
  }

  /** @throws {RtcError} 10454, at once, when none was started. */
  download(): Promise<RecordStatus> {
    this.#recording.needStarted('downloadMediaRecording');
    return this.#recording.download();
  }

  /** @throws {RtcError} 10454, at once, when none was started. */
  clean(): Promise<void> {
    this.#recording.needStarted('cleanMediaRecording');
    return this.#recording.clean();
  }

  /** Plays what was recorded in an element without controls. Resolves with the start's options; undefined while it is not stopped. @throws {RtcError} 10454 when none was started, 10453 without a file. */
  async play(view: HTMLElement): Promise<object | null | undefined> {
    this.#recording.needStarted('playMediaRecording');
    const { status } = this.#recording;
    if (status.state !== 'stopped' || status.isRecording) {
      console.warn('playMediaRecording() plays only what is stopped.');
      return undefined;
    }
    if (status.recordUrl === null) throw new RtcError(10453, 'playMediaRecording() 没有可播放的文件');
    const hasPicture = status.option?.type !== 'audio';
    const element = document.createElement(hasPicture ? 'video' : 'audio');
    element.autoplay = true;
    element.src = status.recordUrl;
    view.append(element);
    await element.play();
    return status.option;
  }

  list(): ListedRecording[] {
    const { recordId, mimeType, fileName, recordStatus, isRecording, startTime, endTime, option } = this.#recording.status;
    if (recordStatus === 'init') return [];
    return [{ ...option, id: recordId, type: mimeType, name: fileName, status: recordStatus, isRecording, startTime, endTime }];
  }

  /** Ends what runs, for a stream that goes away; the file stays. */
  async end(): Promise<void> {
    await this.#recording.stop();
  }
}

function even(value: number): number {
  return Math.max(16, Math.round(value / 2) * 2);
}
