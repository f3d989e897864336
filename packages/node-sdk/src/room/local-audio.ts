import type { AudioSource, LocalTrackPublication, Room } from '@livekit/rtc-node';
import { toMono } from '../audio/audio-recorder.ts';
import { openResampler, type Resampler } from '../audio/resampler.ts';
import type { MixInput } from './mix-input.ts';
import { roomRateHz, type RoomMixer } from './room-mixer.ts';
import { loadRtcNode } from './rtc-node.ts';

/** What is published. */
export interface PublishAudioOptions {
  /** Hz of what is written; default 48000. */
  readonly sampleRate?: number;
  /** Default 1. */
  readonly channels?: 1 | 2;
  /** Default `microphone`. */
  readonly name?: string;
}

/** A track of this participant. */
export interface PublishedAudio {
  readonly trackSid: string;
  /**
   * Sends 16-bit samples (interleaved). Resolves when more can be taken: at most a second waits to be heard.
   *
   * @throws {RangeError} when the length is no multiple of the channels.
   */
  write(samples: Int16Array): Promise<void>;
  /** Unpublishes it; what has not been heard is dropped. Idempotent. */
  close(): Promise<void>;
}

/** Longest sound that waits to be sent. */
const queueMs = 1_000;

/** Publishes a microphone in place of a device. */
export async function publishAudio(room: Room, mixer: RoomMixer, options: PublishAudioOptions = {}): Promise<PublishedAudio> {
  const { sampleRate = roomRateHz, channels = 1, name = 'microphone' } = options;
  const { AudioSource, LocalAudioTrack, TrackPublishOptions, TrackSource } = await loadRtcNode();
  if (room.localParticipant === undefined) throw new Error('The participant is not in the room.');
  const source = new AudioSource(sampleRate, channels, queueMs);
  const track = LocalAudioTrack.createAudioTrack(name, source);
  const publication = await room.localParticipant.publishTrack(track, new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE }));
  const resampler = await openResampler(sampleRate, roomRateHz);
  return new LocalAudio({ room, publication, source, resampler, mixer, sampleRate, channels });
}

interface Parts {
  readonly room: Room;
  readonly publication: LocalTrackPublication;
  readonly source: AudioSource;
  readonly resampler: Resampler;
  readonly mixer: RoomMixer;
  readonly sampleRate: number;
  readonly channels: 1 | 2;
}

class LocalAudio implements PublishedAudio {
  readonly #parts: Parts;
  readonly #input: MixInput;
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#input = parts.mixer.add('published');
  }

  get trackSid(): string {
    return this.#parts.publication.sid ?? '';
  }

  async write(samples: Int16Array): Promise<void> {
    const { source, resampler, mixer, sampleRate, channels } = this.#parts;
    if (samples.length % channels !== 0) throw new RangeError(`${samples.length} samples are no multiple of ${channels} channels.`);
    if (this.#isClosed || samples.length === 0) return;
    const count = samples.length / channels;
    const mono = channels === 1 ? samples.slice() : Int16Array.from(toMono(samples, channels, count));
    const resampled = resampler.push(mono);
    if (resampled.length > 0) mixer.append(this.#input, resampled);
    const { AudioFrame } = await loadRtcNode();
    await source.captureFrame(new AudioFrame(samples, sampleRate, channels, count));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input.hasEnded = true;
    const { room, publication, source, resampler } = this.#parts;
    if (publication.sid !== undefined && room.isConnected) await room.localParticipant?.unpublishTrack(publication.sid);
    resampler.close();
    await source.close();
  }
}
