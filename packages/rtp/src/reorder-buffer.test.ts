import { describe, expect, it } from 'vitest';
import { inSendOrder, ReorderBuffer } from './reorder-buffer.ts';
import { buildRtpPacket, parseRtpPacket } from './rtp-packet.ts';
import type { RtpPacket } from './types.ts';

const packet = (sequenceNumber: number): RtpPacket =>
  parseRtpPacket(
    buildRtpPacket({
      payloadType: 96,
      sequenceNumber: sequenceNumber & 0xffff,
      timestamp: 0,
      ssrc: 1,
      payload: Uint8Array.of(sequenceNumber & 0xff),
    }),
  )!;
const order = (sequences: readonly number[], windowPackets?: number): string[] =>
  [
    ...inSendOrder(
      sequences.map((sequence, index) => ({ packet: packet(sequence), arrivalUs: index })),
      windowPackets,
    ),
  ].map(describeItem);
function describeItem(item: ReturnType<ReorderBuffer['push']>[number]): string {
  return item.type === 'gap' ? `${item.firstSequence}…${item.lastSequence} missing` : `${item.sequence}`;
}

describe('inSendOrder', () => {
  it.each([0, 1, 32_766, 65_533, 65_534, 65_535])('sorts, drops doubles and names what is missing, from %i on', (start) => {
    const sequences = [0, 2, 1, 1, 3, 6, 6, 7].map((step) => start + step);
    const expected = [0, 1, 2, 3].map((step) => `${start + step}`);
    expect(order(sequences)).toEqual([...expected, `${start + 4}…${start + 5} missing`, `${start + 6}`, `${start + 7}`]);
  });

  it('waits no longer than its window', () => {
    expect(order([0, 2, 3, 4, 1], 4)).toEqual(['0', '1', '2', '3', '4']);
    expect(order([0, 2, 3, 4, 5, 1], 4)).toEqual(['0', '1…1 missing', '2', '3', '4', '5']);
  });

  it('goes on after a gap when the sender starts its numbers anew', () => {
    expect(order([20_000, 20_001, 50, 51, 52], 100)).toEqual(['20000', '20001', '20002…20002 missing', '20003', '20004', '20005']);
    expect(order([20_000, 50, 20_001, 20_002], 100)).toEqual(['20000', '20001', '20002']);
  });

  it.each([0, 32_768, Number.NaN])('refuses a window of %s', (windowPackets) => {
    expect(() => new ReorderBuffer({ windowPackets })).toThrow(RangeError);
  });
});

describe('ReorderBuffer', () => {
  it('gives up a missing packet after maxWaitUs of arrival time, whenever it is asked', () => {
    const run = (advanceAt: number | null): string[] => {
      const buffer = new ReorderBuffer({ maxWaitUs: 1000 });
      const output = [...buffer.push(packet(1), 0), ...buffer.push(packet(3), 100)];
      if (advanceAt !== null) output.push(...buffer.advance(advanceAt));
      output.push(...buffer.push(packet(2), 1101), ...buffer.push(packet(4), 1200));
      return output.map(describeItem);
    };
    const expected = ['1', '2…2 missing', '3', '4'];
    expect([run(null), run(1000), run(1101)]).toEqual([expected, expected, expected]);
  });

  it('keeps its own copy of what has to wait', () => {
    const buffer = new ReorderBuffer();
    const bytes = buildRtpPacket({ payloadType: 96, sequenceNumber: 3, timestamp: 0, ssrc: 1, payload: Uint8Array.of(33) });
    buffer.push(packet(1), 0);
    buffer.push(parseRtpPacket(bytes)!, 1);
    bytes.fill(0);
    const [, late] = buffer.push(packet(2), 2);
    expect(late?.type === 'packet' && late.packet.payload[0]).toBe(33);
  });

  it('counts doubles and late packets', () => {
    const buffer = new ReorderBuffer({ windowPackets: 2 });
    for (const sequence of [1, 3, 3, 5, 2]) buffer.push(packet(sequence), 0);
    expect(buffer.stats).toEqual({ duplicates: 1, late: 1 });
  });
});
