import { seededRandom } from './seeded-random.ts';

/** Bad weather. Everything left out is fair weather. */
export interface Weather {
  /** The same seed gives the same weather. Default 1. */
  readonly seed?: number;
  /** Share of packets that never come, 0…100. */
  readonly lossPercent?: number;
  /** Mean length of a run of lost packets (Gilbert model); 1 (default): each packet for itself. */
  readonly burstPackets?: number;
  /** Constant part of the way, ms. */
  readonly delayMs?: number;
  /** Mean of an exponentially distributed extra delay, ms. The order is kept: a packet waits for the one before it. */
  readonly jitterMs?: number;
  /** Every `stallEveryS` seconds nothing comes for `stallMs`, then everything at once. */
  readonly stallEveryS?: number;
  readonly stallMs?: number;
  /** Share of packets that are overtaken by those sent in the next `reorderMs` (default 30), 0…100. */
  readonly reorderPercent?: number;
  readonly reorderMs?: number;
  /** Share of packets that come twice, 0…100; the copy 1 to 20 ms later. */
  readonly duplicatePercent?: number;
}

/** What happened to packets so far. */
export interface WeatherCount {
  sent: number;
  lost: number;
  reordered: number;
  duplicated: number;
}

/**
 * Decides when each packet of one way (a track, a transport) arrives. It only computes: the caller delivers, live or on paper. Packets are given in sending order.
 */
export class Impairment {
  readonly count: WeatherCount = { sent: 0, lost: 0, reordered: 0, duplicated: 0 };
  readonly #weather: Required<Weather>;
  readonly #random: () => number;
  #isInLoss = false;
  #lastArrivalUs = Number.NEGATIVE_INFINITY;

  /** @throws {RangeError} for a share outside 0…100 or a burst shorter than one packet. */
  constructor(weather: Weather) {
    const calm = {
      seed: 1,
      lossPercent: 0,
      burstPackets: 1,
      delayMs: 0,
      jitterMs: 0,
      stallEveryS: 0,
      stallMs: 0,
      reorderPercent: 0,
      reorderMs: 30,
      duplicatePercent: 0,
    };
    this.#weather = { ...calm, ...weather };
    const { lossPercent, reorderPercent, duplicatePercent, burstPackets, seed } = this.#weather;
    for (const percent of [lossPercent, reorderPercent, duplicatePercent]) {
      if (!(percent >= 0 && percent <= 100)) throw new RangeError(`A share of ${percent} % is outside 0…100.`);
    }
    if (!(burstPackets >= 1)) throw new RangeError(`A burst of ${burstPackets} packets is shorter than one.`);
    this.#random = seededRandom(seed);
  }

  /** Arrival times (µs, the clock of `sentUs`) of one packet: none when it is lost, two when it is duplicated. Fresh array. */
  arrivals(sentUs: number): number[] {
    this.count.sent++;
    if (this.#isLost()) {
      this.count.lost++;
      return [];
    }
    const { delayMs, jitterMs, reorderPercent, reorderMs, duplicatePercent } = this.#weather;
    const jitterUs = jitterMs === 0 ? 0 : -Math.log(1 - this.#random()) * jitterMs * 1000;
    let arrival = Math.max(this.#lastArrivalUs, this.#afterStall(sentUs + delayMs * 1000 + jitterUs));
    if (this.#happens(reorderPercent)) {
      this.count.reordered++;
      arrival += reorderMs * 1000;
    } else this.#lastArrivalUs = arrival;
    if (!this.#happens(duplicatePercent)) return [Math.round(arrival)];
    this.count.duplicated++;
    return [Math.round(arrival), Math.round(arrival + 1000 + this.#random() * 19_000)];
  }

  #happens(percent: number): boolean {
    return percent > 0 && this.#random() * 100 < percent;
  }

  /** Gilbert model: the chances of entering and leaving the bad state give the wanted share and mean run. */
  #isLost(): boolean {
    const share = this.#weather.lossPercent / 100;
    if (share === 0) return false;
    const leave = 1 / this.#weather.burstPackets;
    const enter = share >= 1 ? 1 : Math.min(1, (share * leave) / (1 - share));
    this.#isInLoss = this.#isInLoss ? share >= 1 || this.#random() >= leave : this.#random() < enter;
    return this.#isInLoss;
  }

  #afterStall(arrivalUs: number): number {
    const periodUs = this.#weather.stallEveryS * 1e6;
    const stallUs = this.#weather.stallMs * 1000;
    if (periodUs === 0 || stallUs === 0) return arrivalUs;
    const inPeriod = ((arrivalUs % periodUs) + periodUs) % periodUs;
    return inPeriod < periodUs - stallUs ? arrivalUs : arrivalUs + periodUs - inPeriod;
  }
}
