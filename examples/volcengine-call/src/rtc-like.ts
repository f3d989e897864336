import { createLocalTracks, type RemoteTrack, Room, RoomEvent, Track } from 'livekit-client';
import { askBackend } from './backend.ts';

/** Camera and microphone, or the shared screen: `StreamType` 0 and 1 of the recording API. */
export type StreamIndex = 'main' | 'screen';

/** Somebody's stream, as an element of the page. */
export interface RemoteStream {
  readonly userId: string;
  readonly streamIndex: StreamIndex;
  readonly element: HTMLMediaElement;
}

/** A task as `GetRecordTask` tells it, with addresses of its files. */
export interface RecordTask {
  /** 1 not started, 2 running, 3 ended, 4 failed. */
  readonly status: number;
  readonly stopReason: string;
  readonly files: readonly { readonly id: string; readonly durationMs: number; readonly url: string }[];
}

/** The calls of a Volcengine RTC engine that a call page needs, on livekit-client. Keys stay with the backend, which makes tokens and calls the recording API. */
export class RtcLikeEngine {
  readonly #room = new Room();
  #roomId = '';

  /** Streams that come and go from now on. Call it before {@link joinRoom}. */
  onStream(added: (stream: RemoteStream) => void, removed: (stream: RemoteStream) => void): void {
    const streamOf = (track: RemoteTrack, userId: string, element: HTMLMediaElement): RemoteStream => {
      const isScreen = track.source === Track.Source.ScreenShare || track.source === Track.Source.ScreenShareAudio;
      return { userId, streamIndex: isScreen ? 'screen' : 'main', element };
    };
    this.#room.on(RoomEvent.TrackSubscribed, (track, _publication, { identity }) => added(streamOf(track, identity, track.attach())));
    this.#room.on(RoomEvent.TrackUnsubscribed, (track, _publication, { identity }) => {
      for (const element of track.detach()) removed(streamOf(track, identity, element));
    });
  }

  /** Joins and returns the AppId that the backend works for. */
  async joinRoom(roomId: string, userId: string): Promise<string> {
    this.#roomId = roomId;
    const { url, token, appId } = await askBackend<{ url: string; token: string; appId: string }>('token', { roomId, userId });
    await this.#room.connect(url, token);
    return appId;
  }

  /** Captures and publishes camera and microphone; returns the element that shows the camera. */
  async publishStream(): Promise<HTMLMediaElement | null> {
    const tracks = await createLocalTracks({ audio: true, video: true });
    for (const track of tracks) await this.#room.localParticipant.publishTrack(track);
    return tracks.find((track) => track.kind === Track.Kind.Video)?.attach() ?? null;
  }

  /** Publishes or ends the shared screen. */
  async publishScreen(isOn: boolean): Promise<void> {
    await this.#room.localParticipant.setScreenShareEnabled(isOn, { audio: true });
  }

  async startRecord(taskId: string): Promise<void> {
    await askBackend('startRecord', { roomId: this.#roomId, taskId });
  }

  async stopRecord(taskId: string): Promise<void> {
    await askBackend('stopRecord', { roomId: this.#roomId, taskId });
  }

  async task(taskId: string): Promise<RecordTask> {
    return await askBackend<RecordTask>('task', { roomId: this.#roomId, taskId });
  }

  async leaveRoom(): Promise<void> {
    await this.#room.disconnect();
  }
}
