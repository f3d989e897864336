import { ntpToUnixUs } from './ntp-time.ts';
import type { ReportBlock, RtcpPacket, SenderReport } from './rtcp-types.ts';

const REPORT_BLOCK_BYTES = 24;
const text = new TextDecoder();

/**
 * Decodes a compound RTCP packet; never throws.
 *
 * Returns the packets up to the first malformed one, in order, or null when not even the first is RTCP. Packet types that are not
 * decoded come back as `unknown` with a view into `bytes`.
 *
 * @see RFC 3550 §6, RFC 4585 §6 (feedback), RFC 5104 §4.3.1 (FIR)
 */
export function parseRtcp(bytes: Uint8Array): readonly RtcpPacket[] | null {
  const packets: RtcpPacket[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  while (offset + 4 <= bytes.length) {
    const first = view.getUint8(offset);
    const packetType = view.getUint8(offset + 1);
    const end = offset + (view.getUint16(offset + 2) + 1) * 4;
    if (first >> 6 !== 2 || packetType < 192 || packetType > 223 || end > bytes.length) break;
    const paddingBytes = (first & 0x20) === 0 ? 0 : view.getUint8(end - 1);
    if (end - paddingBytes < offset + 4) break;
    const packet = parseOne(view, packetType, first & 0x1f, offset, end - paddingBytes);
    if (packet === null) break;
    packets.push(packet);
    offset = end;
  }
  return packets.length === 0 ? null : packets;
}

function parseOne(view: DataView, packetType: number, count: number, offset: number, end: number): RtcpPacket | null {
  switch (packetType) {
    case 200:
      return parseSenderReport(view, count, offset, end);
    case 201: {
      if (end < offset + 8) return null;
      const reports = parseReportBlocks(view, count, offset + 8, end);
      return reports === null ? null : { type: 'receiver-report', ssrc: view.getUint32(offset + 4), reports };
    }
    case 202:
      return parseSourceDescription(view, count, offset + 4, end);
    case 203:
      return parseGoodbye(view, count, offset + 4, end);
    case 205:
      return count === 1 ? parseNack(view, offset, end) : unknown(view, packetType, count, offset, end);
    case 206:
      return parsePayloadFeedback(view, count, offset, end);
    default:
      return unknown(view, packetType, count, offset, end);
  }
}

function unknown(view: DataView, packetType: number, count: number, offset: number, end: number): RtcpPacket {
  return { type: 'unknown', packetType, count, bytes: new Uint8Array(view.buffer, view.byteOffset + offset, end - offset) };
}

function parseSenderReport(view: DataView, count: number, offset: number, end: number): SenderReport | null {
  if (end < offset + 28) return null;
  const reports = parseReportBlocks(view, count, offset + 28, end);
  if (reports === null) return null;
  const ntpSeconds = view.getUint32(offset + 8);
  const ntpFraction = view.getUint32(offset + 12);
  return {
    type: 'sender-report',
    ssrc: view.getUint32(offset + 4),
    ntpSeconds,
    ntpFraction,
    ntpUs: ntpToUnixUs(ntpSeconds, ntpFraction),
    rtpTimestamp: view.getUint32(offset + 16),
    packetCount: view.getUint32(offset + 20),
    octetCount: view.getUint32(offset + 24),
    reports,
  };
}

function parseReportBlocks(view: DataView, count: number, start: number, end: number): ReportBlock[] | null {
  if (start + count * REPORT_BLOCK_BYTES > end) return null;
  const blocks: ReportBlock[] = [];
  for (let offset = start; blocks.length < count; offset += REPORT_BLOCK_BYTES) {
    const loss = view.getUint32(offset + 4);
    blocks.push({
      ssrc: view.getUint32(offset),
      fractionLost: loss >>> 24,
      cumulativeLost: (loss << 8) >> 8,
      highestSequence: view.getUint32(offset + 8),
      jitterTicks: view.getUint32(offset + 12),
      lastSenderReport: view.getUint32(offset + 16),
      delaySinceLastSenderReport: view.getUint32(offset + 20),
    });
  }
  return blocks;
}

function parseSourceDescription(view: DataView, count: number, start: number, end: number): RtcpPacket | null {
  const chunks: { ssrc: number; items: { itemType: number; text: string }[] }[] = [];
  let offset = start;
  while (chunks.length < count) {
    if (offset + 4 > end) return null;
    const chunk = { ssrc: view.getUint32(offset), items: [] as { itemType: number; text: string }[] };
    const chunkStart = offset;
    offset += 4;
    for (;;) {
      if (offset >= end) return null;
      const itemType = view.getUint8(offset);
      if (itemType === 0) break;
      if (offset + 2 > end || offset + 2 + view.getUint8(offset + 1) > end) return null;
      const length = view.getUint8(offset + 1);
      chunk.items.push({ itemType, text: decode(view, offset + 2, length) });
      offset += 2 + length;
    }
    // The list ends with one to four zero bytes up to the next 32-bit boundary.
    offset = chunkStart + (Math.floor((offset - chunkStart) / 4) + 1) * 4;
    chunks.push(chunk);
  }
  return { type: 'source-description', chunks };
}

function parseGoodbye(view: DataView, count: number, start: number, end: number): RtcpPacket | null {
  const reasonAt = start + count * 4;
  if (reasonAt > end) return null;
  const ssrcs: number[] = [];
  for (let offset = start; offset < reasonAt; offset += 4) ssrcs.push(view.getUint32(offset));
  let reason: string | null = null;
  if (reasonAt < end) {
    const length = view.getUint8(reasonAt);
    if (reasonAt + 1 + length > end) return null;
    reason = decode(view, reasonAt + 1, length);
  }
  return { type: 'goodbye', ssrcs, reason };
}

function parseNack(view: DataView, start: number, end: number): RtcpPacket | null {
  if (end < start + 12) return null;
  const sequenceNumbers: number[] = [];
  for (let offset = start + 12; offset + 4 <= end; offset += 4) {
    const packetId = view.getUint16(offset);
    const following = view.getUint16(offset + 2);
    sequenceNumbers.push(packetId);
    for (let bit = 0; bit < 16; bit++) if ((following >> bit) & 1) sequenceNumbers.push((packetId + bit + 1) & 0xffff);
  }
  return { type: 'nack', senderSsrc: view.getUint32(start + 4), mediaSsrc: view.getUint32(start + 8), sequenceNumbers };
}

function parsePayloadFeedback(view: DataView, format: number, start: number, end: number): RtcpPacket | null {
  if (format !== 1 && format !== 4) return unknown(view, 206, format, start, end);
  if (end < start + 12) return null;
  const senderSsrc = view.getUint32(start + 4);
  const mediaSsrc = view.getUint32(start + 8);
  if (format === 1) return { type: 'pli', senderSsrc, mediaSsrc };
  const entries: { ssrc: number; commandSequence: number }[] = [];
  for (let offset = start + 12; offset + 8 <= end; offset += 8) {
    entries.push({ ssrc: view.getUint32(offset), commandSequence: view.getUint8(offset + 4) });
  }
  return { type: 'fir', senderSsrc, mediaSsrc, entries };
}

function decode(view: DataView, offset: number, length: number): string {
  return text.decode(new Uint8Array(view.buffer, view.byteOffset + offset, length));
}
