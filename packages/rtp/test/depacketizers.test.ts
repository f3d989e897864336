import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createDepacketizer, parseRtpPacket, ReorderBuffer, SequenceUnwrapper } from '@tapedeck/rtp';
import type { Depacketizer, EncodedFrame, PacketGap, VideoCodec } from '@tapedeck/rtp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packetizers, toPackets } from './packetizers.ts';
import type { PacketizedFrame } from './packetizers.ts';

const codecs: readonly VideoCodec[] = ['vp8', 'vp9', 'av1', 'h264', 'h265'];
type Output = EncodedFrame | PacketGap;

function run(depacketizer: Depacketizer, packets: readonly Uint8Array[]): Output[] {
  const unwrapper = new SequenceUnwrapper();
  const output: Output[] = [];
  packets.forEach((bytes, index) => {
    const packet = parseRtpPacket(bytes)!;
    output.push(...depacketizer.push(packet, unwrapper.unwrap(packet.sequenceNumber), index));
    bytes.fill(0xee);
  });
  output.push(...depacketizer.flush());
  return output;
}

const framesOf = (output: readonly Output[]): EncodedFrame[] => output.filter((item) => item.type === 'frame');
/** FFmpeg leaves a zero byte of the next start code at the end of some H.265 NAL units: harmless, but not in the file it read. */
const withoutTrailingZeros = (annexB: Buffer): Buffer =>
  Buffer.from(annexB.toString('latin1').replace(/\0+\0\0\x01/g, '\0\0\0\x01'), 'latin1');
const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

function makeFrames(codec: VideoCodec, sizes: readonly number[], pieceBytes: number): PacketizedFrame[] {
  return sizes.map((size, index) => {
    // Bodies hold neither start codes nor bytes that any codec would read as structure of its own.
    const body = Uint8Array.from({ length: size }, (_, offset) => 0x80 | ((offset * 31 + index) & 0x7f));
    return packetizers[codec]({ isKeyframe: index % 4 === 0, body }, pieceBytes, index);
  });
}

