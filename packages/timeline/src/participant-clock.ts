import { BendingLine } from './bending-line.ts';
import type { Bending } from './bending-line.ts';
import { WINDOW_BUCKETS } from './delay-minima.ts';
import type { DelayMinima } from './delay-minima.ts';
import { lineUnder, PointList } from './line-under.ts';
import type { SteadyUs } from './recording-clock.ts';
import { bendingFor } from './start-up.ts';

/** The participant clock is bent at most this much once sound hangs on it; with the rest a track follows it within 0.5 %. */
const AUDIBLE: Bending = { limit: 0.004, shortestUs: 2_000_000 };
/** … and this much while only pictures do. */
const SILENT: Bending = { limit: 0.04, shortestUs: 2_000_000 };
/** Network and encoder delays of two tracks never differ by more than this: beyond it their wall clocks cannot be the same. */
const MAX_DISAGREEMENT_US = 1_000_000;
/** Two steps of the sender's wall clock within this are one and the same. */
const SAME_STEP_US = 150_000;

/** A stretch of a track whose media time is tied to the sender's wall clock by reports. */
export interface TiedStretch {
  readonly delays: DelayMinima;
  /** Sender's wall clock (corrected, relative to the base) of a media time of this stretch. */
  wallAt(mediaUs: number): number;
}

const points = new PointList();

/**
 * One sender's wall clock → steady time: follows the lower envelope of (arrival − sender time) over all tracks of the participant that have had a report. Shared by
 * these tracks, so that nothing it does can part sound and picture.
 */
export class ParticipantClock {
  #baseUs: number | null = null;
  #line: BendingLine | null = null;
  #hasSound = false;
  #stepUs = 0;
  #startWall = 0;
  #refreshedBucket = Number.NEGATIVE_INFINITY;
  readonly #tied: TiedStretch[] = [];

  /** Wall clock relative to that of the participant's first report: small numbers keep the precision. */
  relative(wallUs: number): number {
    this.#baseUs ??= wallUs;
    return wallUs - this.#baseUs;
  }

  get isRunning(): boolean {
    return this.#line !== null;
  }
  valueAt(wall: number): SteadyUs {
    return this.#line!.valueAt(wall);
  }
  slopeAt(wall: number): number {
    return this.#line!.slopeAt(wall);
  }
  get slopeAfter(): number {
    return this.#line!.slopeAfter;
  }
  /** True while a fast bend of the start-up is under way: its slope holds for a moment only and must not be carried on. */
  isHurrying(wall: number): boolean {
    return Math.abs(this.slopeAt(wall) - 1) > SILENT.limit;
  }
  /** Where the clock stands at `wall` once its bend is over: the line behind the bend, drawn back. */
  settledAt(wall: number): SteadyUs {
    const meet = Math.max(wall, this.#line!.meetX);
    return this.#line!.valueAt(meet) - (meet - wall) * this.slopeAfter;
  }

  /**
   * Adds a stretch whose newest media stands at `wall` and, by its own map, at `steady`. The first stretch starts the clock there; the first one with sound moves it
   * there, because pictures can follow faster than sound.
   *
   * @param ageUs Media time since the stretch began: the clock may hurry only for as long as its first track may.
   */
  tie(stretch: TiedStretch, wall: number, steady: SteadyUs, isSound: boolean, ageUs: number): void {
    if (this.#line === null) {
      this.#line = new BendingLine(wall, steady, 1);
      this.#startWall = wall - ageUs;
    } else if (isSound && !this.#hasSound) this.#line.jump(wall, steady);
    this.#hasSound ||= isSound;
    this.#tied.push(stretch);
    this.#refreshedBucket = Number.NEGATIVE_INFINITY;
  }

  /**
   * What must be added to a stretch's wall clock so that it agrees with this one: 0 when its fastest recent packet (wall, arrival) fits; else the step that another track
   * of this participant has made, when that fits; else whatever makes that packet fit, which ties the track by arrival.
   */
  correctionFor(wall: number, arrival: SteadyUs): number {
    if (this.#line === null) return 0;
    const disagreement = arrival - this.#line.valueAt(wall);
    if (Math.abs(disagreement) <= MAX_DISAGREEMENT_US) return 0;
    if (Math.abs(disagreement - this.#stepUs) <= MAX_DISAGREEMENT_US) return this.#stepUs;
    return disagreement;
  }

  /** The sender set its wall clock; a track saw it as `byUs` and takes back `correctionUs` in all. Returns the correction to use: the same one for all tracks. */
  noteStep(correctionUs: number): number {
    if (Math.abs(correctionUs - this.#stepUs) > SAME_STEP_US) this.#stepUs = correctionUs;
    return this.#stepUs;
  }

  /** Once a second: fits the envelope anew and bends the clock towards it from `wall` on. */
  refresh(wall: number, bucket: number): void {
    if (this.#line === null || bucket <= this.#refreshedBucket) return;
    this.#refreshedBucket = bucket;
    for (let i = this.#tied.length - 1; i >= 0; i--) {
      if (this.#tied.length > 1 && this.#tied[i]!.delays.newestBucket <= bucket - WINDOW_BUCKETS) this.#tied.splice(i, 1);
    }
    points.clear();
    for (let second = bucket - WINDOW_BUCKETS + 1; second <= bucket; second++) this.#addLeast(second);
    const under = lineUnder(points);
    if (under === null) return;
    const target = { x0: under.x0, y0: under.x0 + under.y0, slope: 1 + under.slope };
    const errorUs = target.y0 + (wall - target.x0) * target.slope - this.#line.valueAt(wall);
    this.#line.steer(wall, target, bendingFor(wall - this.#startWall, errorUs, this.#hasSound ? AUDIBLE : SILENT));
  }

  #addLeast(second: number): void {
    let leastWall = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const stretch of this.#tied) {
      const slot = stretch.delays.slotOf(second);
      if (slot < 0) continue;
      const media = stretch.delays.mediaAt(slot);
      const wall = stretch.wallAt(media);
      const delay = media + stretch.delays.delayAt(slot) - wall;
      if (delay >= least) continue;
      least = delay;
      leastWall = wall;
    }
    if (least !== Number.POSITIVE_INFINITY) points.add(leastWall, least);
  }
}
