import type { ParticipantClock } from './participant-clock.ts';
import type { RecordingClock, SteadyUs } from './recording-clock.ts';
import { Stretch } from './stretch.ts';
import type { ArrivalUs, NtpUs, RecordingUs, TrackTimeline } from './types.ts';

/** A timestamp step that is this much longer than the time that went by is a jump … */
const JUMP_US = 500_000;
/** … plus this much for each packet it spans, because lost packets come before a burst. */
const PER_PACKET_US = 100_000;
/** Later packets of sound are of later sound: a step back is a jump however small. Pictures may be sent in another order than they are shown. */
const SOUND_BACK_US = 60_000;
/** Media that arrives this long before its time was mapped wrongly. */
const EARLY_US = 500_000;
const SURELY_EARLY_US = 200_000;
/** Timestamps that stood still for so long while time went on were frozen (mute), not held up in a queue. */
const FROZEN_US = 2_000_000;
/** Without reports: packets that are all this late, for so long, come from timestamps that were frozen for a moment. */
const LATE_US = 400_000;
const LATE_FOR_US = 2_000_000;
/** How far back in sequence numbers and time a late packet may lie. */
const LATE_PACKETS = 3000;
const LATE_MEDIA_US = 30_000_000;
/** So many packets in a row that fit nowhere start a stretch. */
const STRANGE_PACKETS = 3;

/** What an NTP time of zero ("I have no wall clock", RFC 3550 §6.4.1) becomes when era 1 is read into it. */
const NO_WALL_CLOCK_US = (2 ** 32 - 2_208_988_800) * 1e6;

type Packet = Parameters<TrackTimeline['observePacket']>[0];
type Report = Parameters<TrackTimeline['observeSenderReport']>[0];

/** Finds the stretches of one track and asks the right one. See the README for the rules. */
export class StretchedTrackTimeline implements TrackTimeline {
  readonly #clock: RecordingClock;
  readonly #participant: ParticipantClock;
  /** Stretches of each SSRC, oldest first. */
  readonly #stretches = new Map<number, Stretch[]>();
  /** Last report of an SSRC that has not sent a packet yet. */
  readonly #pendingReports = new Map<number, { readonly report: Report; readonly arrival: SteadyUs }>();
  #current: Stretch | null = null;
  #currentSsrc = -1;
  #strange = 0;
  #lateSince: SteadyUs = 0;
  #leastLate = Number.POSITIVE_INFINITY;

  constructor(clock: RecordingClock, participant: ParticipantClock) {
    this.#clock = clock;
    this.#participant = participant;
  }

  observePacket(packet: Packet, arrivalUs: ArrivalUs): void {
    const arrival = this.#clock.toSteady(arrivalUs);
    const stretch = packet.ssrc === this.#currentSsrc ? this.#current : null;
    if (stretch === null || stretch.clockRateHz !== packet.clockRateHz) return this.#start(packet, arrival, this.#expectedAt(arrival));
    const media = stretch.mediaOf(packet.timestamp);
    const sequenceStep = ((packet.sequenceNumber - stretch.headSequence) << 16) >> 16;
    if (sequenceStep <= 0) return this.#late(stretch, packet, media, sequenceStep, arrival);
    const start = this.#startOfNew(stretch, media, sequenceStep, arrival);
    if (start !== null) return this.#start(packet, arrival, start);
    this.#strange = 0;
    if (media > stretch.headMedia) stretch.advance(media, packet.timestamp, packet.sequenceNumber, arrival);
    else stretch.headSequence = packet.sequenceNumber;
  }

  observeSenderReport(report: Report, arrivalUs: ArrivalUs): void {
    const arrival = this.#clock.toSteady(arrivalUs);
    if (report.ntpUs <= 0 || report.ntpUs === NO_WALL_CLOCK_US) return;
    const stretch = this.#stretches.get(report.ssrc)?.at(-1);
    if (stretch) stretch.report(report.rtpTimestamp, report.ntpUs, arrival);
    else this.#pendingReports.set(report.ssrc, { report, arrival });
  }