describe.each(codecs)('%s', (codec) => {
  it('gives back every frame of any size and split, across the wrap of sequence number and timestamp', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 12, max: 300 }),
        (sizes, piece) => {
          const frames = makeFrames(codec, sizes, piece);
          const output = framesOf(run(createDepacketizer(codec), toPackets(frames, 65_530)));
          expect(output.map(({ data }) => sha256(data))).toEqual(frames.map(({ expected }) => sha256(expected)));
          expect(output.map(({ isKeyframe }) => isKeyframe)).toEqual(frames.map((_, index) => index % 4 === 0));
          expect(output.map(({ rtpTimestamp }) => rtpTimestamp)).toEqual(frames.map((_, index) => (0xffff_0000 + index * 3000) >>> 0));
          expect(output.every(({ followsGap }) => !followsGap)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('drops a frame whole when any packet of it is missing, and only that frame', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 4 }), (start, count) => {
        const frames = makeFrames(codec, [300, 200, 250, 40, 300, 120, 90, 200], 60);
        const all = toPackets(frames, 10);
        const firstLost = start % all.length;
        const isLost = (index: number): boolean => index >= firstLost && index < firstLost + count;
        const owners = frames.flatMap(({ payloads }, frame) => payloads.map(() => frame));
        const damaged = new Set(owners.filter((_, index) => isLost(index)));
        // A stream that starts late or ends early shows no gap; the frame cut at its end stays whole only if its marker came.
        const output = framesOf(
          run(
            createDepacketizer(codec),
            all.filter((_, index) => !isLost(index)),
          ),
        );
        const expected = frames.flatMap(({ expected: data }, index) => (damaged.has(index) ? [] : [sha256(data)]));
        expect(output.map(({ data }) => sha256(data))).toEqual(expected);
        const afterLoss = output.find(({ firstSequence }) => firstSequence > 10 + firstLost);
        if (afterLoss !== undefined && firstLost > 0) expect(afterLoss.followsGap).toBe(true);
        expect(output.filter(({ followsGap }) => followsGap).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 80 },
    );
  });

  it('starts in the middle of a frame with the next whole one', () => {
    const frames = makeFrames(codec, [300, 300, 300], 50);
    const output = framesOf(run(createDepacketizer(codec), toPackets(frames, 0).slice(4)));
    expect(output.map(({ data }) => sha256(data))).toEqual(frames.slice(1).map(({ expected }) => sha256(expected)));
  });

  it('ends a frame at a new timestamp when the marker is missing', () => {
    const frames = makeFrames(codec, [100, 100, 100], 50);
    const packets = toPackets(frames, 0);
    for (const packet of packets) packet[1]! &= 0x7f;
    const output = framesOf(run(createDepacketizer(codec), packets));
    expect(output.map(({ data }) => sha256(data))).toEqual(frames.map(({ expected }) => sha256(expected)));
  });

  it('passes over padding-only packets', () => {
    const frames = makeFrames(codec, [100, 100], 50);
    const packets = toPackets(frames, 0);
    const depacketizer = createDepacketizer(codec);
    const output = packets.flatMap((bytes, index) => {
      const packet = parseRtpPacket(bytes)!;
      const padding = { ...packet, marker: false, payload: new Uint8Array(0), extension: () => null };
      return [...depacketizer.push(packet, index * 2, 0), ...depacketizer.push(padding, index * 2 + 1, 0)];
    });
    expect(framesOf(output)).toHaveLength(2);
    expect(output).toHaveLength(2);
  });

  it('reads what FFmpeg packetizes, byte for byte', () => {
    const fixture = JSON.parse(readFileSync(new URL(`fixtures/${codec}.json`, import.meta.url), 'utf8')) as {
      readonly width: number;
      readonly height: number;
      readonly packets: readonly string[];
      readonly frameSha256?: readonly string[];
      readonly annexBSha256?: string;
    };
    const frames = framesOf(
      run(
        createDepacketizer(codec),
        fixture.packets.map((packet) => new Uint8Array(Buffer.from(packet, 'base64'))),
      ),
    );
    expect(frames.map(({ isKeyframe }) => isKeyframe)).toEqual([true, false, false, false, false, true, false, false]);
    const keyframes = frames.filter(({ isKeyframe }) => isKeyframe);
    for (const { width, height } of keyframes) expect({ width, height }).toEqual({ width: fixture.width, height: fixture.height });
    if (fixture.frameSha256 !== undefined) expect(frames.map(({ data }) => sha256(data))).toEqual(fixture.frameSha256);
    if (fixture.annexBSha256 !== undefined)
      expect(sha256(withoutTrailingZeros(Buffer.concat(frames.map(({ data }) => data))))).toEqual(fixture.annexBSha256);
  });

  it('gives the same frames from reordered and doubled packets through the reorder buffer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 60, maxLength: 60 }),
        fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
        (delays, doubles) => {
          const frames = makeFrames(codec, [300, 200, 250, 40, 300], 60);
          const sent = toPackets(frames, 65_520);
          // The first packet stays first: what came before it could not be told from an earlier stream.
          const arrivals = sent.flatMap((bytes, index) => {
            const at = index === 0 ? -1 : index + (delays[index] ?? 0);
            return doubles[index] === true
              ? [
                  { at, bytes },
                  { at: at + 3.5, bytes },
                ]
              : [{ at, bytes }];
          });
          arrivals.sort((a, b) => a.at - b.at);
          const buffer = new ReorderBuffer({ windowPackets: 64 });
          const depacketizer = createDepacketizer(codec);
          const output: Output[] = [];
          const feed = (items: ReturnType<typeof buffer.push>): void => {
            for (const item of items) {
              output.push(
                ...(item.type === 'gap'
                  ? depacketizer.gap(item.firstSequence, item.lastSequence)
                  : depacketizer.push(item.packet, item.sequence, item.arrivalUs)),
              );
            }
          };
          for (const { bytes, at } of arrivals) {
            const copy = bytes.slice();
            feed(buffer.push(parseRtpPacket(copy)!, at));
            copy.fill(0xee);
          }
          feed(buffer.flush());
          output.push(...depacketizer.flush());
          expect(framesOf(output).map(({ data }) => sha256(data))).toEqual(frames.map(({ expected }) => sha256(expected)));
          expect(output.every(({ type }) => type === 'frame')).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });
});
