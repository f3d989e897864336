import { parseRtcp, parseRtpPacket, SequenceUnwrapper } from '@tapedeck/rtp';
import { openEpoch, openLog } from './open-log.ts';
import type { LogEpoch } from './open-log.ts';
import { readPath, resolveLogPath } from './read-path.ts';
import { readSegment } from './read-segment.ts';
import type { LogItem, TrackHeader } from './types.ts';

/** What one SSRC of a track sent. */
export interface SsrcInspection {
  readonly ssrc: number;
  readonly packets: number;
  /** Packets by payload type. */
  readonly payloadTypes: Readonly<Record<string, number>>;
  /** Sequence numbers between the first and the last that never came. */
  readonly lostPackets: number;
  readonly senderReports: number;
}
/** One track, all records counted. */
export interface TrackInspection {
  readonly trackSid: string;
  readonly identity: string;
  readonly kind: 'audio' | 'video';
  readonly source: string;
  readonly codecs: readonly string[];
  readonly records: Readonly<Record<'rtp' | 'rtcp' | 'gap' | 'note', number>>;
  readonly sizeBytes: number;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly droppedPackets: number;
  readonly malformedPackets: number;
  readonly ssrcs: readonly SsrcInspection[];
}
/** A log, an epoch or a segment as plain data: print it as JSON or as a table. */
export interface LogInspection {
  readonly kind: 'recording' | 'epoch' | 'segment';
  readonly path: string;
  readonly recordingId: string | null;
  readonly epochs: readonly {
    readonly epoch: number;
    readonly sealReason: string | null;
    readonly segments: number;
    /** Segments with a tail that cannot be read. */
    readonly damagedSegments: readonly { readonly path: string; readonly goodBytes: number; readonly sizeBytes: number }[];
  }[];
  readonly events: Readonly<Record<string, number>>;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly tracks: readonly TrackInspection[];
}

interface SsrcCount {
  packets: number;
  payloadTypes: Record<string, number>;
  first: number;
  highest: number;
  seen: Set<number>;
  unwrapper: SequenceUnwrapper;
  senderReports: number;
}
interface TrackCount {
  header: TrackHeader;
  records: Record<'rtp' | 'rtcp' | 'gap' | 'note', number>;
  sizeBytes: number;
  firstUs: number;
  lastUs: number;
  droppedPackets: number;
  malformedPackets: number;
  ssrcs: Map<number, SsrcCount>;
}

/**
 * Reads a recording's folder, an epoch's folder or a segment whole and counts what is in it.
 * @throws {LogNotFoundError} RTPLOG_NOT_FOUND when the path is none of them.
 * @throws {CorruptLogError} RTPLOG_CORRUPT when a single segment has no readable header.
 */
export async function inspectPath(path: string): Promise<LogInspection> {
  const log = await resolveLogPath(path);
  const tracks = new Map<string, TrackCount>();
  const events: Record<string, number> = {};
  for await (const items of readPath(log)) for (const item of items) countItem(item, tracks, events);
  const epochs =
    log.kind === 'recording' ? (await openLog(log.path)).epochs : log.kind === 'epoch' ? [await openEpoch(log.path, log.epoch)] : [];
  const inspected = [...tracks.values()].map(inspectTrack);
  return {
    kind: log.kind,
    path: log.path,
    recordingId:
      [...tracks.values()][0]?.header.recordingId ?? epochs.find(({ started }) => started !== null)?.started?.recordingId ?? null,
    epochs: log.kind === 'segment' ? [inspectSegment(log.path)] : epochs.map(inspectEpoch),
    events,
    firstUs: inspected.reduce((first, { firstUs }) => Math.min(first, firstUs), inspected[0]?.firstUs ?? 0),
    lastUs: inspected.reduce((last, { lastUs }) => Math.max(last, lastUs), 0),
    tracks: inspected,
  };
}

function inspectSegment(path: string): LogInspection['epochs'][number] {
  const { header, goodBytes, sizeBytes } = readSegment(path);
  const isDamaged = goodBytes < sizeBytes;
  return {
    epoch: header.epoch,
    sealReason: null,
    segments: 1,
    damagedSegments: isDamaged ? [{ path, goodBytes, sizeBytes }] : [],
  };
}

