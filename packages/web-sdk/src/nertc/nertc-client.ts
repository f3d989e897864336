import { ConnectionError, ConnectionErrorReason, RemoteTrackPublication, Room, RoomEvent, type RemoteParticipant } from 'livekit-client';
import { AudioDeck } from '../audio/audio-deck.ts';
import { AudioRecordingResult, type AudioRecordingQuality, type AudioRecordingSampleRate } from '../audio/recording-numbers.ts';
import type { AudioRecordingConfig } from '../audio/take-plan.ts';
import { audioSourcesOf } from './audio-sources.ts';
import type { ClientEvents } from './client-events.ts';
import { ClientRecording, type ClientMediaRecordingOptions } from './client-recording.ts';
import { mediaTypes, sourceOf, uidOf, type MediaType } from './media-type.ts';
import { NertcEvents } from './nertc-events.ts';
import type { Stream } from './nertc-stream.ts';
import { Stream as NertcStream } from './nertc-stream.ts';
import { followRoom, tellPresent, type NertcConnectionState, type RoomListener } from './room-events.ts';
import type { StreamOwner } from './stream-types.ts';
import { asRtcError, RtcError } from './rtc-error.ts';

/** Options of `NERTC.createClient`. The last three are this facade's own. */
export interface ClientOptions {
  /** Not looked at: the token says which application it is. */
  readonly appkey: string;
  readonly debug?: boolean;
  /** Address of the Tapedeck (or LiveKit) server; `join`'s `channelServer` goes before it. */
  readonly server?: string;
  /** A second `startMediaRecording` is error 10451 instead of delivering the first. Default false. */
  readonly strict?: boolean;
  /** Default `webm`, as NERTC. */
  readonly recordFormat?: 'mp4' | 'webm';
}

/** Options of `join`: `token` is an access token of the room, for instance from `POST /v1/tokens`. */
export interface JoinOptions {
  readonly channelName: string;
  readonly uid: number | string;
  readonly token?: string;
  readonly nickname?: string;
  readonly customData?: string;
  /** `channelServer` is the server's address; NERTC's others are not looked at. */
  readonly neRtcServerAddresses?: ServerAddresses;
}

/** Addresses of NERTC's servers; only the first one is looked at. */
export interface ServerAddresses {
  readonly channelServer: string;
  readonly statisticsServer?: string;
  readonly statisticsWebSocketServer?: string;
  readonly roomServer?: string;
  readonly mediaServer?: string;
  readonly cloudProxyServer?: string;
  readonly webSocketProxyServer?: string;
  readonly mediaProxyServer?: string;
}

/** What to subscribe to. */
export type SubscribeOptions = Readonly<Partial<Record<MediaType, boolean>>> & { readonly highOrLow?: number };

type MediaTypeOrAll = MediaType | 'all';

/** A client of one room, with NERTC's methods on top of `livekit-client`. */
export class Client {
  readonly #options: ClientOptions;
  readonly #events = new NertcEvents();
  readonly #streams = new Map<string, Stream>();
  readonly #recording: ClientRecording;
  readonly #audio: AudioDeck;
  readonly #owner: StreamOwner;
  #room: Room | null = null;
  #channel = { channelName: '', token: '' };
  #local: Stream | null = null;
  #state: NertcConnectionState = 'DISCONNECTED';
  #isDestroyed = false;

  constructor(options: ClientOptions, defaultServer: string | null) {
    this.#options = defaultServer === null ? options : { server: defaultServer, ...options };
    const streams = (): { readonly local: Stream | null; readonly remotes: readonly Stream[] } => ({
      local: this.#local,
      remotes: [...this.#streams.values()],
    });
    const habits = { strict: options.strict ?? false, format: options.recordFormat ?? 'webm' } as const;
    this.#recording = new ClientRecording(habits, streams, () => this.#events.emit('@media-recording-stopped'));
    this.#audio = new AudioDeck({ sources: () => audioSourcesOf(this.#local, streams().remotes), mayStart: () => this.#mayRecordAudio() });
    this.#audio.on('audioRecording', (code, filePath) => this.#events.emit('onAudioRecording', code, filePath));
    this.#owner = {
      changed: () => this.#follow(),
      trouble: (mediaType, event) => this.#events.emit(event, mediaType),
      ended: (mediaType) => {
        if (mediaType === 'screen') this.#events.emit('stopScreenSharing', {});
      },
      opened: async (stream, mediaType) => {
        if (stream.publications.size > 0) await this.#publishTrack(stream, mediaType);
      },
      closed: (stream, mediaType) => this.#unpublishTrack(stream, mediaType),
      muted: async (stream, mediaType, isMuted) => {
        const publication = stream.publications.get(mediaType);
        if (publication && !(publication instanceof RemoteTrackPublication)) await (isMuted ? publication.mute() : publication.unmute());
      },
    };
  }

