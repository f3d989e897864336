import type { EncodedSample, Part, TrackConfig } from '../../parts/types.ts';
import { ByteWriter } from '../byte-writer.ts';
import { ids, longSize, master, readElements, readUint, uint } from './ebml.ts';
import type { WebmTrack } from './webm-track.ts';

/** Marks the Void element of ours that ends a part inside its last cluster. */
const partMark = new TextEncoder().encode('tapedeck.part.v1');
/** A block's time is 16 bits relative to its cluster: stay well inside. */
const longestClusterMs = 5000;

export interface Cue {
  readonly timeMs: number;
  readonly track: number;
  /** Offset of the cluster in the file. */
  readonly clusterAt: number;
}
export interface PartMark {
  readonly index: number;
  readonly startUs: number;
  readonly durationUs: number;
  /** When the last frame of the part ends, ms since the file's first instant. */
  readonly endMs: number;
}

interface Block {
  readonly timeMs: number;
  readonly track: number;
  readonly isKeyframe: boolean;
  readonly data: Uint8Array;
}

/**
 * One part as clusters: a new one at each video keyframe and after five seconds, blocks by time. The last cluster carries a mark with the part's number
 * and times, so that a scan can tell whole parts from torn ones. @see RFC 9559 §5.1.3
 */
export function clusterBytes(part: Part, configs: readonly TrackConfig[], tracks: readonly WebmTrack[], baseUs: number): Uint8Array {
  const blocks: Block[] = [];
  let endMs = 0;
  for (const config of configs) {
    const track = tracks.find((candidate) => candidate.kind === config.kind);
    if (track === undefined) continue;
    const shiftMs = track.codecDelayNs / 1e6 - baseUs / 1000;
    for (const sample of usable(config.kind === 'video' ? part.video : part.audio)) {
      const timeMs = Math.max(0, Math.round((sample.pts * 1000) / config.timescale + shiftMs));
      blocks.push({ timeMs, track: track.number, isKeyframe: sample.isKeyframe, data: sample.data });
      endMs = Math.max(endMs, ((sample.pts + sample.duration) * 1000) / config.timescale - baseUs / 1000);
    }
  }
  blocks.sort((a, b) => a.timeMs - b.timeMs || a.track - b.track);
  const clusters = groupBlocks(blocks);
  const out = new ByteWriter(blocks.reduce((sum, block) => sum + block.data.length + 16, 256));
  for (const [i, group] of clusters.entries()) {
    const isLast = i === clusters.length - 1;
    const mark = { index: part.index, startUs: part.startUs, durationUs: part.durationUs, endMs };
    writeCluster(out, group, isLast ? mark : null);
  }
  return out.toBytes();
}

function usable(samples: readonly EncodedSample[]): readonly EncodedSample[] {
  return samples.filter((sample) => sample.data.length > 0);
}

/** At least one group, even when there is no block: the part's mark needs a cluster. */
function groupBlocks(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [[]];
  for (const block of blocks) {
    const group = groups.at(-1)!;
    const isLong = group.length > 0 && block.timeMs - group[0]!.timeMs > longestClusterMs;
    const isSeekPoint = group.length > 0 && block.track === 1 && block.isKeyframe;
    if (isLong || isSeekPoint) groups.push([block]);
    else group.push(block);
  }
  return groups;
}

function writeCluster(out: ByteWriter, blocks: readonly Block[], mark: PartMark | null): void {
  const startMs = blocks[0]?.timeMs ?? Math.round(mark?.endMs ?? 0);
  master(out, ids.cluster, () => {
    uint(out, ids.timestamp, startMs);
    for (const block of blocks) {
      out.u8(ids.simpleBlock).u32(0x10000000 + block.data.length + 4);
      out
        .u8(0x80 | block.track)
        .u16(block.timeMs - startMs)
        .u8(block.isKeyframe ? 0x80 : 0)
        .bytes(block.data);
    }
    if (mark === null) return;
    out.u8(ids.void);
    longSize(out, partMark.length + 28);
    out.bytes(partMark).u32(mark.index).u64(mark.startUs).u64(mark.durationUs).f64(mark.endMs);
  });
}

/** What the index needs of one whole cluster (its body): seek points, and the part's mark when the part ends with it. */
export function readCluster(body: Uint8Array, clusterAt: number): { readonly cues: readonly Cue[]; readonly mark: PartMark | null } {
  const cues: Cue[] = [];
  let startMs = 0;
  let mark: PartMark | null = null;
  for (const { id, body: content } of readElements(body)) {
    if (id === ids.timestamp) startMs = readUint(content);
    else if (id === ids.simpleBlock && content.length >= 4 && (content[3]! & 0x80) !== 0) {
      const track = content[0]! & 0x7f;
      // One seek point per track and cluster is enough: audio blocks are all keyframes.
      if (!cues.some((cue) => cue.track === track)) {
        const timeMs = startMs + ((((content[1]! << 8) | content[2]!) << 16) >> 16);
        cues.push({ timeMs, track, clusterAt });
      }
    } else if (id === ids.void) mark = readMark(content) ?? mark;
  }
  return { cues, mark };
}

function readMark(content: Uint8Array): PartMark | null {
  if (content.length < partMark.length + 28 || !partMark.every((byte, i) => content[i] === byte)) return null;
  const view = new DataView(content.buffer, content.byteOffset + partMark.length);
  return {
    index: view.getUint32(0),
    startUs: Number(view.getBigInt64(4)),
    durationUs: Number(view.getBigInt64(12)),
    endMs: view.getFloat64(20),
  };
}
