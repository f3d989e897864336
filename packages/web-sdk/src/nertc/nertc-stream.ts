import { RemoteTrack, type LocalTrackPublication, type RemoteParticipant, type RemoteTrackPublication } from 'livekit-client';
import type { SourceReceivers } from '../recorder/lip-sync.ts';
import { captureProfile } from './constants.ts';
import { capture, troubleOf, type CaptureOptions, type CaptureProfile } from './local-media.ts';
import { mediaTypes, type MediaType } from './media-type.ts';
import type { RecordStatus } from './media-recording.ts';
import { NertcEvents } from './nertc-events.ts';
import { RtcError } from './rtc-error.ts';
import { StreamRecording, type ListedRecording, type StreamRecordType } from './stream-recording.ts';
import type { PlayOptions, StreamOptions, StreamOwner } from './stream-types.ts';
import { StreamView, type RenderMode } from './stream-view.ts';

type View = HTMLElement | string | null;

/** One person's sound and pictures: this device's own, made by `NERTC.createStream`, or somebody's from the room. */
export class Stream {
  readonly isRemote: boolean;
  /** @internal Publications of the room by kind; kept by the client. */
  readonly publications = new Map<MediaType, LocalTrackPublication | RemoteTrackPublication>();
  /** @internal The other side of a remote stream. */
  participant: RemoteParticipant | null = null;
  /** @internal */
  owner: StreamOwner | null = null;
  /** @internal What `subscribe` asks for. */
  wanted: Readonly<Partial<Record<MediaType, boolean>>> = { audio: true, video: true, screen: true, audioSlave: true };
  readonly #options: StreamOptions;
  readonly #tracks = new Map<MediaType, MediaStreamTrack>();
  readonly #view = new StreamView();
  readonly #events = new NertcEvents();
  readonly #recording: StreamRecording;
  readonly #profiles: Record<'video' | 'screen', CaptureProfile> = { video: captureProfile(4, 3), screen: captureProfile(16, 1) };
  #uid: number | string;

