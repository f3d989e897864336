import { buildSenderReport, unixUsToNtp } from '@tapedeck/rtp';
import type { TrackAppender } from '@tapedeck/rtplog';
import { LoopSender } from '../media/index.ts';
import type { LoopPacket, MediaLoop } from '../media/index.ts';
import { BLANK_PAYLOADS } from './blank-frames.ts';
import { Impairment } from '../network/index.ts';
import type { Weather } from '../network/index.ts';
import type { Span } from './types.ts';

/** One RTP packet or RTCP report on its way into the log. */
export interface PendingRecord {
  readonly arrivalUs: number;
  readonly appender: TrackAppender;
  readonly packet: LoopPacket | null;
  readonly rtcp: Uint8Array | null;
}

/** Media that a track sends from some moment on. */
export interface LoopFrom {
  readonly atS: number;
  readonly loop: MediaLoop;
  readonly payloadType: number;
}

/** One track of a synthetic person. Times are s of the recorder's clock from the recording's start. */
export interface SyntheticTrackPlan {
  readonly appender: TrackAppender;
  /** In order; the first one counts from the start. */
  readonly loops: readonly LoopFrom[];
  readonly joinS: number;
  readonly leaveS: number;
  readonly mutes: readonly Span[];
  readonly driftPpm: number;
  readonly encodeMs: number;
  /** LiveKit's blank keyframes follow the last picture before a mute and at the end. */
  readonly hasBlankFrames: boolean;
  readonly ssrc: number;
  readonly startTimestamp: number;
  readonly timestampJumpAtS: number;
  readonly ssrcChangeAtS: number;
  readonly senderReportS: number;
  /** Sender's wall clock at time 0, µs since 1970. */
  readonly senderWallUs: number;
  /** Arrival clock at time 0. */
  readonly originUs: number;
  readonly weather: Weather;
}

/** Pacing between the packets of one frame. */
const PACING_US = 150;
/** A jump that is no multiple of anything, almost half of what 32 bits hold. */
const JUMP_TICKS = 1_987_654_321;

/** Sends a track's frames and reports, in time order, on paper. */
export class SyntheticTrack {
  readonly impairment: Impairment;
  framesSent = 0;
  readonly #plan: SyntheticTrackPlan;
  #sender: LoopSender;
  #loops: readonly LoopFrom[];
  #frame = 0;
  #report = 0;
  #waitsForKeyframe = true;
  #hasJumped = false;
  #hasChangedSsrc = false;
  #hasLeft = false;

  constructor(plan: SyntheticTrackPlan) {
    const first = plan.loops[0]!;
    this.#plan = plan;
    this.#loops = plan.loops.slice(1);
    this.#sender = new LoopSender(first.loop, {
      ssrc: plan.ssrc,
      payloadType: first.payloadType,
      sequenceNumber: 65_000,
      timestamp: plan.startTimestamp,
    });
    this.impairment = new Impairment(plan.weather);
  }

  /** Appends everything sent before `untilS` that arrives at all to `records`. */
  sendUntil(untilS: number, records: PendingRecord[]): void {
    const end = Math.min(untilS, this.#plan.leaveS);
    for (let at = this.#timeOf(this.#frame); at < end; at = this.#timeOf(this.#frame)) {
      this.#sendFrame(at, records);
      this.#frame++;
    }
    if (end < untilS || end === this.#plan.leaveS) this.#sendLastBlank(end, records);
    if (this.#plan.senderReportS <= 0) return;
    for (let at = this.#reportTime(); at < end; at = this.#reportTime()) {
      this.#sendReport(at, records);
      this.#report++;
    }
  }

  #timeOf(frame: number): number {
    return this.#plan.joinS + frame / this.#sender.loop.framesPerSecond / (1 + this.#plan.driftPpm * 1e-6);
  }

  #reportTime(): number {
    return this.#plan.joinS + 0.7 + this.#report * this.#plan.senderReportS;
  }

  #sendFrame(atS: number, records: PendingRecord[]): void {
    if (this.#plan.mutes.some(({ fromS, toS }) => atS >= fromS && atS < toS)) {
      if (!this.#waitsForKeyframe) this.#sendBlank(atS, records);
      this.#waitsForKeyframe = true;
      return;
    }
    const { frames } = this.#sender.loop;
    if (frames[this.#frame % frames.length]!.isKeyframe) this.#change(atS);
    else if (this.#waitsForKeyframe) return;
    this.#waitsForKeyframe = false;
    this.framesSent++;
    const sentUs = this.#plan.originUs + atS * 1e6 + this.#plan.encodeMs * 1000;
    for (const [index, packet] of this.#sender.take(this.#frame).entries()) {
      for (const arrivalUs of this.impairment.arrivals(sentUs + index * PACING_US)) {
        records.push({ arrivalUs, appender: this.#plan.appender, packet, rtcp: null });
      }
    }
  }

  #sendLastBlank(atS: number, records: PendingRecord[]): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    if (!this.#waitsForKeyframe) this.#sendBlank(atS, records);
  }

  /** A fifth of a second of the SFU's blank keyframes. */
  #sendBlank(atS: number, records: PendingRecord[]): void {
    const payload = BLANK_PAYLOADS[this.#sender.loop.codec];
    if (!this.#plan.hasBlankFrames || payload === undefined) return;
    for (let index = 0; index < 6; index++) {
      const packet = this.#sender.takeForeign(payload, this.#frame + (index * this.#sender.loop.framesPerSecond) / 30);
      const arrivalUs = this.#plan.originUs + (atS + index / 30) * 1e6 + (this.#plan.weather.delayMs ?? 0) * 1000;
      records.push({ arrivalUs: Math.round(arrivalUs), appender: this.#plan.appender, packet, rtcp: null });
    }
  }

  /** Changes that wait for a keyframe. */
  #change(atS: number): void {
    const { timestampJumpAtS, ssrcChangeAtS, ssrc } = this.#plan;
    if (!this.#hasJumped && atS >= timestampJumpAtS) {
      this.#hasJumped = true;
      this.#sender.jump(JUMP_TICKS);
    }
    if (!this.#hasChangedSsrc && atS >= ssrcChangeAtS) {
      this.#hasChangedSsrc = true;
      const { loop, payloadType } = this.#sender;
      this.#sender = new LoopSender(loop, {
        ssrc: ssrc + 1000,
        payloadType,
        sequenceNumber: 4711,
        timestamp: (this.#plan.startTimestamp + 2_718_281_828) % 2 ** 32,
      });
    }
    const next = this.#loops[0];
    if (next && atS >= next.atS) {
      this.#loops = this.#loops.slice(1);
      this.#sender.switchTo(next.loop, next.payloadType);
    }
  }

  #sendReport(atS: number, records: PendingRecord[]): void {
    const mediaS = (atS - this.#plan.joinS) * (1 + this.#plan.driftPpm * 1e-6);
    const ntp = unixUsToNtp(this.#plan.senderWallUs + mediaS * 1e6);
    const { ssrc, packetCount, octetCount } = this.#sender;
    const rtpTimestamp = this.#sender.timestampOf(mediaS * this.#sender.loop.framesPerSecond);
    const rtcp = buildSenderReport({ ssrc, ...ntp, rtpTimestamp, packetCount, octetCount, reports: [] });
    const arrivalUs = Math.round(this.#plan.originUs + atS * 1e6 + (this.#plan.weather.delayMs ?? 0) * 1000 + 500);
    records.push({ arrivalUs, appender: this.#plan.appender, packet: null, rtcp });
  }
}
