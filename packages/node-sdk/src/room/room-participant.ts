import { EventEmitter } from 'node:events';
import type { AudioFrame, RemoteParticipant, RemoteTrack, Room } from '@livekit/rtc-node';
import { RecordingDeck, type AudioRecording, type AudioRecordingEvents } from '../audio/recording-deck.ts';
import { AudioRecordingResult, type AudioRecordingQuality, type AudioRecordingSampleRate } from '../audio/recording-numbers.ts';
import type { AudioRecordingConfig } from '../audio/recording-plan.ts';
import { publishAudio, type PublishAudioOptions, type PublishedAudio } from './local-audio.ts';
import { RoomMixer, roomRateHz } from './room-mixer.ts';
import { loadRtcNode } from './rtc-node.ts';

/** Sound that was received. */
export interface ReceivedAudio {
  readonly identity: string;
  readonly trackSid: string;
  /** 16 bits, mono, 48 kHz; 20 ms. The listener's. */
  readonly samples: Int16Array;
}

/** What a participant tells. */
export interface RoomParticipantEvents extends AudioRecordingEvents {
  /** A frame of each track that is received, one every 20 ms. */
  audio: [frame: ReceivedAudio];
  participantJoined: [identity: string];
  participantLeft: [identity: string];
  /** Left, removed, or the connection is lost for good. A recording is complete by then. Exactly once. */
  left: [];
}

/** A participant of a room that hears, speaks and records sound. */
export interface RoomParticipant extends AudioRecording, EventEmitter<RoomParticipantEvents> {
  readonly identity: string;
  readonly roomName: string;
  /** Identities of the others. */
  readonly participants: readonly string[];
  /** LiveKit's own object, for what is not here: video, data, metadata. */
  readonly room: Room;
  /** Publishes PCM as a microphone. */
  publishAudio(options?: PublishAudioOptions): Promise<PublishedAudio>;
  /** Completes a recording and leaves. Resolves when the file is complete and the room left. Idempotent. */
  leave(): Promise<void>;
}

const frameMs = 20;
/** How often the mix goes on while no frames come. */
const mixEveryMs = 100;
/** Longest wait for the last frames when leaving. */
const lastFramesMs = 300;

/** See {@link RoomParticipant}. */
export class RtcParticipant extends EventEmitter<RoomParticipantEvents> implements RoomParticipant {
  readonly room: Room;
  readonly #mixer: RoomMixer;
  readonly #deck: RecordingDeck;
  readonly #published = new Set<PublishedAudio>();
  readonly #mixing: NodeJS.Timeout;
  #leaving: Promise<void> | null = null;

  constructor(room: Room) {
    super();
    this.room = room;
    const origin = performance.now();
    const now = (): number => Math.floor(((performance.now() - origin) * roomRateHz) / 1000);
    const mayStart = (): AudioRecordingResult =>
      this.#leaving === null && room.isConnected ? AudioRecordingResult.ok : AudioRecordingResult.channelNotJoined;
    this.#deck = new RecordingDeck({ sampleRateHz: roomRateHz, now, mayStart });
    this.#deck.on('audioRecording', (code, filePath) => this.emit('audioRecording', code, filePath));
    this.#mixer = new RoomMixer(now, (first, local, remote) => this.#deck.push(first, local, remote));
    this.#mixing = setInterval(() => this.#mixer.mix(), mixEveryMs);
    this.#mixing.unref();
  }

  get identity(): string {
    return this.room.localParticipant?.identity ?? '';
  }

  get roomName(): string {
    return this.room.name ?? '';
  }

  get participants(): readonly string[] {
    return [...this.room.remoteParticipants.keys()];
  }

  /** @internal Follows the room; to be called before it is connected. */
  async follow(): Promise<void> {
    const rtc = await loadRtcNode();
    const { RoomEvent } = rtc;
    this.room
      .on(RoomEvent.ParticipantConnected, ({ identity }) => this.emit('participantJoined', identity))
      .on(RoomEvent.ParticipantDisconnected, ({ identity }) => this.emit('participantLeft', identity))
      .on(RoomEvent.TrackSubscribed, (track, _publication, participant) => void this.#hear(rtc, track, participant))
      .on(RoomEvent.Disconnected, () => void this.leave());
  }

  startAudioRecording(filePath: string, sampleRate: AudioRecordingSampleRate, quality: AudioRecordingQuality): AudioRecordingResult {
    return this.#deck.startAudioRecording(filePath, sampleRate, quality);
  }

  startAudioRecordingWithConfig(config: AudioRecordingConfig): AudioRecordingResult {
    return this.#deck.startAudioRecordingWithConfig(config);
  }

  stopAudioRecording(): AudioRecordingResult {
    return this.#deck.stopAudioRecording();
  }

  async publishAudio(options: PublishAudioOptions = {}): Promise<PublishedAudio> {
    const published = await publishAudio(this.room, this.#mixer, options);
    this.#published.add(published);
    return published;
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #hear(
    { AudioStream, TrackKind }: typeof import('@livekit/rtc-node'),
    track: RemoteTrack,
    { identity }: RemoteParticipant,
  ): Promise<void> {
    if (track.kind !== TrackKind.KIND_AUDIO) return;
    let frames: ReadableStreamDefaultReader<AudioFrame>;
    try {
      frames = new AudioStream(track, { sampleRate: roomRateHz, numChannels: 1, frameSizeMs: frameMs }).getReader();
    } catch {
      return; // the track is gone again, or the room
    }
    const input = this.#mixer.add('received');
    for (;;) {
      const { done, value } = await frames.read().catch(() => ({ done: true, value: undefined }) as const);
      if (done || value === undefined) break;
      this.#mixer.append(input, value.data);
      if (this.listenerCount('audio') > 0) this.emit('audio', { identity, trackSid: track.sid ?? '', samples: value.data.slice() });
    }
    input.hasEnded = true;
  }

  async #leave(): Promise<void> {
    this.#deck.stopAudioRecording();
    const giveUp = performance.now() + lastFramesMs;
    while (this.#deck.isRecording && this.room.isConnected && performance.now() < giveUp) {
      await new Promise((resolve) => setTimeout(resolve, frameMs));
      this.#mixer.mix();
    }
    this.#mixer.flush();
    clearInterval(this.#mixing);
    await this.#deck.finish();
    for (const published of this.#published) await published.close().catch(() => undefined); // the room may be gone
    await this.room.disconnect().catch(() => undefined); // it is left in any case
    this.emit('left');
  }
}
