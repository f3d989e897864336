import nodeDataChannel from 'node-datachannel';
import type { Audio, Video } from 'node-datachannel';

const EXTENSIONS = {
  audio: ['2 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time'],
  video: [
    '1 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
    '2 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  ],
} as const;

/** Payload types are those that LiveKit itself offers, so that both ways of negotiating give the same log. */
const H264_PROFILES = [
  [125, 0, '42e01f'],
  [108, 1, '42e01f'],
  [104, 0, '42001f'],
  [102, 1, '42001f'],
  [39, 0, '4d001f'],
  [106, 1, '4d001f'],
  [123, 1, '640032'],
] as const;

/** A section that offers to receive one track with any codec a log can hold; `mid` must be new. */
export function offeredSection(kind: 'audio' | 'video', mid: string): Audio | Video {
  const section = kind === 'audio' ? audioSection(mid) : videoSection(mid);
  for (const extension of EXTENSIONS[kind]) section.parseSdpLine(`a=extmap:${extension}`);
  return section;
}

function audioSection(mid: string): Audio {
  const audio = new nodeDataChannel.Audio(mid, 'RecvOnly');
  audio.addAudioCodec(111, 'opus', 'minptime=10;useinbandfec=1');
  audio.addAudioCodec(63, 'red', '111/111');
  for (const [payloadType, codec] of [
    [0, 'PCMU'],
    [8, 'PCMA'],
  ] as const) {
    // The binding names every codec with 48 kHz and two channels, unless there is a name already.
    audio.parseSdpLine(`a=rtpmap:${payloadType} ${codec}/8000`);
    audio.addAudioCodec(payloadType, codec);
  }
  return audio;
}

function videoSection(mid: string): Video {
  const video = new nodeDataChannel.Video(mid, 'RecvOnly');
  const repaired = (payloadType: number): void => video.addRTXCodec(payloadType + 1, payloadType, 90_000);
  video.addVideoCodec(96, 'VP8');
  repaired(96);
  video.addVideoCodec(98, 'VP9', 'profile-id=0');
  repaired(98);
  video.addVideoCodec(100, 'VP9', 'profile-id=1');
  repaired(100);
  for (const [payloadType, mode, profile] of H264_PROFILES) {
    video.addH264Codec(payloadType, `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`);
    repaired(payloadType);
  }
  video.addVideoCodec(35, 'AV1');
  repaired(35);
  video.addVideoCodec(116, 'H265');
  repaired(116);
  return video;
}
