import { open } from 'node:fs/promises';
import { encodePcapHeader, encodePcapPacket, PCAP_OVERHEAD_BYTES } from './pcap-format.ts';
import { readPath, resolveLogPath } from './read-path.ts';
import type { LogItem, TrackHeader } from './types.ts';

const FIRST_PORT = 10_000;
/** Above it no port is left for RTCP: such a log has more than 27,000 tracks. */
const LAST_PORT = 65_532;

/** Under which made-up address and port a track's packets stand in the capture. RTCP has `rtpPort + 1`. */
export interface PcapTrack {
  readonly trackSid: string;
  readonly identity: string;
  readonly address: string;
  readonly rtpPort: number;
}
/** What {@link exportPcap} wrote, and how to look at it. */
export interface PcapExport {
  readonly packets: number;
  readonly tracks: readonly PcapTrack[];
  /** Command line arguments for tshark and Wireshark that name each port's protocol. */
  readonly decodeAs: readonly string[];
}

/**
 * Writes a log's RTP and RTCP as a pcap file that Wireshark and tshark open: raw IPv4 and UDP, one made-up address and port pair per track, wall
 * clock times from the log. Gaps and notes have no place in it and are left out.
 *
 * @param path A recording's folder, an epoch's folder or a segment.
 * @throws {LogNotFoundError} RTPLOG_NOT_FOUND when the path is none of them.
 * @see https://www.ietf.org/archive/id/draft-gharris-opsawg-pcap-01.html
 */
export async function exportPcap(path: string, outPath: string): Promise<PcapExport> {
  const log = await resolveLogPath(path);
  const tracks = new Map<string, PcapTrack>();
  const output = await open(outPath, 'w');
  let packets = 0;
  try {
    await output.write(encodePcapHeader());
    for await (const items of readPath(log)) {
      const records = items.filter((item) => item.type === 'record' && (item.record.kind === 'rtp' || item.record.kind === 'rtcp'));
      packets += records.length;
      await output.write(encodeBatch(records, tracks));
    }
  } finally {
    await output.close();
  }
  const decodeAs = [...tracks.values()].flatMap(({ rtpPort }) => ['-d', `udp.port==${rtpPort},rtp`, '-d', `udp.port==${rtpPort + 1},rtcp`]);
  return { packets, tracks: [...tracks.values()], decodeAs };
}

function encodeBatch(records: readonly LogItem[], tracks: Map<string, PcapTrack>): Uint8Array {
  let sizeBytes = 0;
  for (const item of records) if (item.type === 'record') sizeBytes += item.record.bytes.length + PCAP_OVERHEAD_BYTES;
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const item of records) {
    if (item.type !== 'record') continue;
    const { record, track } = item;
    const place = placeOf(track, tracks);
    offset = encodePcapPacket(bytes, offset, {
      unixUs: track.startWallMs * 1000 + (record.arrivalUs - track.startUs),
      address: place.address,
      port: record.kind === 'rtp' ? place.rtpPort : place.rtpPort + 1,
      payload: record.bytes,
    });
  }
  return bytes.subarray(0, offset);
}

function placeOf(header: TrackHeader, tracks: Map<string, PcapTrack>): PcapTrack {
  const known = tracks.get(header.trackSid);
  if (known !== undefined) return known;
  const index = tracks.size;
  const place = {
    trackSid: header.trackSid,
    identity: header.participantIdentity,
    address: `10.1.${(index >> 8) & 0xff}.${index & 0xff}`,
    rtpPort: Math.min(LAST_PORT, FIRST_PORT + index * 2),
  };
  tracks.set(header.trackSid, place);
  return place;
}
