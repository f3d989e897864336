declare const clock: unique symbol;
/** RTP media time, unwrapped (a plain number of ticks, never wraps), in the track's clock rate. */
export type RtpTicks = number & { readonly [clock]: 'rtp' };
/** Sender's wall clock, µs since 1970 (from RTCP SR or abs-capture-time). */
export type NtpUs = number & { readonly [clock]: 'ntp' };
/** Monotonic clock of the capturing node, µs. */
export type ArrivalUs = number & { readonly [clock]: 'arrival' };
/** 0 = start of the recording, µs. */
export type RecordingUs = number & { readonly [clock]: 'recording' };

/**
 * The recording's clock. Feed it everything in arrival order; ask it for recording time at any moment. Pure: same calls, same answers.
 * One Timeline per recording; one ParticipantTimeline per participant; one TrackTimeline per track.
 */
export interface Timeline {
  /** Starts an epoch: `arrivalUs` of this epoch is `recordingUs`. */
  startEpoch(epoch: number, arrivalUs: ArrivalUs, recordingUs: RecordingUs): void;
  track(trackSid: string, participantSid: string, clockRateHz: number): TrackTimeline;
  /** Recording time of an arrival instant in the current epoch. */
  fromArrival(arrivalUs: ArrivalUs): RecordingUs;
  pause(at: ArrivalUs): void;
  resume(at: ArrivalUs): void;
}
export interface TrackTimeline {
  /** One RTP packet, in arrival order. `timestamp` u32. A new SSRC, a jump or a clock-rate change starts a new stretch of the map. */
  observePacket(
    packet: { readonly ssrc: number; readonly timestamp: number; readonly sequenceNumber: number; readonly clockRateHz: number },
    arrivalUs: ArrivalUs,
  ): void;
  observeSenderReport(report: { readonly ssrc: number; readonly ntpUs: NtpUs; readonly rtpTimestamp: number }, arrivalUs: ArrivalUs): void;
  /** Recording time of a packet's media time (u32 timestamp, nearest unwrap in that SSRC's stretch). Monotonic per SSRC stretch. Null before the first packet of that SSRC. */
  toRecordingUs(ssrc: number, timestamp: number): RecordingUs | null;
}
