import { buildNack, buildPli, buildReceiverReport, parseRtcp, ReceptionStatistics, restoreRtx, startsKeyframe } from '@tapedeck/rtp';
import type { Codec } from '@tapedeck/rtp';
import { KeyframeRequest } from './keyframe-request.ts';
import { payloadOffset } from './payload-offset.ts';
import { MissingPackets } from './missing-packets.ts';
import type { DescribedTrack } from './sdp-tracks.ts';
import type { PacketSink } from './types.ts';

/** What one received track reports besides its packets. */
export interface ReceiverHandlers {
  /** Sends RTCP to the server; false when the connection is gone. */
  readonly sendRtcp: (bytes: Uint8Array) => boolean;
  readonly onKeyframeRequested: () => void;
  readonly onPacketsLost: (count: number) => void;
}

/** Counters of one track, all since its start. */
export interface ReceiverStats {
  rtpPackets: number;
  rtcpPackets: number;
  duplicatePackets: number;
  restoredPackets: number;
  malformedPackets: number;
  lostPackets: number;
  nacksSent: number;
  keyframeRequests: number;
}

/** All zeros. */
export function emptyReceiverStats(): ReceiverStats {
  return {
    ...{ rtpPackets: 0, rtcpPackets: 0, duplicatePackets: 0, restoredPackets: 0 },
    ...{ malformedPackets: 0, lostPackets: 0, nacksSent: 0, keyframeRequests: 0 },
  };
}

/** Adds `more` to `sum`. */
export function addStats(sum: ReceiverStats, more: Readonly<ReceiverStats>): void {
  for (const key of Object.keys(more) as (keyof ReceiverStats)[]) sum[key] += more[key];
}

const OWN_SSRC = 1;
/** A track that sent nothing for this long is muted or gone: asking it for keyframes would be noise. */
const SILENT_US = 2_000_000;

/**
 * One subscribed track from the wire to its sink: tells RTP from RTCP, restores RTX, drops duplicates, keeps the reception report, the list of missing packets and the keyframe
 * request. Reads headers in place; per packet it makes no object and no promise (restoring an RTX packet copies it).
 */
export class TrackReceiver {
  readonly track: DescribedTrack;
  readonly stats = emptyReceiverStats();
  readonly #sink: PacketSink;
  readonly #handlers: ReceiverHandlers;
  readonly #missing = new MissingPackets();
  readonly #keyframe: KeyframeRequest | null;
  readonly #codecs: readonly (Codec | null)[];
  readonly #originalTypes: readonly (number | null)[];
  readonly #statistics: ReceptionStatistics;
  #lastRtpUs = -1;

