import type { ReportBlock } from './rtcp-types.ts';
import { SequenceUnwrapper } from './unwrap.ts';

/**
 * Counts what arrived from one SSRC and tells it as the report block of a receiver report.
 *
 * Feed every RTP packet in arrival order (repaired ones too when they should count as received). All times are µs of one monotonic clock.
 * @see RFC 3550 §6.4.1, Appendix A.3 (loss), A.8 (jitter)
 */
export class ReceptionStatistics {
  readonly #ssrc: number;
  readonly #clockRateHz: number;
  readonly #sequence = new SequenceUnwrapper();
  #firstSequence: number | null = null;
  #highestSequence = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #jitterTicks = 0;
  #lastTransitTicks: number | null = null;
  #lastSenderReport = 0;
  #lastSenderReportUs = 0;

  constructor(ssrc: number, clockRateHz: number) {
    if (!(clockRateHz > 0)) throw new RangeError(`Clock rate ${clockRateHz} Hz is not positive.`);
    this.#ssrc = ssrc;
    this.#clockRateHz = clockRateHz;
  }

  /** Packets received so far. */
  get received(): number {
    return this.#received;
  }

  /** Counts one packet: its u16 sequence number, u32 timestamp and arrival. */
  observePacket(sequenceNumber: number, timestamp: number, arrivalUs: number): void {
    const sequence = this.#sequence.unwrap(sequenceNumber);
    this.#firstSequence ??= sequence;
    if (sequence > this.#highestSequence || this.#received === 0) this.#highestSequence = sequence;
    this.#received++;
    // Transit is kept modulo 2^32 like the timestamp, so that a wrap of the timestamp is no jump (RFC 3550 A.8).
    const arrivalTicks = Math.round((arrivalUs * this.#clockRateHz) / 1_000_000) % 0x1_0000_0000;
    const transitTicks = (arrivalTicks - timestamp) | 0;
    if (this.#lastTransitTicks !== null) {
      this.#jitterTicks += (Math.abs((transitTicks - this.#lastTransitTicks) | 0) - this.#jitterTicks) / 16;
    }
    this.#lastTransitTicks = transitTicks;
  }

  /** Remembers a sender report, so that the sender can compute its round trip. */
  observeSenderReport(ntpSeconds: number, ntpFraction: number, arrivalUs: number): void {
    this.#lastSenderReport = (((ntpSeconds & 0xffff) << 16) | (ntpFraction >>> 16)) >>> 0;
    this.#lastSenderReportUs = arrivalUs;
  }

  /** Returns the block for a report sent now and starts the next interval of `fractionLost`. */
  report(nowUs: number): ReportBlock {
    const expected = this.#firstSequence === null ? 0 : this.#highestSequence - this.#firstSequence + 1;
    const lost = expected - this.#received;
    const expectedInterval = expected - this.#expectedBefore;
    const lostInterval = expectedInterval - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    const hasReport = this.#lastSenderReport !== 0;
    return {
      ssrc: this.#ssrc,
      fractionLost: expectedInterval <= 0 || lostInterval <= 0 ? 0 : Math.min(255, Math.floor((lostInterval * 256) / expectedInterval)),
      cumulativeLost: Math.max(-0x80_0000, Math.min(0x7f_ffff, lost)),
      highestSequence: this.#highestSequence >>> 0,
      jitterTicks: Math.floor(this.#jitterTicks) >>> 0,
      lastSenderReport: this.#lastSenderReport,
      delaySinceLastSenderReport: hasReport ? Math.round(((nowUs - this.#lastSenderReportUs) * 65_536) / 1_000_000) >>> 0 : 0,
    };
  }
}
