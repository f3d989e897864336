/** Frame length in 48 kHz ticks by the configuration number of the TOC byte. @see RFC 6716 §3.1, table 2 */
function frameTicks(configuration: number): number {
  if (configuration < 12) return [480, 960, 1920, 2880][configuration % 4]!;
  if (configuration < 16) return [480, 960][configuration % 2]!;
  return [120, 240, 480, 960][configuration % 4]!;
}

/** How long one Opus packet sounds, in 48 kHz ticks; 960 (20 ms) for an empty one. @see RFC 6716 §3.1 */
export function opusDuration(packet: Uint8Array): number {
  const toc = packet[0];
  if (toc === undefined) return 960;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 1) & 63;
  return frameTicks(toc >> 3) * Math.max(1, frames);
}
