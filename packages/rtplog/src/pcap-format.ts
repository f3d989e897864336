const LINKTYPE_RAW_IP = 101;
const PACKET_HEADER_BYTES = 16;
const IP_HEADER_BYTES = 20;
const UDP_HEADER_BYTES = 8;
const UDP_PROTOCOL = 17;
/** What a packet takes beside its payload. */
export const PCAP_OVERHEAD_BYTES = PACKET_HEADER_BYTES + IP_HEADER_BYTES + UDP_HEADER_BYTES;
const MAX_PAYLOAD_BYTES = 65_535 - IP_HEADER_BYTES - UDP_HEADER_BYTES;
/** Where all packets of an export seem to go: us. */
const RECEIVER = '10.0.0.1';

/** One UDP datagram from `address:port` to the same port of the receiver. */
export interface PcapPacket {
  readonly unixUs: number;
  readonly address: string;
  readonly port: number;
  readonly payload: Uint8Array;
}

/** File header: microsecond times, little endian, raw IP. */
export function encodePcapHeader(): Uint8Array {
  const view = new DataView(new ArrayBuffer(24));
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, 65_535, true);
  view.setUint32(20, LINKTYPE_RAW_IP, true);
  return new Uint8Array(view.buffer);
}

/** Writes one packet at `offset` of `target` and returns the offset behind it. A payload that no IPv4 packet can hold is cut. */
export function encodePcapPacket(target: Uint8Array, offset: number, { unixUs, address, port, payload }: PcapPacket): number {
  const bytes = payload.length > MAX_PAYLOAD_BYTES ? payload.subarray(0, MAX_PAYLOAD_BYTES) : payload;
  const ipBytes = IP_HEADER_BYTES + UDP_HEADER_BYTES + bytes.length;
  const view = new DataView(target.buffer, target.byteOffset + offset);
  view.setUint32(0, Math.floor(unixUs / 1_000_000), true);
  view.setUint32(4, Math.floor(unixUs % 1_000_000), true);
  view.setUint32(8, ipBytes, true);
  view.setUint32(12, ipBytes, true);
  const ip = PACKET_HEADER_BYTES;
  view.setUint16(ip, 0x4500);
  view.setUint16(ip + 2, ipBytes);
  view.setUint32(ip + 4, 0x4000);
  view.setUint16(ip + 8, (64 << 8) | UDP_PROTOCOL);
  view.setUint32(ip + 12, ipv4(address));
  view.setUint32(ip + 16, ipv4(RECEIVER));
  view.setUint16(ip + 10, checksum(view, ip));
  const udp = ip + IP_HEADER_BYTES;
  view.setUint16(udp, port);
  view.setUint16(udp + 2, port);
  view.setUint16(udp + 4, UDP_HEADER_BYTES + bytes.length);
  target.set(bytes, offset + PCAP_OVERHEAD_BYTES);
  return offset + PCAP_OVERHEAD_BYTES + bytes.length;
}

function ipv4(address: string): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

/** Internet checksum of the 20 header bytes, the field itself being 0. @see RFC 1071 */
function checksum(view: DataView, start: number): number {
  let sum = 0;
  for (let offset = start; offset < start + IP_HEADER_BYTES; offset += 2) sum += view.getUint16(offset);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