  constructor(options: StreamOptions, isRemote: boolean) {
    this.#options = options;
    this.#uid = options.uid ?? '';
    this.isRemote = isRemote;
    this.#recording = new StreamRecording(
      isRemote ? 'remoteStream.' : 'localStream.',
      () => this.#uid,
      () => ({
        audio: this.trackOf('audio') ?? this.trackOf('audioSlave'),
        video: this.trackOf('video'),
        screen: this.trackOf('screen'),
      }),
    );
  }

  /** @internal */
  setUid(uid: number | string): void {
    this.#uid = uid;
  }

  getId(): number | string {
    return this.#uid;
  }

  /** @internal The track of a kind that is there now, or null. */
  trackOf(mediaType: MediaType): MediaStreamTrack | null {
    return this.#tracks.get(mediaType) ?? null;
  }

  /** @internal Of camera and microphone of a remote stream; null until both are there. */
  receivers(): SourceReceivers | null {
    const of = (mediaType: MediaType): RTCRtpReceiver | undefined => {
      const track = this.publications.get(mediaType)?.track;
      return track instanceof RemoteTrack ? track.receiver : undefined;
    };
    const [video, audio] = [of('video'), of('audio')];
    return video && audio ? { video, audio } : null;
  }

  /** @internal */
  setTrack(mediaType: MediaType, track: MediaStreamTrack | null): void {
    if (track === null) {
      this.#tracks.delete(mediaType);
      this.#view.stop(mediaType);
    } else this.#tracks.set(mediaType, track);
    this.owner?.changed(this);
  }

  /** Opens what was asked for when the stream was made. @throws {RtcError} 10212 when a device cannot be had. */
  async init(): Promise<void> {
    const { audio, video, screen = false } = this.#options;
    if (audio) await this.open({ type: 'audio' });
    if (video) await this.open({ type: 'video' });
    if (screen) await this.open({ type: 'screen' });
  }

  /** Opens a device, also while the stream is published. @throws {RtcError} 10212 when it cannot be had, 10000 for an unknown type. */
  async open(
    options: { readonly type: 'audio' | 'video' | 'screen' | 'screenAudio'; readonly deviceId?: string } & CaptureOptions & {
        readonly screenAudio?: boolean;
      },
  ): Promise<undefined> {
    const mediaType = options.type === 'screenAudio' ? 'audioSlave' : options.type;
    if (!mediaTypes.includes(mediaType)) throw new RtcError(10000, `open: unknown type ${String(options.type)}`);
    const device =
      options.deviceId === undefined ? {} : mediaType === 'audio' ? { microphoneId: options.deviceId } : { cameraId: options.deviceId };
    const profile = this.#profiles[mediaType === 'screen' ? 'screen' : 'video'];
    const withSound = mediaType === 'screen' && (options.screenAudio ?? this.#options.screenAudio ?? false);
    const opened = await capture(mediaType, { ...this.#options, ...options, ...device }, profile, withSound).catch((error: unknown) => {
      this.owner?.trouble(mediaType, troubleOf(error));
      throw error;
    });
    for (const kind of mediaTypes) {
      const track = opened[kind];
      if (!track) continue;
      this.setTrack(kind, track);
      track.addEventListener('ended', () => {
        if (this.trackOf(kind) === track) this.owner?.ended(kind);
      });
      await this.owner?.opened(this, kind);
    }
    return undefined;
  }

  async close({ type }: { readonly type: 'audio' | 'video' | 'screen' | 'screenAudio' }): Promise<undefined> {
    const mediaType = type === 'screenAudio' ? 'audioSlave' : type;
    this.trackOf(mediaType)?.stop();
    this.setTrack(mediaType, null);
    await this.owner?.closed(this, mediaType);
    return undefined;
  }

  setSubscribeConfig(config: {
    readonly audio?: boolean;
    readonly audioSlave?: boolean;
    readonly video?: boolean;
    readonly screen?: boolean;
    readonly highOrLow?: number;
  }): void {
    this.wanted = {
      audio: config.audio ?? false,
      audioSlave: config.audioSlave ?? false,
      video: config.video ?? false,
      screen: config.screen ?? false,
    };
  }

  getAudioStream(): MediaStream | null {
    const track = this.trackOf('audio');
    return track === null ? null : new MediaStream([track]);
  }

  getAudioTrack(mediaType: 'audio' | 'audioSlave' = 'audio'): MediaStreamTrack | null {
    return this.trackOf(mediaType);
  }

  getVideoTrack(mediaType: 'video' | 'screen' = 'video'): MediaStreamTrack | null {
    return this.trackOf(mediaType);
  }

  /** Shows pictures in `view` (an element or its id) and sounds what is remote. A browser that waits for a click makes it emit `notAllowedError`; `resume()` after the click. */
  async play(view?: View, options: PlayOptions = {}): Promise<void> {
    const element = typeof view === 'string' ? document.getElementById(view) : (view ?? null);
    const isAll = !mediaTypes.some((mediaType) => options[mediaType] !== undefined);
    for (const mediaType of mediaTypes) {
      const track = this.trackOf(mediaType);
      const isSound = mediaType === 'audio' || mediaType === 'audioSlave';
      const isWanted = options[mediaType] ?? (isAll && (!isSound || this.isRemote));
      if (track === null || !isWanted) continue;
      try {
        await this.#view.play(mediaType, track, element, options.muted ?? false);
      } catch (cause) {
        if (!(cause instanceof DOMException) || cause.name !== 'NotAllowedError') throw cause;
        this.#events.emit('notAllowedError', new RtcError(41030, `play() ${mediaType} 自动播放受限`));
      }
    }
    this.owner?.changed(this);
  }

  resume(): Promise<void> {
    return this.#view.resume();
  }

  /** Takes a picture or sound off the page; left out: all of them. */
  stop(type?: string): void {
    for (const mediaType of mediaTypes) if (type === undefined || type === mediaType) this.#view.stop(mediaType);
    this.owner?.changed(this);
  }

  isPlaying(type: string): boolean {
    return this.#view.isPlaying(type as MediaType);
  }

  canPlay(type: string): { result: boolean; reason: string } {
    const result = this.trackOf(type as MediaType) !== null;
    return { result, reason: result ? '' : 'NO_TRACK' };
  }

  setLocalRenderMode(mode: RenderMode, mediaType?: string): undefined {
    for (const kind of ['video', 'screen'] as const) if (mediaType === undefined || mediaType === kind) this.#view.setMode(kind, mode);
    return undefined;
  }

  setRemoteRenderMode(mode: RenderMode, mediaType?: string): void {
    this.setLocalRenderMode(mode, mediaType);
  }

  /** Before `init`: what the camera is asked for. */
  setVideoProfile({
    resolution,
    frameRate,
    width,
    height,
  }: {
    readonly resolution: number;
    readonly frameRate: number;
    readonly width?: number;
    readonly height?: number;
  }): void {
    const profile = captureProfile(resolution, frameRate);
    this.#profiles.video = { ...profile, ...(width ? { width } : {}), ...(height ? { height } : {}) };
  }

  setScreenProfile(profile: { readonly resolution: number; readonly frameRate: number }): void {
    this.#profiles.screen = captureProfile(profile.resolution, profile.frameRate);
  }

  /** Kept for compatibility: LiveKit chooses Opus' bitrate itself. */
  setAudioProfile(_profile: string): void {
    return undefined;
  }

  async #mute(mediaType: MediaType, isMuted: boolean): Promise<void> {
    const track = this.trackOf(mediaType);
    if (track) track.enabled = !isMuted;
    await this.owner?.muted(this, mediaType, isMuted);
  }

  muteAudio(): Promise<void> {
    return this.#mute('audio', true);
  }
  unmuteAudio(): Promise<void> {
    return this.#mute('audio', false);
  }
  muteAudioSlave(): Promise<void> {
    return this.#mute('audioSlave', true);
  }
  unmuteAudioSlave(): Promise<void> {
    return this.#mute('audioSlave', false);
  }
  muteVideo(): Promise<void> {
    return this.#mute('video', true);
  }
  unmuteVideo(): Promise<void> {
    return this.#mute('video', false);
  }
  muteScreen(): Promise<void> {
    return this.#mute('screen', true);
  }
  unmuteScreen(): Promise<void> {
    return this.#mute('screen', false);
  }

  hasAudio(): boolean {
    return this.trackOf('audio') !== null;
  }
  hasAudioSlave(): boolean {
    return this.trackOf('audioSlave') !== null;
  }
  hasVideo(): boolean {
    return this.trackOf('video') !== null;
  }
  hasScreen(): boolean {
    return this.trackOf('screen') !== null;
  }

  setAudioVolume(volume = 100): undefined {
    this.#view.setVolume('audio', volume);
    return undefined;
  }

  setAudioOutput(deviceId: string): Promise<void> {
    return this.#view.setOutput(deviceId);
  }

  /** Changes microphone or camera, also while published. @throws {RtcError} 10212 when it cannot be had. */
  async switchDevice(type: 'audio' | 'video', deviceId: string): Promise<void> {
    await this.close({ type });
    await this.open({ type, deviceId });
  }

  startMediaRecording(options: { readonly type: StreamRecordType; readonly reset: boolean }): Promise<string | undefined> {
    return this.#recording.start(options);
  }

  stopMediaRecording(_options: { readonly recordId?: string } = {}): Promise<string | undefined> {
    return this.#recording.stop();
  }

  async playMediaRecording({ view }: { readonly recordId?: string; readonly view: HTMLElement }): Promise<void> {
    await this.#recording.play(view);
  }

  listMediaRecording(): ListedRecording[] {
    return this.#recording.list();
  }

  cleanMediaRecording(_options: { readonly recordId?: string } = {}): Promise<void> {
    return this.#recording.clean();
  }

  downloadMediaRecording(_options: { readonly recordId?: string } = {}): Promise<RecordStatus> {
    return this.#recording.download();
  }

  on(event: string, callback: (...args: never[]) => void): void {
    this.#events.on(event, callback);
  }

  off(event: string, callback: (...args: never[]) => void): void {
    this.#events.off(event, callback);
  }

  /** Stops devices and a recording; takes everything off the page. */
  destroy(): void {
    void this.#recording.end().catch((error: unknown) => reportError(error));
    this.stop();
    if (!this.isRemote) for (const track of this.#tracks.values()) track.stop();
    this.#tracks.clear();
    this.#events.removeAllListeners();
  }
}
