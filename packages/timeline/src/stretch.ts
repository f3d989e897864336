import { DelayMinima } from './delay-minima.ts';
import { lineUnder, PointList } from './line-under.ts';
import type { Bending, Line } from './bending-line.ts';
import { MediaMap } from './media-map.ts';
import type { ParticipantClock } from './participant-clock.ts';
import type { SteadyUs } from './recording-clock.ts';
import { SenderReportFit } from './sender-report-fit.ts';
import { bendingFor, START_UP_US } from './start-up.ts';

/** Sound is bent by no more than the resampling that absorbs it. */
const SOUND: Bending = { limit: 0.005, shortestUs: 2_000_000 };
/** Pictures are moved by their frame times: 50 ms in a second is not seen. */
const PICTURE: Bending = { limit: 0.05, shortestUs: 2_000_000 };
/** The map is steered this often, in µs of media time. */
const STEER_EVERY_US = 500_000;
/** … and this often in its first seconds. */
const STEER_AT_START_EVERY_US = 100_000;
/** In a gap of media at least this long the map may change as it likes: nobody hears or sees it. */
const GAP_US = 1_000_000;
/** An error larger than this is not bent away (that would take minutes) but jumped over. */
const JUMP_US = 500_000;
/** Further off than this a report belongs to another stretch, or to nothing. */
const FOREIGN_REPORT_US = 2_500_000;
const RECENT_BUCKETS = 5;
/** Steps between frames that differ by less than this share are a beat … */
const STEADY_BEAT = 0.1;
/** … with which a new stretch goes on, unless it comes so long after the last frame. */
const LONGEST_REST_US = 500_000;
/** No encoder takes longer; what says so is a queue. */
const MAX_CARRIED_US = 500_000;

const points = new PointList();

/** What starts a stretch. */
export interface FirstPacket {
  readonly timestamp: number;
  readonly sequenceNumber: number;
  readonly clockRateHz: number;
}

/**
 * A run of packets of one SSRC with one clock rate and continuous timestamps. Its media time is in µs from its first packet.
 * The head is the packet with the newest media time; what the map says up to the head never changes again.
 */
export class Stretch {
  readonly clockRateHz: number;
  readonly isSound: boolean;
  readonly map: MediaMap;
  readonly delays = new DelayMinima();
  headMedia = 0;
  headTimestamp: number;
  headSequence: number;
  headArrival: SteadyUs;
  isTied = false;
  readonly #participant: ParticipantClock;
  readonly #fit = new SenderReportFit();
  readonly #usPerTick: number;
  /** How late the track's fastest packets were before this stretch (an encoder's delay): without reports, taken to have stayed so. */
  readonly carriedUs: number;
  #correctionUs = 0;
  #suspectBucket = 0;
  /** The last two steps of media time between frames. */
  #stepUs = 0;
  #stepBeforeUs = 0;
  #ownLine: Line | null = null;

  /** @param before The track's stretch before this one; null: the first packet stands where it arrived. */
  constructor(participant: ParticipantClock, first: FirstPacket, arrival: SteadyUs, at: SteadyUs, before: Stretch | null) {
    this.#participant = participant;
    this.clockRateHz = first.clockRateHz;
    this.isSound = first.clockRateHz !== 90_000;
    this.#usPerTick = 1e6 / first.clockRateHz;
    this.carriedUs = before?.leastLatenessUs() ?? 0;
    this.headTimestamp = first.timestamp;
    this.headSequence = first.sequenceNumber;
    this.headArrival = arrival;
    this.map = new MediaMap(0, at);
    this.delays.observe(0, arrival);
  }

  /** Media time of a u32 timestamp: the one nearest to the head. */
  mediaOf(timestamp: number): number {
    return this.headMedia + ((timestamp - this.headTimestamp) | 0) * this.#usPerTick;
  }

  /** Distance of a media time from what this stretch has seen: 0 inside. */
  distanceTo(mediaUs: number): number {
    return mediaUs < 0 ? -mediaUs : Math.max(0, mediaUs - this.headMedia);
  }

  /** How late the fastest packet of the last seconds was: 0 … 500 ms. */
  leastLatenessUs(): number {
    const slot = this.delays.leastOf(RECENT_BUCKETS);
    const media = this.delays.mediaAt(slot);
    return Math.max(0, Math.min(MAX_CARRIED_US, media + this.delays.delayAt(slot) - this.map.valueAt(media)));
  }

