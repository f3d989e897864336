import { parseRtcp, parseRtpPacket } from '@tapedeck/rtp';
import type { EncodedFrame } from '@tapedeck/rtp';
import type { LogBatch, LogItem, LogRecord, SessionEvent, TrackHeader } from '@tapedeck/rtplog';
import { createTimeline } from '@tapedeck/timeline';
import type { ArrivalUs, NtpUs, RecordingUs, Timeline, TrackTimeline } from '@tapedeck/timeline';
import { PacketStream } from './packet-stream.ts';
import { RecordedView } from './recorded-view.ts';
import type { TrackInfo, TrackItem } from './track-item.ts';

/** How often lost packets are given up, on the arrival clock. A fixed grid, so that the result does not depend on how the log was cut into batches. */
const tickUs = 10_000;
/** How long packets of an SSRC that was replaced are still taken for stragglers. */
const stragglerUs = 2_000_000;
/** Share of the holdback that is spent waiting for lost packets; the rest is for jitter of those that come. */
const waitShare = 0.75;

/** Nothing is shown later than this after it arrived, whatever a sender's clock says. */
const futureUs = 1_000_000;
const stepBackUs = 500_000;
/** An SFU ends a muted or unpublished track with keyframes of 8×8 or 2×2 pixels so that players let go of the last picture: they are nobody's picture. */
const blankPixels = 16;

interface TrackState {
  readonly info: TrackInfo;
  readonly timeline: TrackTimeline;
  header: TrackHeader;
  stream: PacketStream | null;
  /** The SSRC before this one, and when it was left. */
  retired: { readonly ssrc: number; readonly atUs: number } | null;
  /** Of the last frame given out. */
  last: { readonly ssrc: number; readonly us: number };
}

export interface TrackFramesOptions {
  /** `plan.holdbackMs`: how long after its time a frame may still be used. */
  readonly holdbackMs: number;
}

/**
 * The first stage of every render: log batches in, frames with their recording time out, in the order of {@link TrackItem}. Memory is bounded by the
 * reorder buffers (2048 packets per track). The items depend on the log alone: reading it at once and following it give the same sequence.
 */
export class TrackFrames {
  readonly timeline: Timeline = createTimeline();
  readonly #maxWaitUs: number;
  readonly #tracks = new Map<string, TrackState>();
  readonly #view = new RecordedView();
  #epoch = 0;
  #nowUs = 0;
  #ticks = 0;
  #malformedPackets = 0;
  #frames: EncodedFrame[] = [];
  #items: TrackItem[] = [];

  constructor({ holdbackMs }: TrackFramesOptions) {
    this.#maxWaitUs = holdbackMs * 1000 * waitShare;
  }

  /** Packets that were no RTP: counted and dropped. */
  get malformedPackets(): number {
    return this.#malformedPackets;
  }

  /** Takes one batch; the returned items own their data. The last one is a clock item. */
  push(batch: LogBatch): readonly TrackItem[] {
    this.#items = [];
    for (const item of batch.items) this.#take(item);
    if (this.#epoch > 0) {
      this.#advanceTo(batch.watermarkUs);
      if (batch.hasEnded) this.#flushAll();
      this.#items.push({ type: 'clock', releasedUs: this.#released(), hasEnded: batch.hasEnded });
    } else if (batch.hasEnded) this.#items.push({ type: 'clock', releasedUs: 0 as RecordingUs, hasEnded: true });
    return this.#items;
  }

  #take(item: LogItem): void {
    if (item.type === 'event') {
      this.#takeEvent(item.event, item.epoch);
      return;
    }
    if (item.epoch !== this.#epoch) this.#startEpoch(item.epoch, item.record.arrivalUs, null);
    this.#advanceTo(item.record.arrivalUs);
    if (item.record.kind === 'rtp') this.#takeRtp(item.track, item.record);
    else if (item.record.kind === 'rtcp') this.#takeRtcp(item.track, item.record);
  }

  #takeEvent(event: SessionEvent, epoch: number): void {
    if (event.type === 'started') this.#startEpoch(epoch, event.us, event.recordingUs);
    else if (epoch !== this.#epoch) this.#startEpoch(epoch, event.us, null);
    this.#advanceTo(event.us);
    if (event.type === 'clock') return;
    for (const seen of this.#view.take(event)) this.#takeSeen(seen, epoch);
  }

  #takeSeen(event: SessionEvent, epoch: number): void {
    const at = event.us as ArrivalUs;
    if (event.type === 'paused') {
      this.#flushAll();
      if (event.mode !== 'hold') this.timeline.pause(at);
    } else if (event.type === 'resumed') this.timeline.resume(at);
    else if (event.type === 'unpublished') this.#retire(this.#tracks.get(event.trackSid));
    this.#items.push({ type: 'event', event, epoch, us: this.timeline.fromArrival(at), releasedUs: this.#released() });
  }

  #startEpoch(epoch: number, arrivalUs: number, recordingUs: number | null): void {
    if (epoch === this.#epoch) return;
    const goesOn = this.#epoch > 0 ? this.#released() : (0 as RecordingUs);
    this.#flushAll();
    this.#epoch = epoch;
    this.timeline.startEpoch(epoch, arrivalUs as ArrivalUs, (recordingUs ?? goesOn) as RecordingUs);
    this.#nowUs = arrivalUs;
    this.#ticks = Math.floor(arrivalUs / tickUs);
  }

