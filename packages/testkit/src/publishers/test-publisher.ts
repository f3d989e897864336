import type { AudioSource, LocalAudioTrack, LocalVideoTrack, Room, VideoSource } from '@livekit/rtc-node';
import { publisherToken, type PublisherAccess } from './access-token.ts';
import { startPacer } from './pacer.ts';
import { loadRtcNode } from './rtc-node.ts';
import { createTestMedia, type TestMedia } from './test-media.ts';

const AUDIO_BLOCK_MS = 10;

/** What one synthetic person publishes. Every field but the first group has a default. */
export type TestPublisherOptions = PublisherAccess & {
  readonly url: string;
  readonly room: string;
  readonly identity: string;
  /** 0…255: written into the test picture and deciding the beep's pitch. */
  readonly id: number;
  readonly name?: string;
  /** Even numbers of pixels; default 640 × 360. */
  readonly width?: number;
  readonly height?: number;
  /** Default 20. */
  readonly fps?: number;
  /** Default true. */
  readonly video?: boolean;
  /** Default true. */
  readonly audio?: boolean;
  readonly videoCodec?: 'vp8' | 'vp9' | 'av1' | 'h264';
  /** Default false: one layer, so that what is published is what is recorded. */
  readonly simulcast?: boolean;
  readonly maxBitrateKbps?: number;
};

/** A synthetic person in a room. */
export interface TestPublisher {
  readonly identity: string;
  /** Pictures handed to the encoder so far; the number in the last one's barcode is `framesPublished - 1`. */
  readonly framesPublished: number;
  /** Leaves the room. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Joins a room with `@livekit/rtc-node` and publishes the test picture and the beep, both of the same media time: the flash and the beep of
 * second n start `n` seconds after publishing began. Pictures are never skipped; a late one carries the time at which it was due.
 *
 * Resolves when both tracks are published.
 */
export async function startTestPublisher(options: TestPublisherOptions): Promise<TestPublisher> {
  const rtc = await loadRtcNode();
  const { width = 640, height = 360, fps = 20, identity } = options;
  const media = createTestMedia({ id: options.id, width, height, fps });
  const room = new rtc.Room();
  await room.connect(options.url, await publisherToken(options, options.room, identity, options.name ?? identity), {
    autoSubscribe: false,
    dynacast: false,
  });
  const video = options.video === false ? null : await publishVideo(room, options, width, height, fps);
  const audio = options.audio === false ? null : await publishAudio(room);
  return play({ rtc, identity, room, media, video, audio, fps });
}

interface Published<Source, Track> {
  readonly source: Source;
  readonly track: Track;
}
interface Playing {
  readonly rtc: typeof import('@livekit/rtc-node');
  readonly identity: string;
  readonly room: Room;
  readonly media: TestMedia;
  readonly video: Published<VideoSource, LocalVideoTrack> | null;
  readonly audio: Published<AudioSource, LocalAudioTrack> | null;
  readonly fps: number;
}

async function publishVideo(room: Room, options: TestPublisherOptions, width: number, height: number, fps: number) {
  const rtc = await loadRtcNode();
  const source = new rtc.VideoSource(width, height);
  const track = rtc.LocalVideoTrack.createVideoTrack('camera', source);
  const codecs = { vp8: rtc.VideoCodec.VP8, vp9: rtc.VideoCodec.VP9, av1: rtc.VideoCodec.AV1, h264: rtc.VideoCodec.H264 };
  const maxBitrate = BigInt((options.maxBitrateKbps ?? Math.round((width * height * fps) / 6000)) * 1000);
  const publishing = new rtc.TrackPublishOptions({
    source: rtc.TrackSource.SOURCE_CAMERA,
    simulcast: options.simulcast ?? false,
    videoCodec: codecs[options.videoCodec ?? 'vp8'],
    videoEncoding: { maxBitrate, maxFramerate: fps },
  });
  await localParticipant(room).publishTrack(track, publishing);
  return { source, track };
}

async function publishAudio(room: Room) {
  const rtc = await loadRtcNode();
  const source = new rtc.AudioSource(48_000, 1, 0); // 0: no queue, a block goes out when it is captured
  const track = rtc.LocalAudioTrack.createAudioTrack('microphone', source);
  await localParticipant(room).publishTrack(track, new rtc.TrackPublishOptions({ source: rtc.TrackSource.SOURCE_MICROPHONE }));
  return { source, track };
}

function localParticipant(room: Room) {
  if (!room.localParticipant) throw new Error(`Not connected to room ${room.name ?? ''}.`);
  return room.localParticipant;
}

function play({ rtc, identity, room, media, video, audio, fps }: Playing): TestPublisher {
  const originMs = performance.now();
  const originUs = process.hrtime.bigint() / 1000n;
  let framesPublished = 0;
  let isStopped = false;
  const paceVideo = (frame: number): void => {
    const picture = new rtc.VideoFrame(media.paint(frame), media.width, media.height, rtc.VideoBufferType.I420);
    video?.source.captureFrame(picture, originUs + BigInt(Math.round((frame * 1e6) / fps)));
    framesPublished = frame + 1;
  };
  const paceAudio = (block: number): void => {
    const samples = media.beep(block * 480, 480);
    audio?.source.captureFrame(new rtc.AudioFrame(samples, 48_000, 1, 480)).catch((error: unknown) => {
      if (!isStopped) throw error;
    });
  };
  const stops = [video && startPacer(originMs, 1000 / fps, paceVideo), audio && startPacer(originMs, AUDIO_BLOCK_MS, paceAudio)];
  return {
    identity,
    get framesPublished() {
      return framesPublished;
    },
    async stop() {
      if (isStopped) return;
      isStopped = true;
      for (const stop of stops) stop?.();
      await room.disconnect();
      await Promise.all([video?.source.close(), audio?.source.close()]);
    },
  };
}
