import type { VideoCodec } from '@tapedeck/rtp';
import type { RecordedRules } from '@tapedeck/rtplog';
import type { Weather } from '../network/index.ts';

/** A time span of the recording, s. */
export interface Span {
  readonly fromS: number;
  readonly toS: number;
}

/** A pause of the recording. */
export interface Pause extends Span {
  readonly mode?: 'cut' | 'hold';
}

/** Camera of a synthetic person. */
export interface SyntheticVideo {
  /** Default vp8. */
  readonly codec?: VideoCodec;
  /** Defaults 640 × 360. */
  readonly width?: number;
  readonly height?: number;
  /** Divides 90,000; default 15. A rate other than the output's shows the A/V offset of a composite more finely. */
  readonly fps?: number;
  /** Default 300. */
  readonly bitrateKbps?: number;
  /** VP8 only, as browsers send it; see `TestVideo`. */
  readonly temporalLayers?: 3;
  /** Between the picture's time and its first packet; default 20. */
  readonly encodeMs?: number;
  /** Default camera. */
  readonly source?: 'camera' | 'screen_share';
}

/** Microphone of a synthetic person: mono, 20 ms packets. */
export interface SyntheticAudio {
  /** Default opus. G.711 has neither DTX nor RED, and its beeps reach identity 16. */
  readonly codec?: 'opus' | 'pcmu' | 'pcma';
  /** Default microphone. */
  readonly source?: 'microphone' | 'screen_share_audio';
  /** No packets in silence (one in 400 ms); default false. */
  readonly dtx?: boolean;
  /** RED with one redundant packet; default true, as modern clients do. */
  readonly red?: boolean;
}

/** One synthetic person. All times are recording time in s; what needs a keyframe (unmute, changes of SSRC, codec or size) happens at the next one, at most 2 s later. */
export interface SyntheticParticipant {
  readonly identity: string;
  /** Number in the barcode and pitch of the beep, 0…255; default: position in the list. */
  readonly id?: number;
  readonly name?: string;
  /** The sender's clock against the recorder's; default 0. */
  readonly driftPpm?: number;
  /** Default 0. */
  readonly joinS?: number;
  /** Default: the end. */
  readonly leaveS?: number;
  /** null: no camera. Default: `{}`. */
  readonly video?: SyntheticVideo | null;
  /** null: no microphone. Default: `{}`. */
  readonly audio?: SyntheticAudio | null;
  readonly mutes?: readonly (Span & { readonly kind: 'audio' | 'video' })[];
  /** The SFU ends each mute of a VP8 or H.264 camera, and its leaving, with keyframes of 8×8 or 2×2 pixels, as LiveKit does. Default false. */
  readonly blankFrames?: boolean;
  /** Both tracks' timestamps jump far away. */
  readonly timestampJumpAtS?: number;
  /** Both tracks go on with another SSRC, sequence and timestamp. */
  readonly ssrcChangeAtS?: number;
  readonly codecChange?: { readonly atS: number; readonly codec: VideoCodec };
  readonly resolutionChange?: { readonly atS: number; readonly width: number; readonly height: number };
  /** First RTP timestamp of both tracks, u32: 2^32 − 1 wraps at once. Default: some number of the person's own. */
  readonly startTimestamp?: number;
  /** Way to the recorder; overrides the log's weather field by field. */
  readonly weather?: Weather;
}

/** What to write. */
export interface SyntheticLog {
  /** The recording's folder; the log goes to `<dir>/e<epoch>`. */
  readonly dir: string;
  readonly durationS: number;
  readonly participants: readonly SyntheticParticipant[];
  /** Weather on everybody's way; what is lost stays lost (no retransmission). */
  readonly weather?: Weather;
  /** Short forms of weather fields. */
  readonly loss?: { readonly percent: number; readonly burst?: number };
  readonly jitterMs?: number;
  /** Percent of packets. */
  readonly reorder?: number;
  readonly duplicate?: number;
  /** Seconds between sender reports; default 3, 0: none at all. */
  readonly senderReportS?: number;
  /** Nothing is written. `cut` (default): recording time stands still; `hold`: it goes on. */
  readonly pauses?: readonly Pause[];
  /** Rules of what is recorded, as they change; packets are written whatever they say. */
  readonly rules?: readonly { readonly atS: number; readonly rules: RecordedRules }[];
  readonly speakers?: readonly { readonly atS: number; readonly identity: string }[];
  readonly layouts?: readonly { readonly atS: number; readonly layout: unknown }[];
  /** Length of the encoded loop; default 30. A frame number is unambiguous within it. */
  readonly loopS?: number;
  readonly recordingId?: string;
  readonly room?: string;
  /** Default 1. */
  readonly epoch?: number;
  /** Default true; false leaves the log as after a crash. */
  readonly seal?: boolean;
}

/** What a finished file must show of one person: input of {@link checkFile}. */
export interface ExpectedPerson {
  readonly identity: string;
  readonly id: number;
  /** Time of the recorder's clock, ms from the start, at which media time 0 (frame 0, the first beep) stands. */
  readonly startMs: number;
  readonly driftPpm: number;
  readonly fps: number;
  /** Frame numbers in the barcode wrap here. */
  readonly frameModulus: number;
  /** Where pictures and sound were sent, recording time in ms, pauses taken out. */
  readonly video: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly audio: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Sound has a hum between beeps, so that silence is a fault. */
  readonly hasHum: boolean;
  /** Times of the recorder's clock (ms from the start) in which recording time stood still. */
  readonly pauses: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** What was written. */
export interface SyntheticLogResult {
  readonly epochDir: string;
  readonly durationMs: number;
  readonly people: readonly ExpectedPerson[];
  readonly packetsSent: number;
  readonly packetsLost: number;
  /** Pictures sent by each identity. */
  readonly framesSent: Readonly<Record<string, number>>;
}