  /** Recordings take in what has changed. */
  #follow(): void {
    this.#recording.follow();
    this.#audio.follow();
  }

  #mayRecordAudio(): AudioRecordingResult {
    if (this.#isDestroyed) return AudioRecordingResult.invalidState;
    return this.#state === 'CONNECTED' ? AudioRecordingResult.ok : AudioRecordingResult.channelNotJoined;
  }

  /** @internal Takes a local stream in before it is published, so that it can be recorded. */
  adopt(stream: Stream): void {
    stream.owner = this.#owner;
    this.#local = stream;
    this.#follow();
  }

  /** @throws {RtcError} 10110 without a channel name, 10112 for a uid that is neither number nor text, 10101 when already joined, 10119 for a token that is refused, 10100 otherwise. */
  async join(options: JoinOptions): Promise<void> {
    const { channelName, uid, token = '', neRtcServerAddresses } = options;
    if (this.#room !== null) throw new RtcError(10101, 'join() 重复加入房间');
    if (!channelName) throw new RtcError(10110, 'join() 缺少 channelName');
    if (typeof uid !== 'string' && !Number.isSafeInteger(uid)) throw new RtcError(10112, 'join() uid 必须是字符串或安全整数');
    const server = neRtcServerAddresses?.channelServer ?? this.#options.server;
    if (server === undefined)
      throw new RtcError(10100, 'join() no server: set neRtcServerAddresses.channelServer or createClient({ server })');
    const room = new Room();
    this.#room = room;
    this.#channel = { channelName, token };
    const listener = this.#listener();
    followRoom(room, listener);
    try {
      await room.connect(server.replace(/^http/, 'ws'), token, { autoSubscribe: false });
    } catch (cause) {
      this.#room = null;
      const isRefused = cause instanceof ConnectionError && cause.reason === ConnectionErrorReason.NotAllowed;
      throw asRtcError(cause, isRefused ? 10119 : 10100, 'join()');
    }
    this.#local?.setUid(this.getUid() ?? '');
    tellPresent(room, listener);
  }

  #listener(): RoomListener {
    return {
      emit: (event, ...args) => this.#events.emit(event, ...args),
      streamOf: (participant) => this.#streamOf(participant),
      gone: (participant) => {
        this.#streams.get(participant.identity)?.destroy();
        this.#streams.delete(participant.identity);
        this.#follow();
      },
      state: (state) => this.#changeState(state),
    };
  }

  #changeState(curState: NertcConnectionState): void {
    const prevState = this.#state;
    if (curState === prevState) return;
    this.#state = curState;
    this.#events.emit('connection-state-change', {
      curState,
      prevState,
      reconnect: prevState === 'CONNECTED' && curState === 'CONNECTING',
    });
    if (prevState === 'CONNECTED') void this.#recording.leave().catch((error: unknown) => reportError(error));
    if (curState !== 'DISCONNECTED') return;
    this.#room = null;
    void this.#audio.finish();
  }

  #streamOf(participant: RemoteParticipant): Stream {
    const known = this.#streams.get(participant.identity);
    if (known) return known;
    const stream = new NertcStream({ uid: uidOf(participant.identity), audio: false, video: false }, true);
    stream.participant = participant;
    stream.owner = this.#owner;
    this.#streams.set(participant.identity, stream);
    return stream;
  }

  /** Ends recordings and delivers their files, then leaves the room. */
  async leave(): Promise<void> {
    const room = this.#room;
    if (room === null) return;
    await Promise.all([this.#audio.finish(), this.#recording.leave()]);
    this.#changeState('DISCONNECTING');
    await room.disconnect();
    this.#local?.publications.clear();
    for (const stream of this.#streams.values()) stream.destroy();
    this.#streams.clear();
  }

  #joined(method: string): Room {
    if (this.#room === null || this.#state !== 'CONNECTED') throw new RtcError(10104, `${method}() 未加入房间`);
    return this.#room;
  }

  /** @throws {RtcError} 10104 before `join`, 10350 without a stream, 10355 when the server refuses. */
  async publish(stream: Stream, mediaType: MediaTypeOrAll = 'all'): Promise<undefined> {
    this.#joined('publish');
    if (!(stream instanceof NertcStream)) throw new RtcError(10350, 'publish() 缺少 stream');
    this.adopt(stream);
    stream.setUid(this.getUid() ?? '');
    for (const kind of mediaTypes) if (mediaType === 'all' || mediaType === kind) await this.#publishTrack(stream, kind);
    return undefined;
  }

  async #publishTrack(stream: Stream, mediaType: MediaType): Promise<void> {
    const [track, room] = [stream.trackOf(mediaType), this.#room];
    if (track === null || room === null || stream.publications.has(mediaType)) return;
    try {
      const publication = await room.localParticipant.publishTrack(track, { source: sourceOf(mediaType), name: mediaType });
      stream.publications.set(mediaType, publication);
    } catch (cause) {
      throw asRtcError(cause, 10355, `publish() ${mediaType}`);
    }
  }

  async #unpublishTrack(stream: Stream, mediaType: MediaType): Promise<void> {
    const track = stream.publications.get(mediaType)?.track;
    stream.publications.delete(mediaType);
    if (track) await this.#room?.localParticipant.unpublishTrack(track.mediaStreamTrack, false);
  }

  async unpublish(stream: Stream, mediaType: MediaTypeOrAll = 'all'): Promise<undefined> {
    this.#joined('unpublish');
    for (const kind of mediaTypes) if (mediaType === 'all' || mediaType === kind) await this.#unpublishTrack(stream, kind);
    return undefined;
  }

  /** Asks for a stream's tracks, by default those of `setSubscribeConfig`; each is told by `stream-subscribed` when it is there. @throws {RtcError} 10104 before `join`. */
  subscribe(stream: Stream, options: SubscribeOptions = stream.wanted): Promise<void> {
    this.#joined('subscribe');
    for (const mediaType of mediaTypes) {
      const publication = stream.publications.get(mediaType);
      if (options[mediaType] === true && publication instanceof RemoteTrackPublication) publication.setSubscribed(true);
    }
    return Promise.resolve();
  }

  unsubscribe(stream: Stream, options: SubscribeOptions = { audio: true, video: true, screen: true, audioSlave: true }): Promise<void> {
    this.#joined('unsubscribe');
    for (const mediaType of mediaTypes) {
      const publication = stream.publications.get(mediaType);
      if (options[mediaType] === true && publication instanceof RemoteTrackPublication) publication.setSubscribed(false);
    }
    return Promise.resolve();
  }

  getUid(): number | string | undefined {
    const identity = this.#room?.localParticipant.identity;
    return identity === undefined || identity === '' ? undefined : uidOf(identity);
  }

  getConnectionState(): NertcConnectionState {
    return this.#state;
  }

  getChannelInfo(): { cid: number; channelName: string; uid: number | string; token: string } {
    return { cid: 0, ...this.#channel, uid: this.getUid() ?? '' };
  }

  /** LiveKit rooms have one way of working: nothing changes. */
  setChannelProfile(_options: { readonly mode: 'rtc' | 'live' }): void {
    return undefined;
  }

  /** Who may publish is in the token: tells the role and changes nothing else. */
  setClientRole(role: 'host' | 'audience'): Promise<undefined> {
    this.#events.emit('client-role-changed', { role });
    return Promise.resolve(undefined);
  }

  /** @throws {RtcError} 10450 to 10453, see `ClientRecording.start`. */
  startMediaRecording(options: ClientMediaRecordingOptions = {}): Promise<undefined> {
    return this.#recording.start(options);
  }

  /** Resolves with the file's name. @throws {RtcError} 10454, at once, when none was started. */
  stopMediaRecording(): Promise<undefined> {
    return this.#recording.stop() as Promise<undefined>; // NERTC's typings promise nothing and its code gives the name
  }

  /** Resolves with the recording's status. @throws {RtcError} 10454, at once, when none was started. */
  downloadMediaRecording(): Promise<undefined> {
    return this.#recording.download() as Promise<unknown> as Promise<undefined>;
  }

  /** @throws {RtcError} 10454, at once, when none was started. */
  cleanMediaRecording(): Promise<undefined> {
    return this.#recording.clean() as Promise<unknown> as Promise<undefined>;
  }

  /** Records everybody's sound into a file. See {@link Client.startAudioRecordingWithConfig}. */
  startAudioRecording(
    filePath: string | FileSystemFileHandle,
    sampleRate: AudioRecordingSampleRate,
    quality: AudioRecordingQuality,
  ): AudioRecordingResult {
    return this.#audio.startAudioRecording(filePath, sampleRate, quality);
  }

  /** As in NERTC's native SDKs; `onAudioRecording` tells how it goes. Returns 0, 30003 for a value that is not allowed, 30101 when not in the room, 30005 after `destroy`. */
  startAudioRecordingWithConfig(config: AudioRecordingConfig): AudioRecordingResult {
    return this.#audio.startAudioRecordingWithConfig(config);
  }

  /** Returns 0, or 30005 when nothing is being recorded. */
  stopAudioRecording(): AudioRecordingResult {
    return this.#audio.stopAudioRecording();
  }

  on<Name extends keyof ClientEvents>(event: Name, callback: (...args: ClientEvents[Name]) => void): void;
  on(event: string, callback: (...args: never[]) => void): void;
  on(event: string, callback: (...args: never[]) => void): void {
    this.#events.on(event, callback);
  }

  once(event: string, callback: (...args: never[]) => void): void {
    this.#events.once(event, callback);
  }

  off(event: string, callback: (...args: never[]) => void): void {
    this.#events.off(event, callback);
  }

  /** @internal */
  emit(event: string, ...args: readonly unknown[]): void {
    this.#events.emit(event, ...args);
  }

  async destroy(): Promise<void> {
    this.#isDestroyed = true;
    await this.leave();
    await this.#audio.finish(); // of a room that was lost before
    this.#local?.destroy();
    this.#local = null;
    this.#events.removeAllListeners();
    this.#room?.removeAllListeners(RoomEvent.Disconnected);
  }
}
