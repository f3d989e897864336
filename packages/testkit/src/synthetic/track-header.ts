import type { VideoCodec } from '@tapedeck/rtp';
import type { PayloadFormat, TrackHeader, TrackSource } from '@tapedeck/rtplog';

/** Payload types that synthetic people use. */
export const PAYLOAD_TYPES = { vp8: 96, vp9: 98, h264: 102, av1: 45, h265: 49, opus: 111, red: 63, pcmu: 0, pcma: 8 } as const;

const VIDEO_FMTP: Record<VideoCodec, string> = {
  vp8: '',
  vp9: 'profile-id=0',
  h264: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  h265: '',
  av1: '',
};

const VIDEO_FORMATS: readonly PayloadFormat[] = (['vp8', 'vp9', 'h264', 'av1', 'h265'] as const).map((codec) => ({
  payloadType: PAYLOAD_TYPES[codec],
  codec,
  clockRateHz: 90_000,
  fmtp: VIDEO_FMTP[codec],
}));
const AUDIO_FORMATS: readonly PayloadFormat[] = [
  { payloadType: PAYLOAD_TYPES.opus, codec: 'opus', clockRateHz: 48_000, channels: 2, fmtp: 'minptime=10;useinbandfec=1' },
  { payloadType: PAYLOAD_TYPES.red, codec: 'red', clockRateHz: 48_000, channels: 2, fmtp: '111/111' },
];
const G711_FORMATS: readonly PayloadFormat[] = (['pcmu', 'pcma'] as const).map((codec) => ({
  payloadType: PAYLOAD_TYPES[codec],
  codec,
  clockRateHz: 8000,
  channels: 1,
  fmtp: '',
}));

/** What the SFU offers for this track. */
export interface SyntheticTrackKind {
  readonly kind: 'audio' | 'video';
  readonly source: TrackSource;
  readonly isG711?: boolean;
}

/** Header of a synthetic person's track, as capture would write it from LiveKit's offer. */
export function syntheticTrackHeader(
  { kind, source, isG711 = false }: SyntheticTrackKind,
  person: { readonly identity: string; readonly name: string; readonly index: number },
  log: Pick<TrackHeader, 'recordingId' | 'epoch' | 'startUs' | 'startWallMs'>,
): TrackHeader {
  return {
    ...log,
    trackSid: `TR_${kind === 'audio' ? 'AM' : 'VC'}${person.index}`,
    participantSid: `PA_${person.index}`,
    participantIdentity: person.identity,
    participantName: person.name,
    kind,
    source,
    formats: kind === 'video' ? VIDEO_FORMATS : isG711 ? G711_FORMATS : AUDIO_FORMATS,
    headerExtensions: [],
    rtxSsrc: null,
  };
}