function inspectEpoch({ epoch, dir, seal, tracks }: LogEpoch): LogInspection['epochs'][number] {
  const segments = tracks.flatMap((track) => track.segments);
  const damagedSegments = segments.flatMap(({ path, sizeBytes }) => {
    const goodBytes = readGoodBytes(`${dir}/${path}`);
    return goodBytes < sizeBytes ? [{ path, goodBytes, sizeBytes }] : [];
  });
  return { epoch, sealReason: seal?.reason ?? null, segments: segments.length, damagedSegments };
}

function readGoodBytes(path: string): number {
  try {
    return readSegment(path).goodBytes;
  } catch {
    return 0;
  }
}

function countItem(item: LogItem, tracks: Map<string, TrackCount>, events: Record<string, number>): void {
  if (item.type === 'event') {
    events[item.event.type] = (events[item.event.type] ?? 0) + 1;
    return;
  }
  const { track: header, record } = item;
  let track = tracks.get(header.trackSid);
  if (track === undefined) {
    const records = { rtp: 0, rtcp: 0, gap: 0, note: 0 };
    track = {
      header,
      records,
      sizeBytes: 0,
      firstUs: record.arrivalUs,
      lastUs: 0,
      droppedPackets: 0,
      malformedPackets: 0,
      ssrcs: new Map(),
    };
    tracks.set(header.trackSid, track);
  }
  track.header = header;
  track.records[record.kind]++;
  track.sizeBytes += record.bytes.length;
  track.lastUs = Math.max(track.lastUs, record.arrivalUs);
  if (record.kind === 'rtp') countPacket(track, record.bytes);
  else if (record.kind === 'rtcp') countReports(track, record.bytes);
  else if (record.kind === 'gap') track.droppedPackets += readDropped(record.bytes);
}

function countPacket(track: TrackCount, bytes: Uint8Array): void {
  const packet = parseRtpPacket(bytes);
  if (packet === null) {
    track.malformedPackets++;
    return;
  }
  const count = ssrcOf(track, packet.ssrc);
  const sequence = count.unwrapper.unwrap(packet.sequenceNumber);
  if (count.packets === 0) count.first = count.highest = sequence;
  count.highest = Math.max(count.highest, sequence);
  count.first = Math.min(count.first, sequence);
  count.seen.add(sequence);
  count.packets++;
  count.payloadTypes[packet.payloadType] = (count.payloadTypes[packet.payloadType] ?? 0) + 1;
}

function countReports(track: TrackCount, bytes: Uint8Array): void {
  const packets = parseRtcp(bytes);
  if (packets === null) track.malformedPackets++;
  for (const packet of packets ?? []) if (packet.type === 'sender-report') ssrcOf(track, packet.ssrc).senderReports++;
}

function ssrcOf(track: TrackCount, ssrc: number): SsrcCount {
  let count = track.ssrcs.get(ssrc);
  if (count === undefined) {
    count = { packets: 0, payloadTypes: {}, first: 0, highest: 0, seen: new Set(), unwrapper: new SequenceUnwrapper(), senderReports: 0 };
    track.ssrcs.set(ssrc, count);
  }
  return count;
}

function readDropped(bytes: Uint8Array): number {
  try {
    return (JSON.parse(new TextDecoder().decode(bytes)) as { droppedPackets?: number }).droppedPackets ?? 0;
  } catch {
    return 0;
  }
}

function inspectTrack({
  header,
  ssrcs,
  records,
  sizeBytes,
  firstUs,
  lastUs,
  droppedPackets,
  malformedPackets,
}: TrackCount): TrackInspection {
  return {
    trackSid: header.trackSid,
    identity: header.participantIdentity,
    kind: header.kind,
    source: header.source,
    codecs: header.formats.map(({ codec, payloadType }) => `${codec}/${payloadType}`),
    records,
    sizeBytes,
    firstUs,
    lastUs,
    droppedPackets,
    malformedPackets,
    // A compound packet also reports on the sender's other tracks: those are not this track's.
    ssrcs: [...ssrcs].flatMap(([ssrc, { packets, payloadTypes, first, highest, seen, senderReports }]) =>
      packets === 0 ? [] : [{ ssrc, packets, payloadTypes, lostPackets: highest - first + 1 - seen.size, senderReports }],
    ),
  };
}
