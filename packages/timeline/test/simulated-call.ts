import type { ArrivalUs, NtpUs, RecordingUs, Timeline, TrackTimeline } from '../src/index.ts';

/** One simulated sender. Times in seconds of true time, which is also the node's arrival clock. */
export interface SimulatedSender {
  /** Sender's wall clock against true time. */
  readonly driftPpm: number;
  /** Sound card against the sender's wall clock. */
  readonly soundDriftPpm: number;
  readonly baseDelayMs: number;
  /** Mean of exponential jitter. */
  readonly jitterMs: number;
  /** Bursts: every so many seconds all packets of `burstMs` are held back to its end. 0: none. */
  readonly burstEveryS: number;
  readonly burstMs: number;
  readonly startTimestamp: number;
  /** Sender's wall clock at true time 0, s. */
  readonly wallS: number;
}

/** A fast seeded generator of numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const SOUND_HZ = 48_000;
const PICTURE_HZ = 90_000;

/** Audio and video of one sender, fed packet by packet in arrival order. */
export class SimulatedParticipant {
  readonly audio: TrackTimeline;
  readonly video: TrackTimeline;
  readonly #sender: SimulatedSender;
  readonly #random: () => number;
  #audioIndex = 0;
  #videoIndex = 0;
  #report = 0;
  #lastAudio = 0;
  #lastVideo = 0;

  constructor(timeline: Timeline, name: string, sender: SimulatedSender, seed: number) {
    this.audio = timeline.track(`${name}.audio`, name, SOUND_HZ);
    this.video = timeline.track(`${name}.video`, name, PICTURE_HZ);
    this.#sender = sender;
    this.#random = seededRandom(seed);
  }

  wallUs(t: number): NtpUs {
    return ((this.#sender.wallS + t * (1 + this.#sender.driftPpm * 1e-6)) * 1e6) as NtpUs;
  }
  audioTicks(t: number): number {
    const { driftPpm, soundDriftPpm, startTimestamp } = this.#sender;
    return (startTimestamp + Math.round(SOUND_HZ * t * (1 + driftPpm * 1e-6) * (1 + soundDriftPpm * 1e-6))) % 2 ** 32;
  }
  videoTicks(t: number): number {
    return (this.#sender.startTimestamp + 12345 + Math.round(PICTURE_HZ * t * (1 + this.#sender.driftPpm * 1e-6))) % 2 ** 32;
  }
  audioAt(t: number): RecordingUs | null {
    return this.audio.toRecordingUs(1, this.audioTicks(t));
  }
  videoAt(t: number): RecordingUs | null {
    return this.video.toRecordingUs(2, this.videoTicks(t));
  }

  /** Feeds everything sent before true time `until`. Within a step of a second the tracks come one after the other, which the timeline must not mind. */
  feed(until: number, onAudio?: (t: number) => void): void {
    for (; this.#audioIndex * 0.02 < until; this.#audioIndex++) {
      const t = this.#audioIndex * 0.02;
      this.#lastAudio = Math.max(this.#lastAudio, this.#arrival(t, 0));
      const packet = { ssrc: 1, timestamp: this.audioTicks(t), sequenceNumber: this.#audioIndex & 0xffff, clockRateHz: SOUND_HZ };
      this.audio.observePacket(packet, Math.round(this.#lastAudio * 1e6) as ArrivalUs);
      onAudio?.(t);
    }
    for (; this.#videoIndex / 15 < until; this.#videoIndex++) {
      const t = this.#videoIndex / 15;
      this.#lastVideo = Math.max(this.#lastVideo, this.#arrival(t, 0.015 + this.#random() * 0.02));
      const packet = { ssrc: 2, timestamp: this.videoTicks(t), sequenceNumber: this.#videoIndex & 0xffff, clockRateHz: PICTURE_HZ };
      this.video.observePacket(packet, Math.round(this.#lastVideo * 1e6) as ArrivalUs);
    }
    for (; this.#report * 3 + 2.5 < until; this.#report++) this.#sendReport(this.#report * 3 + 2.5);
  }

  /** As LiveKit does it: the publisher's report of up to 5 s ago, moved on at the nominal rate; the publisher's own reading is off by up to 1 ms. */
  #sendReport(t: number): void {
    const read = Math.floor(t / 5) * 5;
    const age = t - read;
    const arrival = Math.round((t + this.#sender.baseDelayMs / 1000) * 1e6) as ArrivalUs;
    const ntpUs = (this.wallUs(read) + age * 1e6) as NtpUs;
    const noise = (): number => (this.#random() - 0.5) * 0.002;
    const audio = (this.audioTicks(read) + Math.round((age + noise()) * SOUND_HZ)) % 2 ** 32;
    const video = (this.videoTicks(read) + Math.round((age + noise()) * PICTURE_HZ)) % 2 ** 32;
    this.audio.observeSenderReport({ ssrc: 1, ntpUs, rtpTimestamp: audio }, arrival);
    this.video.observeSenderReport({ ssrc: 2, ntpUs, rtpTimestamp: video }, arrival);
  }

  #arrival(t: number, encodeS: number): number {
    const { baseDelayMs, jitterMs, burstEveryS, burstMs } = this.#sender;
    const sent = t + encodeS;
    const inPeriod = burstEveryS === 0 ? burstMs : sent % burstEveryS;
    const held = inPeriod < burstMs / 1000 && burstEveryS !== 0 ? burstMs / 1000 - inPeriod : 0;
    return sent + held + baseDelayMs / 1000 - Math.log(1 - this.#random()) * (jitterMs / 1000);
  }
}
