import { createLocalTracks, type RemoteTrack, Room, RoomEvent, Track } from 'livekit-client';
import { askBackend } from './backend.ts';
import { type StreamType, streamIdOf } from './stream-id.ts';

/** What an application knows before it joins. */
export interface ClientOptions {
  readonly sdkAppId: number;
  readonly userId: string;
  readonly userSig: string;
}

/** Somebody's camera with microphone, or shared screen, as elements of the page. */
export interface RemoteStream {
  readonly userId: string;
  readonly streamType: StreamType;
  readonly element: HTMLMediaElement;
}

/** Parameters of `setMixTranscodingConfig` and `startMixTranscode`, as the vendor's clients take them. */
export type MixConfig = Readonly<Record<string, unknown>>;

/**
 * The calls of a TRTC client that a call page needs, on livekit-client: main is camera and microphone, aux the shared screen. Keys stay with the backend, which exchanges
 * the UserSig for a token and calls the mix and recording actions.
 */
export class TrtcLikeClient {
  readonly #options: ClientOptions;
  readonly #room = new Room();
  #roomId: number | string = '';

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** The legacy stream id of this user in the room. */
  streamId(streamType: StreamType = 'main'): string {
    return streamIdOf({ ...this.#options, roomId: this.#roomId, streamType });
  }

  /** Streams that come and go from now on. Call it before {@link join}. */
  onStream(added: (stream: RemoteStream) => void, removed: (stream: RemoteStream) => void): void {
    const streamOf = (track: RemoteTrack, userId: string, element: HTMLMediaElement): RemoteStream => {
      const isShared = track.source === Track.Source.ScreenShare || track.source === Track.Source.ScreenShareAudio;
      return { userId, streamType: isShared ? 'aux' : 'main', element };
    };
    this.#room.on(RoomEvent.TrackSubscribed, (track, _publication, { identity }) => added(streamOf(track, identity, track.attach())));
    this.#room.on(RoomEvent.TrackUnsubscribed, (track, _publication, { identity }) => {
      for (const element of track.detach()) removed(streamOf(track, identity, element));
    });
  }

  /** @param roomId Digits or text, as TRTC has both: they are one room when they read the same. */
  async join(roomId: number | string): Promise<void> {
    this.#roomId = roomId;
    const { url, token } = await askBackend<{ url: string; token: string }>('token', { ...this.#ticket(), roomId });
    await this.#room.connect(url, token);
  }

  /** Publishes camera and microphone (main); returns the element that shows the camera. */
  async publish(): Promise<HTMLMediaElement | null> {
    const tracks = await createLocalTracks({ audio: true, video: true });
    for (const track of tracks) await this.#room.localParticipant.publishTrack(track);
    return tracks.find((track) => track.kind === Track.Kind.Video)?.attach() ?? null;
  }

  /** Publishes or ends the shared screen (aux). */
  async shareScreen(isOn: boolean): Promise<void> {
    await this.#room.localParticipant.setScreenShareEnabled(isOn, { audio: true });
  }

  /** As native clients: null ends the mix. */
  async setMixTranscodingConfig(config: MixConfig | null): Promise<void> {
    await askBackend('mix', { ...this.#ticket(), roomId: this.#roomId, streamId: this.streamId(), config });
  }

  /** As Web clients. */
  async startMixTranscode(config: MixConfig): Promise<void> {
    await this.setMixTranscodingConfig(config);
  }

  async stopMixTranscode(): Promise<void> {
    await this.setMixTranscodingConfig(null);
  }

  /** Returns the TaskId. */
  async startRecording(): Promise<string> {
    return (await askBackend<{ taskId: string }>('startRecording', { ...this.#ticket(), roomId: this.#roomId })).taskId;
  }

  async stopRecording(taskId: string): Promise<void> {
    await askBackend('stopRecording', { ...this.#ticket(), taskId });
  }

  /** Complete files of this room. @param streamId Of a mix. */
  async files(streamId: string): Promise<readonly { readonly id: string; readonly name: string; readonly url: string }[]> {
    const asked = { ...this.#ticket(), roomId: this.#roomId, streamId };
    return (await askBackend<{ files: { id: string; name: string; url: string }[] }>('files', asked)).files;
  }

  async leave(): Promise<void> {
    await this.#room.disconnect();
  }

  #ticket(): { readonly userId: string; readonly userSig: string } {
    const { userId, userSig } = this.#options;
    return { userId, userSig };
  }
}

/** As `TRTC.createClient`. */
export function createClient(options: ClientOptions): TrtcLikeClient {
  return new TrtcLikeClient(options);
}
