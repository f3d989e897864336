const UNIX_EPOCH_IN_NTP_S = 2_208_988_800;
const ERA_S = 0x1_0000_0000;

/** Returns µs since 1970 of a 64-bit NTP time. Seconds below 2^31 are read as era 1 (2036 and later). @see RFC 4330 §3 */
export function ntpToUnixUs(ntpSeconds: number, ntpFraction: number): number {
  const era = ntpSeconds < 0x8000_0000 ? ERA_S : 0;
  return (ntpSeconds + era - UNIX_EPOCH_IN_NTP_S) * 1_000_000 + Math.round((ntpFraction * 1_000_000) / ERA_S);
}

/** Returns the 64-bit NTP time of µs since 1970, as its two u32 halves. Exact to 1 µs both ways. */
export function unixUsToNtp(unixUs: number): { readonly ntpSeconds: number; readonly ntpFraction: number } {
  const seconds = Math.floor(unixUs / 1_000_000);
  const fraction = Math.round(((unixUs - seconds * 1_000_000) * ERA_S) / 1_000_000);
  return { ntpSeconds: (seconds + UNIX_EPOCH_IN_NTP_S) % ERA_S, ntpFraction: fraction >>> 0 };
}
