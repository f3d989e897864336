import { createRecorder } from '../recorder/create-recorder.ts';
import type { RecorderSource } from '../recorder/options.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { recordSize } from './constants.ts';
import { MediaRecording, type RecordStatus } from './media-recording.ts';
import type { Stream } from './nertc-stream.ts';

/** What is recorded and how; NERTC's names. */
export interface ClientMediaRecordingOptions {
  readonly recorder?: 'local' | 'all';
  readonly recordConfig?: {
    /** `video`: picture and sound. */
    readonly recordType: 'audio' | 'video';
    readonly recordName?: string;
    readonly recordVideoQuality: number;
    readonly recordVideoFrame: number;
  };
}

/** How this facade differs from the original where that cannot be seen from its methods. */
export interface RecordingHabits {
  /** A second start is error 10451 as in NERTC's code; default: it delivers the running recording first, as its guide says. */
  readonly strict: boolean;
  /** Default `webm`. */
  readonly format: 'mp4' | 'webm';
}

/** Recording of a whole call with NERTC's methods: a mosaic of the pictures that are being played, and one mix of all sound. Follows who comes and goes. */
export class ClientRecording {
  readonly #recording: MediaRecording;
  readonly #habits: RecordingHabits;
  readonly #streams: () => { readonly local: Stream | null; readonly remotes: readonly Stream[] };
  #running: { readonly isAll: boolean; readonly hasPicture: boolean } | null = null;
  #shown = new Map<string, RecorderSource>();

  constructor(
    habits: RecordingHabits,
    streams: () => { readonly local: Stream | null; readonly remotes: readonly Stream[] },
    onStopped: () => void,
  ) {
    this.#habits = habits;
    this.#streams = streams;
    this.#recording = new MediaRecording('', onStopped);
  }

  /** @throws {RtcError} see `MediaRecording.start`. */
  async start({ recorder = 'local', recordConfig }: ClientMediaRecordingOptions): Promise<undefined> {
    const { recordType = 'video', recordName = '', recordVideoQuality, recordVideoFrame } = recordConfig ?? {};
    await this.#recording.start({
      ...{
        name: recordName,
        option: { stream: [], uid: this.#streams().local?.getId() ?? '', type: recordType, reset: true },
        reset: true,
        strict: this.#habits.strict,
      },
      open: (name) => this.#open(name, recorder === 'all', recordType === 'video', recordVideoQuality, recordVideoFrame),
    });
    this.follow();
    return undefined;
  }

  #open(name: string, isAll: boolean, hasPicture: boolean, quality: number | undefined, fps: number | undefined): Promise<Recorder> {
    this.#running = { isAll, hasPicture };
    this.#shown = this.#wanted();
    return createRecorder({
      ...{ sources: [...this.#shown.values()], format: this.#habits.format, name },
      layout: { name: 'grid', cells: 'nine-grid', maxTiles: 9, fit: 'contain' },
      video: hasPicture ? { ...recordSize(quality), fps: fps || 15, bitrateKbps: 2500 } : false,
      audio: { bitrateKbps: 128 },
    });
  }

  /** Camera before screen, this device's own first, then everybody in the order in which they came; only pictures that are being played. */
  #wanted(): Map<string, RecorderSource> {
    const { local, remotes } = this.#streams();
    const wanted = new Map<string, RecorderSource>();
    const streams = [local, ...(this.#running?.isAll === true ? remotes : [])].filter((stream) => stream !== null);
    for (const stream of streams) {
      const played = (kind: 'video' | 'screen'): MediaStreamTrack | null =>
        this.#running?.hasPicture === true && stream.isPlaying(kind) ? stream.trackOf(kind) : null;
      const id = `${stream.isRemote ? 'remote' : 'local'} ${stream.getId()}`;
      wanted.set(id, { id, video: played('video'), audio: stream.trackOf('audio'), receivers: stream.receivers() });
      const [screen, sound] = [played('screen'), stream.trackOf('audioSlave')];
      if (screen !== null || sound !== null) wanted.set(`${id} screen`, { id: `${id} screen`, video: screen, audio: sound });
    }
    return wanted;
  }

  /** Takes in what has changed since the last look; does nothing while nothing is recorded. */
  follow(): void {
    const { recorder } = this.#recording;
    if (recorder === null) return;
    const wanted = this.#wanted();
    for (const id of this.#shown.keys()) if (!wanted.has(id)) recorder.removeSource(id);
    for (const [id, source] of wanted) {
      const shown = this.#shown.get(id);
      if (shown?.video !== source.video || shown?.audio !== source.audio) recorder.addSource(source);
    }
    this.#shown = wanted;
  }

  /** @throws {RtcError} 10454, at once, when none was started. */
  stop(): Promise<string | undefined> {
    this.#recording.needStarted('stopMediaRecording');
    return this.#recording.stop();
  }

  /** @throws {RtcError} 10454, at once, when none was started. */
  download(): Promise<RecordStatus> {
    this.#recording.needStarted('stopMediaRecording');
    return this.#recording.download();
  }

  /** @throws {RtcError} 10454, at once, when none was started. */
  clean(): Promise<void> {
    this.#recording.needStarted('stopMediaRecording');
    return this.#recording.clean();
  }

  /** The call is over: what runs is ended and handed to the browser's downloads. */
  async leave(): Promise<void> {
    if (this.#recording.recorder !== null) await this.#recording.download();
  }

  get status(): RecordStatus {
    return this.#recording.status;
  }
}
