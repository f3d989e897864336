import { describe, expect, it } from 'vitest';
import {
  buildFir,
  buildGoodbye,
  buildNack,
  buildPli,
  buildReceiverReport,
  buildSenderReport,
  buildSourceDescription,
} from './build-rtcp.ts';
import { ntpToUnixUs, unixUsToNtp } from './ntp-time.ts';
import { parseRtcp } from './parse-rtcp.ts';
import { ReceptionStatistics } from './reception-statistics.ts';

const block = {
  ssrc: 7,
  fractionLost: 12,
  cumulativeLost: -3,
  highestSequence: 0x1_ffff,
  jitterTicks: 99,
  lastSenderReport: 0x8000_0001,
  delaySinceLastSenderReport: 65_536,
};
const join = (...packets: readonly Uint8Array[]): Uint8Array => Uint8Array.from(packets.flatMap((packet) => [...packet]));

describe('parseRtcp', () => {
  it('reads a compound packet back', () => {
    const report = {
      ssrc: 1,
      ntpSeconds: 3_900_000_000,
      ntpFraction: 0x8000_0000,
      rtpTimestamp: 0xffff_ffff,
      packetCount: 5,
      octetCount: 6,
      reports: [block, block],
    };
    const bytes = join(
      buildSenderReport(report),
      buildSourceDescription(1, 'näme'),
      buildReceiverReport(2, [block]),
      buildNack(2, 1, [65_535, 0, 15, 16, 17, 300]),
      buildPli(2, 1),
      buildFir(2, 1, 9),
      buildGoodbye(1),
    );
    expect(parseRtcp(bytes)).toEqual([
      { type: 'sender-report', ...report, ntpUs: (3_900_000_000 - 2_208_988_800) * 1e6 + 500_000 },
      { type: 'source-description', chunks: [{ ssrc: 1, items: [{ itemType: 1, text: 'näme' }] }] },
      { type: 'receiver-report', ssrc: 2, reports: [block] },
      { type: 'nack', senderSsrc: 2, mediaSsrc: 1, sequenceNumbers: [65_535, 0, 15, 16, 17, 300] },
      { type: 'pli', senderSsrc: 2, mediaSsrc: 1 },
      { type: 'fir', senderSsrc: 2, mediaSsrc: 0, entries: [{ ssrc: 1, commandSequence: 9 }] },
      { type: 'goodbye', ssrcs: [1], reason: null },
    ]);
  });

  it('packs runs of lost packets into one word each', () => {
    expect(buildNack(2, 1, [65_535, 0, 15, 16])).toHaveLength(12 + 8);
    expect([...buildNack(2, 1, [65_535, 0, 15]).subarray(12)]).toEqual([0xff, 0xff, 0x80, 0x01]);
  });

  it('keeps what it does not decode and what comes before damage', () => {
    const transportFeedback = Uint8Array.of(0x8f, 205, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2);
    expect(parseRtcp(transportFeedback)).toEqual([{ type: 'unknown', packetType: 205, count: 15, bytes: transportFeedback }]);
    expect(
      parseRtcp(
        join(
          buildPli(2, 1),
          buildSenderReport({
            ...block,
            ssrc: 1,
            ntpSeconds: 1,
            ntpFraction: 1,
            rtpTimestamp: 1,
            packetCount: 1,
            octetCount: 1,
            reports: [],
          }).subarray(0, 20),
        ),
      ),
    ).toHaveLength(1);
  });

  it.each([
    ['empty', []],
    ['RTP', [0x80, 96, 0, 0]],
    ['longer than it is', [0x80, 200, 0, 6]],
    ['a sender report too short', [0x80, 200, 0, 0]],
    ['a report with more blocks than bytes', [0x81, 201, 0, 1, 0, 0, 0, 1]],
    ['a chunk without an end', [0x81, 202, 0, 2, 0, 0, 0, 1, 1, 2, 65, 66]],
    ['more padding than packet', [0xa0, 201, 0, 1, 0, 0, 0, 255]],
  ])('returns null for what is %s', (_, bytes) => {
    expect(parseRtcp(Uint8Array.from(bytes))).toBeNull();
  });
});

describe('NTP time', () => {
  it('goes there and back to the microsecond, on both sides of 2036', () => {
    for (const unixUs of [0, 1_700_000_000_123_456, 2_085_978_495_999_999, 2_085_978_496_000_001]) {
      const { ntpSeconds, ntpFraction } = unixUsToNtp(unixUs);
      expect(ntpToUnixUs(ntpSeconds, ntpFraction)).toBe(unixUs);
    }
  });
});

describe('ReceptionStatistics', () => {
  it('counts loss per interval and in total, across the wrap', () => {
    const statistics = new ReceptionStatistics(7, 90_000);
    for (let index = 0; index < 100; index++)
      if (index % 4 !== 1) statistics.observePacket((65_500 + index) & 0xffff, index * 3000, index * 33_333);
    const first = statistics.report(0);
    expect(first).toMatchObject({ ssrc: 7, cumulativeLost: 25, fractionLost: 64, highestSequence: 65_599 });
    for (let index = 100; index < 200; index++) statistics.observePacket((65_500 + index) & 0xffff, index * 3000, index * 33_333);
    expect(statistics.report(0)).toMatchObject({ cumulativeLost: 25, fractionLost: 0, highestSequence: 65_699 });
  });

  it('counts a duplicate as negative loss', () => {
    const statistics = new ReceptionStatistics(7, 48_000);
    for (const sequence of [1, 2, 2]) statistics.observePacket(sequence, sequence * 960, sequence * 20_000);
    expect(statistics.report(0)).toMatchObject({ cumulativeLost: -1, fractionLost: 0 });
  });

  it('measures jitter as RFC 3550 A.8 does: steady arrival is 0, ±D swings settle near D', () => {
    const steady = new ReceptionStatistics(7, 90_000);
    for (let index = 0; index < 300; index++) steady.observePacket(index, (0xffff_f000 + index * 90) >>> 0, 5_000_000 + index * 1000);
    expect(steady.report(0).jitterTicks).toBe(0);
    const nudged = new ReceptionStatistics(7, 90_000);
    [0, 1000, 3778].forEach((arrivalUs, index) => nudged.observePacket(index, index * 90, arrivalUs));
    // One packet 1,778 µs late: 160 ticks, of which 1/16 counts.
    expect(nudged.report(0).jitterTicks).toBe(10);
    const swinging = new ReceptionStatistics(7, 90_000);
    for (let index = 0; index < 300; index++) swinging.observePacket(index, index * 900, index * 10_000 + (index % 2) * 1000);
    expect(swinging.report(0).jitterTicks).toBeGreaterThanOrEqual(88);
    expect(swinging.report(0).jitterTicks).toBeLessThanOrEqual(90);
  });

  it('tells the delay since the last sender report', () => {
    const statistics = new ReceptionStatistics(7, 90_000);
    expect(statistics.report(1_000_000)).toMatchObject({ lastSenderReport: 0, delaySinceLastSenderReport: 0, cumulativeLost: 0 });
    statistics.observeSenderReport(0x1234_5678, 0x9abc_def0, 2_000_000);
    expect(statistics.report(3_500_000)).toMatchObject({ lastSenderReport: 0x5678_9abc, delaySinceLastSenderReport: 98_304 });
  });
});
