import type { ReportBlock, SenderReport } from './rtcp-types.ts';

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;
const MAX_BLOCKS = 31;

/** Returns a fresh receiver report; no more than the first 31 blocks fit. @see RFC 3550 §6.4.2 */
export function buildReceiverReport(senderSsrc: number, reports: readonly ReportBlock[]): Uint8Array {
  const blocks = reports.slice(0, MAX_BLOCKS);
  const view = startPacket(RECEIVER_REPORT, blocks.length, 8 + blocks.length * 24);
  view.setUint32(4, senderSsrc);
  writeBlocks(view, 8, blocks);
  return asBytes(view);
}

/** Returns a fresh sender report. `ntpUs` is not read: the two NTP words are. @see RFC 3550 §6.4.1 */
export function buildSenderReport(report: Omit<SenderReport, 'type' | 'ntpUs'>): Uint8Array {
  const blocks = report.reports.slice(0, MAX_BLOCKS);
  const view = startPacket(SENDER_REPORT, blocks.length, 28 + blocks.length * 24);
  view.setUint32(4, report.ssrc);
  view.setUint32(8, report.ntpSeconds);
  view.setUint32(12, report.ntpFraction);
  view.setUint32(16, report.rtpTimestamp);
  view.setUint32(20, report.packetCount);
  view.setUint32(24, report.octetCount);
  writeBlocks(view, 28, blocks);
  return asBytes(view);
}

/** Returns a fresh source description with one CNAME item. @throws {RangeError} if the name is longer than 255 bytes. @see RFC 3550 §6.5 */
export function buildSourceDescription(ssrc: number, cname: string): Uint8Array {
  const name = new TextEncoder().encode(cname);
  if (name.length > 255) throw new RangeError(`CNAME of ${name.length} bytes is longer than 255.`);
  const view = startPacket(SOURCE_DESCRIPTION, 1, 4 + Math.ceil((4 + 2 + name.length + 1) / 4) * 4);
  view.setUint32(4, ssrc);
  view.setUint8(8, 1);
  view.setUint8(9, name.length);
  const bytes = asBytes(view);
  bytes.set(name, 10);
  return bytes;
}

/** Returns a fresh BYE without a reason. @see RFC 3550 §6.6 */
export function buildGoodbye(ssrc: number): Uint8Array {
  const view = startPacket(GOODBYE, 1, 8);
  view.setUint32(4, ssrc);
  return asBytes(view);
}

/**
 * Returns a fresh generic NACK for u16 sequence numbers. Numbers within 16 of each other share a word when they come in ascending
 * (wrapping) order; other orders are correct but longer.
 * @see RFC 4585 §6.2.1
 */
export function buildNack(senderSsrc: number, mediaSsrc: number, sequenceNumbers: readonly number[]): Uint8Array {
  const words: { packetId: number; following: number }[] = [];
  for (const sequenceNumber of sequenceNumbers) {
    const last = words.at(-1);
    const distance = last === undefined ? 0 : (sequenceNumber - last.packetId) & 0xffff;
    if (last !== undefined && distance >= 1 && distance <= 16) last.following |= 1 << (distance - 1);
    else words.push({ packetId: sequenceNumber & 0xffff, following: 0 });
  }
  const view = startFeedback(TRANSPORT_FEEDBACK, 1, 12 + words.length * 4, senderSsrc, mediaSsrc);
  words.forEach(({ packetId, following }, index) => {
    view.setUint16(12 + index * 4, packetId);
    view.setUint16(14 + index * 4, following);
  });
  return asBytes(view);
}

/** Returns a fresh picture loss indication: asks the sender of `mediaSsrc` for a keyframe. @see RFC 4585 §6.3.1 */
export function buildPli(senderSsrc: number, mediaSsrc: number): Uint8Array {
  return asBytes(startFeedback(PAYLOAD_FEEDBACK, 1, 12, senderSsrc, mediaSsrc));
}

/** Returns a fresh full intra request; `commandSequence` (u8) must rise by one for each new request. @see RFC 5104 §4.3.1 */
export function buildFir(senderSsrc: number, mediaSsrc: number, commandSequence: number): Uint8Array {
  const view = startFeedback(PAYLOAD_FEEDBACK, 4, 20, senderSsrc, 0);
  view.setUint32(12, mediaSsrc);
  view.setUint8(16, commandSequence);
  return asBytes(view);
}

function startPacket(packetType: number, count: number, sizeBytes: number): DataView {
  const view = new DataView(new ArrayBuffer(sizeBytes));
  view.setUint8(0, 0x80 | count);
  view.setUint8(1, packetType);
  view.setUint16(2, sizeBytes / 4 - 1);
  return view;
}

function startFeedback(packetType: number, format: number, sizeBytes: number, senderSsrc: number, mediaSsrc: number): DataView {
  const view = startPacket(packetType, format, sizeBytes);
  view.setUint32(4, senderSsrc);
  view.setUint32(8, mediaSsrc);
  return view;
}

function writeBlocks(view: DataView, start: number, blocks: readonly ReportBlock[]): void {
  let offset = start;
  for (const block of blocks) {
    view.setUint32(offset, block.ssrc);
    view.setUint32(offset + 4, ((block.fractionLost & 0xff) << 24) | (block.cumulativeLost & 0xff_ffff));
    view.setUint32(offset + 8, block.highestSequence);
    view.setUint32(offset + 12, block.jitterTicks);
    view.setUint32(offset + 16, block.lastSenderReport);
    view.setUint32(offset + 20, block.delaySinceLastSenderReport);
    offset += 24;
  }
}

function asBytes(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