  /** @param keyframeIntervalS Longest time between keyframes in seconds; Infinity: only when needed. */
  constructor(track: DescribedTrack, sink: PacketSink, handlers: ReceiverHandlers, keyframeIntervalS: number) {
    this.track = track;
    this.#sink = sink;
    this.#handlers = handlers;
    this.#keyframe = track.kind === 'video' ? new KeyframeRequest(keyframeIntervalS * 1_000_000) : null;
    this.#codecs = byPayloadType(track, ({ codec }) => (codec === 'rtx' || codec === 'red' ? null : codec));
    this.#originalTypes = byPayloadType(track, ({ codec, associatedPayloadType }) =>
      codec === 'rtx' ? (associatedPayloadType ?? null) : null,
    );
    this.#statistics = new ReceptionStatistics(track.ssrc, track.formats[0]?.clockRateHz ?? 90_000);
  }

  /** Whether packets are missing: {@link repair} has something to do. */
  get hasMissing(): boolean {
    return this.#missing.pendingCount > 0;
  }

  /** One datagram after SRTP. `bytes` is handed on, not copied. */
  receive(bytes: Uint8Array, arrivalUs: number): void {
    if (bytes.length < 8 || bytes[0]! >> 6 !== 2) {
      this.stats.malformedPackets++;
      return;
    }
    const second = bytes[1]!;
    if (second >= 192 && second <= 223) this.#receiveRtcp(bytes, arrivalUs);
    else this.#receiveRtp(bytes, arrivalUs);
  }

  /** Asks for missing packets and, when video was given up, for a keyframe. Call every 20 ms while {@link hasMissing}. */
  repair(nowUs: number): void {
    const due = this.#missing.takeDue(nowUs);
    if (due.length > 0 && this.#handlers.sendRtcp(buildNack(OWN_SSRC, this.track.ssrc, due))) this.stats.nacksSent += due.length;
    this.#countAbandoned(nowUs);
  }

  /** Sends the receiver report and a due keyframe request. Call about once a second. */
  report(nowUs: number): void {
    if (this.#lastRtpUs >= 0) this.#handlers.sendRtcp(buildReceiverReport(OWN_SSRC, [this.#statistics.report(nowUs)]));
    this.#countAbandoned(nowUs);
    this.#requestDueKeyframe(nowUs);
  }

  /** Wants a keyframe as soon as possible: at the start, after a pause, after a loss. */
  requestKeyframe(nowUs: number): void {
    this.#keyframe?.want();
    this.#requestDueKeyframe(nowUs);
  }

  #receiveRtcp(bytes: Uint8Array, arrivalUs: number): void {
    const packets = parseRtcp(bytes);
    if (packets === null) {
      this.stats.malformedPackets++;
      return;
    }
    this.stats.rtcpPackets++;
    for (const packet of packets) {
      if (packet.type === 'sender-report' && packet.ssrc === this.track.ssrc) {
        this.#statistics.observeSenderReport(packet.ntpSeconds, packet.ntpFraction, arrivalUs);
      }
    }
    this.#sink('rtcp', bytes, arrivalUs);
  }

  #receiveRtp(wire: Uint8Array, arrivalUs: number): void {
    let bytes = wire;
    if (bytes.length < 12 || payloadOffset(bytes) > bytes.length) {
      this.stats.malformedPackets++;
      return;
    }
    const originalType = this.#originalTypes[bytes[1]! & 0x7f] ?? null;
    const isRestored = originalType !== null;
    if (isRestored) {
      const restored = restoreRtx(bytes, originalType, this.track.ssrc);
      if (restored === null) return; // a padding-only probe
      bytes = restored;
    }
    const sequenceNumber = (bytes[2]! << 8) | bytes[3]!;
    if (!this.#missing.observe(sequenceNumber, arrivalUs)) {
      this.stats.duplicatePackets++;
      return;
    }
    if (isRestored) this.stats.restoredPackets++;
    else this.#statistics.observePacket(sequenceNumber, uint32(bytes, 4), arrivalUs);
    this.stats.rtpPackets++;
    this.#lastRtpUs = arrivalUs;
    if (this.#keyframe !== null) this.#watchKeyframes(bytes, arrivalUs, this.#keyframe);
    this.#sink('rtp', bytes, arrivalUs);
  }

  #watchKeyframes(bytes: Uint8Array, arrivalUs: number, keyframe: KeyframeRequest): void {
    const codec = this.#codecs[bytes[1]! & 0x7f] ?? null;
    if (codec !== null && startsKeyframe(codec, bytes, payloadOffset(bytes))) keyframe.observeKeyframe(arrivalUs);
    else if (keyframe.isWanted) this.#requestDueKeyframe(arrivalUs);
  }

  #countAbandoned(nowUs: number): void {
    const count = this.#missing.takeAbandoned();
    if (count === 0) return;
    this.stats.lostPackets += count;
    this.#handlers.onPacketsLost(count);
    this.requestKeyframe(nowUs);
  }

  #requestDueKeyframe(nowUs: number): void {
    const isSilent = this.#lastRtpUs >= 0 && nowUs - this.#lastRtpUs > SILENT_US;
    if (this.#keyframe === null || isSilent || !this.#keyframe.isDue(nowUs)) return;
    if (!this.#handlers.sendRtcp(buildPli(OWN_SSRC, this.track.ssrc))) return;
    this.stats.keyframeRequests++;
    this.#handlers.onKeyframeRequested();
  }
}

function uint32(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>> 0;
}

function byPayloadType<T>(track: DescribedTrack, valueOf: (format: DescribedTrack['formats'][number]) => T): readonly (T | null)[] {
  const values: (T | null)[] = new Array<T | null>(128).fill(null);
  for (const format of track.formats) if (format.payloadType < 128) values[format.payloadType] = valueOf(format);
  return values;
}
