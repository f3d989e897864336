import { ByteWriter } from '../byte-writer.ts';
import { box, fullBox, readBoxes } from './box.ts';

/** Type of the box of ours inside moof that keeps part number and times: 16 bytes as a uuid box asks for. */
const partBoxId = new TextEncoder().encode('tapedeck.part.v1');
const syncFlags = 0x02000000;
const nonSyncFlags = 0x01010000;

export interface FragmentSample {
  readonly sizeBytes: number;
  /** Ticks. */
  readonly duration: number;
  /** pts − dts, ≥ 0. */
  readonly compositionOffset: number;
  readonly isKeyframe: boolean;
}
/** Samples of one track with one sample entry, back to back in mdat. */
export interface FragmentRun {
  readonly trackId: number;
  /** 1-based. */
  readonly entry: number;
  /** Media time of the first sample. */
  readonly baseDts: number;
  readonly samples: readonly FragmentSample[];
}
export interface Fragment {
  readonly index: number;
  readonly startUs: number;
  readonly durationUs: number;
  readonly runs: readonly FragmentRun[];
}

/** Bytes of a moof box and of the mdat header behind it; the runs' samples follow in order. @see ISO/IEC 14496-12 §8.8 */
export function fragmentHead(fragment: Fragment): Uint8Array {
  const out = new ByteWriter(4096);
  const dataOffsets: number[] = [];
  box(out, 'moof', () => {
    fullBox(out, 'mfhd', 0, 0, () => out.u32(fragment.index));
    for (const run of fragment.runs) writeRun(out, run, dataOffsets);
    box(out, 'uuid', () => out.bytes(partBoxId).u32(fragment.index).u64(fragment.startUs).u64(fragment.durationUs));
  });
  let dataAt = out.length + 8;
  let dataBytes = 0;
  for (const [i, run] of fragment.runs.entries()) {
    out.patchU32(dataOffsets[i]!, dataAt);
    const size = run.samples.reduce((sum, sample) => sum + sample.sizeBytes, 0);
    dataAt += size;
    dataBytes += size;
  }
  out.u32(dataBytes + 8).text('mdat');
  return out.toBytes();
}

function writeRun(out: ByteWriter, run: FragmentRun, dataOffsets: number[]): void {
  const hasOffsets = run.samples.some((sample) => sample.compositionOffset !== 0);
  box(out, 'traf', () => {
    fullBox(out, 'tfhd', 0, 0x020002, () => out.u32(run.trackId).u32(run.entry));
    fullBox(out, 'tfdt', 1, 0, () => out.u64(run.baseDts));
    fullBox(out, 'trun', 1, 0x701 | (hasOffsets ? 0x800 : 0), () => {
      out.u32(run.samples.length);
      dataOffsets.push(out.length);
      out.u32(0);
      for (const sample of run.samples) {
        out
          .u32(sample.duration)
          .u32(sample.sizeBytes)
          .u32(sample.isKeyframe ? syncFlags : nonSyncFlags);
        if (hasOffsets) out.i32(sample.compositionOffset);
      }
    });
  });
}

/** Reads back the moof that {@link fragmentHead} wrote (`moof`: the whole box); null when it is not one of ours. */
export function readFragment(moof: Uint8Array): Fragment | null {
  const runs: FragmentRun[] = [];
  let facts: Omit<Fragment, 'runs'> | null = null;
  for (const child of readBoxes(moof, 8)) {
    if (child.type === 'traf') {
      const run = readRun(child.body);
      if (run === null) return null;
      runs.push(run);
    } else if (child.type === 'uuid' && child.body.length >= 36) facts = readPartBox(child.body);
  }
  return facts === null ? null : { ...facts, runs };
}

function readPartBox(body: Uint8Array): Omit<Fragment, 'runs'> | null {
  if (!partBoxId.every((byte, i) => body[i] === byte)) return null;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return { index: view.getUint32(16), startUs: Number(view.getBigInt64(20)), durationUs: Number(view.getBigInt64(28)) };
}

function readRun(traf: Uint8Array): FragmentRun | null {
  const boxes = readBoxes(traf);
  const [head, time, run] = ['tfhd', 'tfdt', 'trun'].map((type) => boxes.find((box) => box.type === type)?.body);
  if (head === undefined || time === undefined || run === undefined || head.length < 12 || time.length < 12 || run.length < 12) return null;
  const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const runView = viewOf(run);
  const hasOffsets = (runView.getUint32(0) & 0x800) !== 0;
  const count = runView.getUint32(4);
  const step = hasOffsets ? 16 : 12;
  if (run.length < 12 + count * step) return null;
  const samples: FragmentSample[] = [];
  for (let i = 0, at = 12; i < count; i++, at += step) {
    samples.push({
      duration: runView.getUint32(at),
      sizeBytes: runView.getUint32(at + 4),
      isKeyframe: runView.getUint32(at + 8) === syncFlags,
      compositionOffset: hasOffsets ? runView.getInt32(at + 12) : 0,
    });
  }
  const headView = viewOf(head);
  return { trackId: headView.getUint32(4), entry: headView.getUint32(8), baseDts: Number(viewOf(time).getBigInt64(4)), samples };
}
