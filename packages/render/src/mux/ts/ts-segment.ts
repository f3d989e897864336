import type { AudioTrackConfig, EncodedSample, Part, TrackConfig, VideoTrackConfig } from '../../parts/types.ts';
import { ByteWriter } from '../byte-writer.ts';
import { adtsFrame } from '../stream/adts.ts';
import { pesPacket } from './pes.ts';
import { patSection, pids, pmtSection } from './program-tables.ts';
import { fillerPayload, TsPackets } from './ts-packets.ts';

/** Recording time 0 on the stream's clock: ten seconds, so that no time is negative. */
const originTicks = 900_000;
/** How far the clock runs ahead of the decoder. */
const clockAheadTicks = 63_000;
const clockHz = 90_000;
/** Frames of sound in one PES packet: transport packets are filled better than with one. */
const soundTicks = 9000;
const accessUnitDelimiter = Uint8Array.of(0, 0, 0, 1, 9, 0xf0);
const mark = new TextEncoder().encode('tapedeck.part.v1');

/** What a segment of ours says of itself. */
export interface TsMark {
  readonly index: number;
  readonly startUs: number;
  readonly durationUs: number;
  /** Next continuity counter of each PID. */
  readonly counters: ReadonlyMap<number, number>;
}

interface Unit {
  readonly pid: number;
  readonly pts: number;
  readonly dts: number;
  readonly pes: Uint8Array;
  readonly isRandomAccess: boolean;
}

/**
 * One part as an MPEG-TS segment that can be decoded alone: tables first, parameter sets in front of each keyframe, sound in ADTS. The encoder's priming of
 * sound is left out. The last packet (a null packet) marks the part. `counters` go on from the segment before and are changed.
 *
 * @see ISO/IEC 13818-1, RFC 8216 §3.2
 */
export function tsSegment(part: Part, configs: readonly TrackConfig[], counters: Map<number, number>): Uint8Array {
  const video = configs.find((config) => config.kind === 'video');
  const audio = configs.find((config) => config.kind === 'audio');
  const units = [
    ...(video === undefined ? [] : part.video.map((sample) => videoUnit(sample, video))),
    ...(audio === undefined ? [] : audioUnits(part.audio, audio)),
  ].sort((a, b) => a.dts - b.dts || a.pid - b.pid);
  const packets = new TsPackets(counters);
  packets.section(pids.pat, patSection());
  packets.section(pids.pmt, pmtSection(video !== undefined, audio !== undefined));
  const clockPid = video === undefined ? pids.audio : pids.video;
  for (const { pid, dts, pes, isRandomAccess } of units)
    packets.pes(pid, pes, { pcr: pid === clockPid ? dts - clockAheadTicks : null, isRandomAccess });
  packets.filler(markBytes(part, counters));
  return packets.toBytes();
}

/** The mark of the segment that ends with this packet (188 bytes), or null when it is none of ours. */
export function readTsMark(lastPacket: Uint8Array): TsMark | null {
  const payload = fillerPayload(lastPacket);
  if (payload === null || !mark.every((byte, i) => payload[i] === byte)) return null;
  const view = new DataView(payload.buffer, payload.byteOffset + mark.length);
  const counters = new Map(Object.values(pids).map((pid, i) => [pid, view.getUint8(20 + i)] as const));
  return { index: view.getUint32(0), startUs: Number(view.getBigInt64(4)), durationUs: Number(view.getBigInt64(12)), counters };
}

function markBytes({ index, startUs, durationUs }: Part, counters: ReadonlyMap<number, number>): Uint8Array {
  const out = new ByteWriter(64).bytes(mark).u32(index).u64(startUs).u64(durationUs);
  for (const pid of Object.values(pids)) out.u8(counters.get(pid) ?? 0);
  return out.toBytes();
}

function ticksOf(time: number, { timescale }: TrackConfig): number {
  return Math.round((time * clockHz) / timescale) + originTicks;
}

function videoUnit(sample: EncodedSample, config: VideoTrackConfig): Unit {
  const [pts, dts] = [ticksOf(sample.pts, config), ticksOf(sample.dts, config)];
  const { isKeyframe } = sample;
  const sets = isKeyframe && config.codecConfig !== null ? config.codecConfig : new Uint8Array(0);
  const pes = pesPacket('video', pts, dts, Buffer.concat([accessUnitDelimiter, sets, sample.data]));
  return { pid: pids.video, pts, dts, pes, isRandomAccess: isKeyframe };
}

function audioUnits(samples: readonly EncodedSample[], config: AudioTrackConfig): Unit[] {
  const groups: EncodedSample[][] = [];
  for (const sample of samples) {
    if (sample.pts < 0) continue;
    const group = groups.at(-1);
    if (group === undefined || ((sample.pts - group[0]!.pts) * clockHz) / config.timescale >= soundTicks) groups.push([sample]);
    else group.push(sample);
  }
  return groups.map((group) => {
    const pts = ticksOf(group[0]!.pts, config);
    const payload = Buffer.concat(group.map(({ data }) => adtsFrame(config.codecConfig!, data)));
    return { pid: pids.audio, pts, dts: pts, pes: pesPacket('audio', pts, pts, payload), isRandomAccess: true };
  });
}
