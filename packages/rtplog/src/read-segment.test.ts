import { describe, expect, it } from 'vitest';
import { CorruptLogError } from './errors.ts';
import { readSegment } from './read-segment.ts';
import { encodeRecord, encodeSegmentHeader, RECORD_OVERHEAD_BYTES } from './segment-format.ts';
import type { SegmentHeader } from './segment-format.ts';
import type { RecordKind } from './types.ts';

const header: SegmentHeader = {
  recordingId: 'rec_1',
  epoch: 1,
  trackSid: 'TR_1',
  participantSid: 'PA_1',
  participantIdentity: '安',
  participantName: '',
  kind: 'audio',
  source: 'microphone',
  formats: [],
  headerExtensions: [],
  rtxSsrc: null,
  startUs: 1,
  startWallMs: 2,
  segment: 1,
};
const kinds: readonly RecordKind[] = ['rtp', 'rtcp', 'gap', 'note'];
const records = Array.from({ length: 12 }, (_, index) => ({
  kind: kinds[index % 4]!,
  arrivalUs: 2 ** 32 * index + 4_294_967_295,
  bytes: Uint8Array.from({ length: index * 7 }, (_, offset) => offset * index),
}));

function build(): { readonly bytes: Uint8Array; readonly ends: readonly number[]; readonly headerBytes: number } {
  const start = encodeSegmentHeader(header);
  const bytes = new Uint8Array(start.length + records.reduce((sum, record) => sum + record.bytes.length + RECORD_OVERHEAD_BYTES, 0));
  bytes.set(start);
  let offset = start.length;
  const ends = records.map((record) => (offset = encodeRecord(bytes, offset, record.kind, record.arrivalUs, record.bytes)));
  return { bytes, ends, headerBytes: start.length };
}

describe('readSegment', () => {
  const { bytes, ends, headerBytes } = build();

  it('reads back header and records', () => {
    const segment = readSegment(bytes);
    expect(segment.header).toEqual(header);
    expect(segment.records).toEqual(records);
    expect(segment).toMatchObject({ goodBytes: bytes.length, sizeBytes: bytes.length });
  });

  it('gives every record in front of a cut at any byte', () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const piece = bytes.slice(0, cut);
      if (cut < headerBytes) {
        expect(() => readSegment(piece)).toThrow(CorruptLogError);
        continue;
      }
      const whole = ends.filter((end) => end <= cut).length;
      const segment = readSegment(piece);
      expect(segment.records).toEqual(records.slice(0, whole));
      expect(segment.goodBytes).toBe(whole === 0 ? headerBytes : ends[whole - 1]);
    }
  });

  it('stops in front of a flipped bit anywhere in the records', () => {
    for (let offset = headerBytes; offset < bytes.length; offset++) {
      const damaged = bytes.slice();
      damaged[offset]! ^= 1 << (offset % 8);
      expect(readSegment(damaged).records).toEqual(records.slice(0, ends.filter((end) => end <= offset).length));
    }
  });

  it('refuses a header that has been changed', () => {
    for (let offset = 0; offset < headerBytes; offset++) {
      const damaged = bytes.slice();
      damaged[offset]! ^= 1;
      expect(() => readSegment(damaged)).toThrow(CorruptLogError);
    }
  });

  it('stops at a tail of zeros, as a crash of the machine may leave it', () => {
    expect(readSegment(Uint8Array.from([...bytes, ...new Uint8Array(500)])).records).toEqual(records);
  });
});
