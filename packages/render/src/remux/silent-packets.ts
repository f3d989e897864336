import type { AudioCodec } from '@tapedeck/rtp';

/** A packet of silence and how long it sounds, in ticks of its codec (Opus: 48 kHz, G.711: 8 kHz). */
export interface SilentPacket {
  readonly data: Uint8Array;
  readonly duration: number;
}

/** CELT's own way to say silence. @see RFC 6716 §4.3 (silence flag) */
const silentFrame = [0xff, 0xfe];
/** Fullband CELT in mono, longest first: six frames of 20 ms (a code 3 packet), then one frame of 20, 10, 5 and 2.5 ms. @see RFC 6716 §3.1, §3.2.5 */
const opusPackets: readonly SilentPacket[] = [
  { data: Uint8Array.from([0xfb, 6, ...Array.from({ length: 6 }, () => silentFrame).flat()]), duration: 5760 },
  ...[0xf8, 0xf0, 0xe8, 0xe0].map((toc, index) => ({ data: Uint8Array.of(toc, ...silentFrame), duration: 960 >> index })),
];
const shortestTicks = 120;
/** Zero in µ-law and A-law. @see ITU-T G.711 */
const zeroOf = { pcmu: 0xff, pcma: 0xd5 } as const;
const narrowTicks = 960;

/** Packets that sound for `ticks` together, Opus to the nearest 2.5 ms; none for nothing or less. */
export function silentPackets(codec: AudioCodec, ticks: number): readonly SilentPacket[] {
  const packets: SilentPacket[] = [];
  if (codec !== 'opus') {
    for (let left = Math.round(ticks); left > 0; left -= narrowTicks) {
      const duration = Math.min(left, narrowTicks);
      packets.push({ data: new Uint8Array(duration).fill(zeroOf[codec]), duration });
    }
    return packets;
  }
  let left = Math.round(ticks / shortestTicks) * shortestTicks;
  for (const packet of opusPackets) {
    for (; left >= packet.duration; left -= packet.duration) packets.push(packet);
  }
  return packets;
}