  /** When the frame after the head was taken that is expected at `at` by an arrival that jitter made late: on the beat of the frames before, where they had one. */
  onBeat(at: SteadyUs): SteadyUs {
    const head = this.map.valueAt(this.headMedia);
    const isSteady = Math.abs(this.#stepUs - this.#stepBeforeUs) < this.#stepUs * STEADY_BEAT;
    const beats = Math.floor((at - head) / this.#stepUs + STEADY_BEAT);
    return !isSteady || beats < 1 || at - head > LONGEST_REST_US ? at : head + this.#stepUs * beats;
  }

  wallAt(mediaUs: number): number {
    return this.#fit.wallAt(mediaUs) + this.#correctionUs;
  }

  /** Takes a packet with new media time. */
  advance(mediaUs: number, timestamp: number, sequenceNumber: number, arrival: SteadyUs): void {
    const stepUs = mediaUs - this.headMedia;
    if (stepUs > 0) {
      this.#stepBeforeUs = this.#stepUs;
      this.#stepUs = stepUs;
    }
    const isNewSecond = this.delays.observe(mediaUs, arrival);
    const isAfterGap = stepUs >= GAP_US;
    const steerEveryUs = mediaUs < START_UP_US ? STEER_AT_START_EVERY_US : STEER_EVERY_US;
    const isTimeToSteer = isAfterGap || mediaUs - this.map.steeredAt >= steerEveryUs;
    if (isNewSecond || (isTimeToSteer && !this.isTied && mediaUs < START_UP_US)) this.#refresh(mediaUs);
    if (isAfterGap) this.#bridge(mediaUs);
    if (isTimeToSteer) this.#steer(mediaUs);
    this.headMedia = mediaUs;
    this.headTimestamp = timestamp;
    this.headSequence = sequenceNumber;
    this.headArrival = arrival;
  }

  /** Takes a sender report. Returns false when it does not belong here. */
  report(timestamp: number, wallUs: number, arrival: SteadyUs): boolean {
    const media = this.mediaOf(timestamp);
    if (Math.abs(arrival - this.map.valueAt(media)) > FOREIGN_REPORT_US) return false;
    const verdict = this.#fit.add(media, this.#participant.relative(wallUs));
    if (verdict === 'suspect') {
      this.#suspectBucket = this.delays.newestBucket;
      return true;
    }
    if (verdict === 'first') this.#tie();
    else if (verdict !== 'fitted') this.#retie(verdict.restartedByUs);
    if (verdict !== 'fitted') this.#closeIn();
    return true;
  }

  #tie(): void {
    const slot = this.delays.leastOf(RECENT_BUCKETS);
    const media = this.delays.mediaAt(slot);
    this.#correctionUs = this.#participant.correctionFor(this.wallAt(media), media + this.delays.delayAt(slot));
    const own = this.headMedia < START_UP_US ? this.#targetAt(this.headMedia)?.line.y0 : undefined;
    this.#participant.tie(this, this.wallAt(this.headMedia), own ?? this.map.valueAt(this.headMedia), this.isSound, this.headMedia);
    this.isTied = true;
    this.#participant.refresh(this.wallAt(this.headMedia), this.delays.newestBucket);
  }

  /** The reports moved as one: either the sender set its clock (packets go on arriving as before), or the sound card lost samples (they do not). */
  #retie(byUs: number): void {
    const slot = this.delays.leastOf(Math.max(1, this.delays.newestBucket - this.#suspectBucket));
    const media = this.delays.mediaAt(slot);
    const disagreement = media + this.delays.delayAt(slot) - this.#participant.valueAt(this.wallAt(media));
    if (Math.abs(disagreement) > Math.abs(disagreement + byUs)) this.#correctionUs = this.#participant.noteStep(this.#correctionUs - byUs);
    else this.delays.forgetBefore(this.#suspectBucket);
  }

  /** After a tie: jumps when bending would take too long. */
  #closeIn(): void {
    const target = this.#participant.valueAt(this.wallAt(this.headMedia));
    if (Math.abs(target - this.map.valueAt(this.headMedia)) > JUMP_US) this.map.jump(this.headMedia, target);
    this.#steer(this.headMedia + 1);
  }

  #refresh(mediaUs: number): void {
    if (this.isTied) return this.#participant.refresh(this.wallAt(mediaUs), this.delays.newestBucket);
    points.clear();
    for (let bucket = this.delays.newestBucket - points.x.length + 1; bucket <= this.delays.newestBucket; bucket++) {
      const slot = this.delays.slotOf(bucket);
      if (slot >= 0) points.add(this.delays.mediaAt(slot), this.delays.delayAt(slot));
    }
    this.#ownLine = lineUnder(points);
  }

  /** Where the map should be at `mediaUs` and how it should go on. */
  #targetAt(mediaUs: number): { readonly line: Line; readonly slopeAfter: number } | null {
    if (this.isTied) {
      const wall = this.wallAt(mediaUs);
      const slopeAfter = this.#participant.slopeAfter * this.#fit.slope;
      if (this.#participant.isHurrying(wall))
        return { line: { x0: mediaUs, y0: this.#participant.settledAt(wall), slope: slopeAfter }, slopeAfter };
      const line = { x0: mediaUs, y0: this.#participant.valueAt(wall), slope: this.#participant.slopeAt(wall) * this.#fit.slope };
      return { line, slopeAfter };
    }
    if (this.#ownLine === null) return null;
    const { x0, y0, slope } = this.#ownLine;
    const line = { x0: mediaUs, y0: mediaUs + y0 - this.carriedUs + (mediaUs - x0) * slope, slope: 1 + slope };
    return { line, slopeAfter: 1 + slope };
  }

  #steer(mediaUs: number): void {
    const target = this.#targetAt(mediaUs);
    if (target === null || mediaUs < this.map.steeredAt) return;
    const errorUs = target.line.y0 - this.map.valueAt(mediaUs);
    this.map.steer(mediaUs, target.line, bendingFor(mediaUs, errorUs, this.isSound ? SOUND : PICTURE), target.slopeAfter);
  }

  /** Puts the whole correction into the gap between the head and `mediaUs`. */
  #bridge(mediaUs: number): void {
    const target = this.#targetAt(mediaUs);
    if (target === null || mediaUs < this.map.steeredAt || this.headMedia < this.map.steeredAt) return;
    if (target.line.y0 > this.map.valueAt(this.headMedia)) this.map.bridge(this.headMedia, mediaUs, target.line.y0);
  }
}
