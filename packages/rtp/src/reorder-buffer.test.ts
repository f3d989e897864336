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

const packetNumber = (sequence: number): number => sequence & 0xffff;

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

  it.each([0, 1, 65_535])('begins with the lowest of the first packets, whatever order they come in, from %i on', (start) => {
    const run = (advanceAt: number | null): string[] => {
      const buffer = new ReorderBuffer({ maxWaitUs: 1000, startWaitUs: 100 });
      const output = [2, 1, 1, 3].flatMap((step, index) => [...buffer.push(packet(start + step), index * 20)]);
      expect(output).toEqual([]);
      if (advanceAt !== null) output.push(...buffer.advance(advanceAt));
      output.push(...buffer.push(packet(start + 4), 120), ...buffer.push(packet(start), 130), ...buffer.push(packet(start + 6), 140), ...buffer.flush()); // prettier-ignore
      return output.map(describeItem);
    };
    const zero = start + 2 - packetNumber(start + 2); // numbers count on from the first packet's own
    const expected = [1, 2, 3, 4].map((step) => `${start + step - zero}`);
    expected.push(`${start + 5 - zero}…${start + 5 - zero} missing`, `${start + 6 - zero}`);
    expect([run(null), run(100), run(110)]).toEqual([expected, expected, expected]);
  });

  it('holds no more at its start than its window', () => {
    const buffer = new ReorderBuffer({ windowPackets: 4, startWaitUs: 1e9 });
    const output = [3, 1, 4, 5, 6].flatMap((sequence) => [...buffer.push(packet(sequence), 0)]);
    expect(output.map(describeItem)).toEqual(['1', '2…2 missing', '3', '4', '5', '6']);
  });

  it('gives out at its end what it has held since its start', () => {
    const buffer = new ReorderBuffer({ startWaitUs: 100 });
    for (const sequence of [8, 7, 10]) expect(buffer.push(packet(sequence), 0)).toEqual([]);
    expect(buffer.flush().map(describeItem)).toEqual(['7', '8', '9…9 missing', '10']);
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