  #released(): RecordingUs {
    return this.timeline.fromArrival(this.#nowUs as ArrivalUs);
  }

  /** Moves the arrival clock on, giving up lost packets at each grid line on the way. */
  #advanceTo(arrivalUs: number): void {
    const ticks = Math.floor(arrivalUs / tickUs);
    // Far behind one line nothing is left to give up: a long silence costs two lines.
    if (ticks > this.#ticks + 1 + this.#maxWaitUs / tickUs) this.#ticks = ticks - 1 - Math.ceil(this.#maxWaitUs / tickUs);
    for (; this.#ticks < ticks; this.#ticks++) {
      this.#nowUs = Math.max(this.#nowUs, (this.#ticks + 1) * tickUs);
      for (const track of this.#tracks.values()) {
        if (track.stream === null) continue;
        track.stream.advance(this.#nowUs, this.#frames);
        if (this.#frames.length > 0) this.#emit(track);
      }
    }
    this.#nowUs = Math.max(this.#nowUs, arrivalUs);
  }

  #takeRtp(header: TrackHeader, record: LogRecord): void {
    const packet = parseRtpPacket(record.bytes);
    if (packet === null) {
      this.#malformedPackets++;
      return;
    }
    const format = header.formats.find((candidate) => candidate.payloadType === packet.payloadType);
    if (format === undefined || format.codec === 'rtx') return;
    const { trackSid, participantIdentity: identity, kind, source } = header;
    if (!this.#view.isRecorded({ trackSid, identity, kind, source })) return; // it came while the server was being told
    const track = this.#track(header, format.clockRateHz);
    const arrivalUs = record.arrivalUs as ArrivalUs;
    if (track.stream?.ssrc !== packet.ssrc) {
      const { retired } = track;
      if (retired?.ssrc === packet.ssrc && record.arrivalUs - retired.atUs < stragglerUs) return;
      this.#retire(track);
      track.stream = new PacketStream(packet.ssrc, header, this.#maxWaitUs);
    }
    const { ssrc, timestamp, sequenceNumber } = packet;
    track.timeline.observePacket({ ssrc, timestamp, sequenceNumber, clockRateHz: format.clockRateHz }, arrivalUs);
    track.stream.push(packet, record.arrivalUs, this.#frames);
    if (this.#frames.length > 0) this.#emit(track);
  }

  #takeRtcp(header: TrackHeader, record: LogRecord): void {
    for (const packet of parseRtcp(record.bytes) ?? []) {
      if (packet.type !== 'sender-report') continue;
      const clockRateHz = header.formats.find((format) => format.codec !== 'rtx')?.clockRateHz ?? 90_000;
      const { ssrc, ntpUs, rtpTimestamp } = packet;
      this.#track(header, clockRateHz).timeline.observeSenderReport(
        { ssrc, ntpUs: ntpUs as NtpUs, rtpTimestamp },
        record.arrivalUs as ArrivalUs,
      );
    }
  }

  #track(header: TrackHeader, clockRateHz: number): TrackState {
    let track = this.#tracks.get(header.trackSid);
    if (track === undefined) {
      const { trackSid, participantSid, participantIdentity: identity, participantName: name, kind, source } = header;
      const info = { trackSid, participantSid, identity, name, kind, source };
      track = {
        info,
        timeline: this.timeline.track(trackSid, participantSid, clockRateHz),
        header,
        stream: null,
        retired: null,
        last: { ssrc: -1, us: 0 },
      };
      this.#tracks.set(trackSid, track);
    } else if (track.header !== header) {
      // Another segment: a codec may have been negotiated since.
      if (track.stream !== null) track.stream.header = header;
      track.header = header;
    }
    return track;
  }

  #retire(track: TrackState | undefined): void {
    if (track?.stream == null) return;
    track.stream.flush(this.#frames);
    if (this.#frames.length > 0) this.#emit(track);
    track.retired = { ssrc: track.stream.ssrc, atUs: this.#nowUs };
    track.stream = null;
  }

  #flushAll(): void {
    for (const track of this.#tracks.values()) {
      this.#retire(track);
      track.retired = null;
    }
  }

  #emit(track: TrackState): void {
    const releasedUs = this.#released();
    const { ssrc } = track.stream!;
    for (const frame of this.#frames) {
      if (isBlank(frame)) continue;
      const mapped = track.timeline.toRecordingUs(ssrc, frame.rtpTimestamp) ?? this.timeline.fromArrival(frame.arrivalUs as ArrivalUs);
      const us = inOrder(Math.min(mapped, releasedUs + futureUs), track.last.ssrc === ssrc ? track.last.us : -Infinity) as RecordingUs;
      track.last = { ssrc, us };
      this.#items.push({ type: 'frame', track: track.info, frame, us, releasedUs });
    }
    this.#frames = [];
  }
}

function isBlank({ isKeyframe, width, height }: EncodedFrame): boolean {
  return isKeyframe && width !== undefined && height !== undefined && width <= blankPixels && height <= blankPixels;
}

/** At the edge of a pause the map stands still, and what comes next may lie a few milliseconds behind: it is moved up. A real jump back is left alone. */
function inOrder(us: number, lastUs: number): number {
  return us < lastUs && us > lastUs - stepBackUs ? lastUs : us;
}
