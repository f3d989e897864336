import { readFileSync } from 'node:fs';
import {
  createDepacketizer,
  OpusRedDepacketizer,
  parseRtcp,
  parseRtpPacket,
  parseVp8Descriptor,
  parseVp9Descriptor,
  ReorderBuffer,
  restoreRtx,
  sniffFrame,
  splitRed,
  startsKeyframe,
} from '@tapedeck/rtp';
import type { Codec } from '@tapedeck/rtp';
import { buildReceiverReport, buildRed, buildRtpPacket, buildSenderReport, buildSourceDescription, buildNack } from '@tapedeck/rtp';
import { expect, it } from 'vitest';

const PACKETS = 200_000;
const codecs: readonly Codec[] = ['vp8', 'vp9', 'av1', 'h264', 'h265', 'opus', 'pcmu'];

/** Small, fast, and the same in every run. @see https://prng.di.unimi.it/xoshiro128plus.c for better ones */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function seeds(): Uint8Array[] {
  const block = {
    ssrc: 7,
    fractionLost: 1,
    cumulativeLost: 1,
    highestSequence: 1,
    jitterTicks: 1,
    lastSenderReport: 1,
    delaySinceLastSenderReport: 1,
  };
  const recorded = ['vp8', 'vp9', 'av1', 'h264', 'h265'].flatMap((codec) => {
    const fixture = JSON.parse(readFileSync(new URL(`fixtures/${codec}.json`, import.meta.url), 'utf8')) as {
      readonly packets: readonly string[];
    };
    return fixture.packets.slice(0, 12).map((packet) => new Uint8Array(Buffer.from(packet, 'base64')));
  });
  const red = buildRed({ payloadType: 111, payload: Uint8Array.of(1, 2) }, [
    { payloadType: 111, timestampOffset: 960, payload: Uint8Array.of(3) },
  ]);
  return [
    ...recorded,
    buildRtpPacket({
      payloadType: 63,
      sequenceNumber: 1,
      timestamp: 1,
      ssrc: 1,
      payload: red,
      extensions: [
        { id: 1, value: Uint8Array.of(1) },
        { id: 20, value: new Uint8Array(20) },
      ],
    }),
    buildSenderReport({ ssrc: 1, ntpSeconds: 1, ntpFraction: 1, rtpTimestamp: 1, packetCount: 1, octetCount: 1, reports: [block] }),
    buildReceiverReport(1, [block, block]),
    buildSourceDescription(1, 'name'),
    buildNack(1, 2, [1, 2, 3, 100]),
  ];
}

function mutate(source: Uint8Array, random: (below: number) => number): Uint8Array {
  const kind = random(8);
  if (kind === 0) return Uint8Array.from({ length: random(80) }, () => random(256));
  let bytes = source.slice(0, kind === 1 ? random(source.length + 1) : source.length);
  if (kind === 2) bytes = Uint8Array.from([...bytes.subarray(0, 40), ...bytes.subarray(random(40))]);
  for (let count = random(6); count > 0 && bytes.length > 0; count--) {
    // Headers and descriptors are where parsers decide.
    const offset = random(2) === 0 ? random(Math.min(bytes.length, 32)) : random(bytes.length);
    bytes[offset] = random(3) === 0 ? bytes[offset]! ^ (1 << random(8)) : random(256);
  }
  return bytes;
}

it(`takes ${PACKETS} damaged packets through every parser and depacketizer without an exception`, { timeout: 180_000 }, () => {
  const random = makeRandom(20_261_121);
  const sources = seeds();
  const depacketizers = codecs.map((codec) => createDepacketizer(codec, { fmtp: 'sprop-parameter-sets=Z0LAH9kA,!!,;sprop-sps=AAA' }));
  const redDepacketizer = new OpusRedDepacketizer(63);
  const reorder = new ReorderBuffer({ windowPackets: 100, maxWaitUs: 1000 });
  let frames = 0;
  let parsed = 0;
  let reports = 0;
  for (let index = 0; index < PACKETS; index++) {
    const bytes = mutate(sources[random(sources.length)]!, random);
    reports += parseRtcp(bytes)?.length ?? 0;
    restoreRtx(bytes, 96, 1);
    parseVp8Descriptor(bytes);
    parseVp9Descriptor(bytes);
    splitRed(bytes);
    const codec = codecs[index % codecs.length]!;
    sniffFrame(codec, bytes);
    startsKeyframe(codec, bytes);
    const packet = parseRtpPacket(bytes);
    if (packet === null) continue;
    parsed++;
    packet.extension(random(256));
    reorder.push(packet, index);
    redDepacketizer.push(packet, index, index);
    const depacketizer = depacketizers[random(depacketizers.length)]!;
    const output = random(50) === 0 ? depacketizer.gap(index - 3, index) : depacketizer.push(packet, index + 1, index);
    frames += output.filter(({ type }) => type === 'frame').length;
    if (random(200) === 0) depacketizer.flush();
  }
  // Without these the test could pass by rejecting everything at the door.
  expect(parsed).toBeGreaterThan(PACKETS / 4);
  expect(reports).toBeGreaterThan(PACKETS / 100);
  expect(frames).toBeGreaterThan(1000);
});