  toRecordingUs(ssrc: number, timestamp: number): RecordingUs | null {
    const stretches = this.#stretches.get(ssrc);
    if (stretches === undefined) return null;
    let best = stretches[stretches.length - 1]!;
    let media = best.mediaOf(timestamp);
    let distance = best.distanceTo(media);
    for (let index = stretches.length - 2; index >= 0 && distance > 0; index--) {
      const older = stretches[index]!;
      const olderMedia = older.mediaOf(timestamp);
      const olderDistance = older.distanceTo(olderMedia);
      if (olderDistance >= distance) continue;
      best = older;
      media = olderMedia;
      distance = olderDistance;
    }
    return this.#clock.toRecording(best.map.valueAt(media));
  }

  /** A duplicate or reordered packet changes nothing; several in a row that cannot be one mean that the sender started its numbers anew. */
  #late(stretch: Stretch, packet: Packet, media: number, sequenceStep: number, arrival: SteadyUs): void {
    if (sequenceStep > -LATE_PACKETS && media <= stretch.headMedia && media > stretch.headMedia - LATE_MEDIA_US) return;
    if (++this.#strange >= STRANGE_PACKETS) this.#start(packet, arrival, this.#expectedAt(arrival));
  }

  /** Steady time at which `media` starts a new stretch, or null when it goes on in the present one. */
  #startOfNew(stretch: Stretch, media: number, sequenceStep: number, arrival: SteadyUs): SteadyUs | null {
    const elapsed = arrival - stretch.headArrival;
    const step = media - stretch.headMedia;
    const mapped = stretch.map.valueAt(media);
    const lateness = arrival - mapped;
    if (step < (stretch.isSound ? -SOUND_BACK_US : -JUMP_US)) return this.#expectedAt(arrival);
    if (lateness < -SURELY_EARLY_US && step - elapsed > JUMP_US + sequenceStep * PER_PACKET_US) return this.#expectedAt(arrival);
    if (lateness < -EARLY_US) return arrival;
    if (lateness > FROZEN_US * 0.75 && elapsed - step > FROZEN_US) return this.#expectedAt(arrival);
    return stretch.isTied ? null : this.#startOfLate(lateness - stretch.carriedUs, mapped, arrival);
  }

  /** Where media goes on that has been `lateness` late, or more, for a while; null when it has not. */
  #startOfLate(lateness: number, mapped: SteadyUs, arrival: SteadyUs): SteadyUs | null {
    if (lateness < LATE_US) {
      this.#lateSince = arrival;
      this.#leastLate = Number.POSITIVE_INFINITY;
      return null;
    }
    this.#leastLate = Math.min(this.#leastLate, lateness);
    return arrival - this.#lateSince > LATE_FOR_US ? mapped + this.#leastLate : null;
  }

  /** Steady time at which a packet that arrives now is expected to stand: as late behind its time as the track's fastest ones were, and in step with the frames before. */
  #expectedAt(arrival: SteadyUs): SteadyUs {
    const before = this.#current;
    return before === null ? arrival : before.onBeat(arrival - before.leastLatenessUs());
  }

  #start(packet: Packet, arrival: SteadyUs, at: SteadyUs): void {
    const stretch = new Stretch(this.#participant, packet, arrival, at, this.#current);
    const stretches = this.#stretches.get(packet.ssrc);
    if (stretches) stretches.push(stretch);
    else this.#stretches.set(packet.ssrc, [stretch]);
    this.#current = stretch;
    this.#currentSsrc = packet.ssrc;
    this.#strange = 0;
    this.#lateSince = arrival;
    this.#leastLate = Number.POSITIVE_INFINITY;
    const pending = this.#pendingReports.get(packet.ssrc);
    if (pending === undefined) return;
    this.#pendingReports.delete(packet.ssrc);
    stretch.report(pending.report.rtpTimestamp, pending.report.ntpUs as NtpUs, pending.arrival);
  }
}
