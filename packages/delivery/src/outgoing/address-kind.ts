import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** `metadata`: answers to whoever asks with the credentials of the machine; never opened by a wildcard. */
export type AddressKind = 'public' | 'private' | 'metadata';

const metadata = listOf(['169.254.169.254/32', '100.100.100.200/32', '192.0.0.192/32', 'fd00:ec2::254/128', 'fd20:ce::254/128']);

/** Not reachable over the internet, or not one host. @see IANA special-purpose address registries (RFC 6890) */
const special = listOf([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24'],
  ...['192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/127', '100::/64', '64:ff9b:1::/48', '2001::/23', '2001:db8::/32', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10'],
  'ff00::/8',
]);

/** What kind of network an IP address (text, without brackets) belongs to. IPv4 inside IPv6 (mapped, NAT64, 6to4) counts as that IPv4 address. */
export function addressKind(address: string): AddressKind {
  const plain = address.split('%')[0] ?? ''; // a zone makes no difference
  const inner = embeddedIPv4(plain);
  if (inner !== null) return addressKind(inner);
  const family = isIPv4(plain) ? 'ipv4' : 'ipv6';
  if (metadata.check(plain, family)) return 'metadata';
  return special.check(plain, family) ? 'private' : 'public';
}

/** A set of addresses and networks (`10.0.0.0/8`, `::1`). @throws {RangeError} for anything else. */
export function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : null;
    if (family === null || (bits !== undefined && !/^\d{1,3}$/.test(bits)))
      throw new RangeError(`${JSON.stringify(network)} is no address or network.`);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** The IPv4 address that an IPv6 address stands for, or null. */
function embeddedIPv4(address: string): string | null {
  if (!isIPv6(address)) return null;
  const words = expand(address);
  const prefix = words
    .slice(0, 6)
    .map((word) => word.toString(16))
    .join(':');
  const dotted = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  if (prefix === '0:0:0:0:0:ffff' || prefix === '64:ff9b:0:0:0:0') return dotted(words[6] ?? 0, words[7] ?? 0);
  if (words[0] === 0x2002) return dotted(words[1] ?? 0, words[2] ?? 0);
  return null;
}

/** The eight 16-bit words of an IPv6 address. */
function expand(address: string): number[] {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [a = 0, b = 0, c = 0, d = 0] = (dotted?.slice(1) ?? []).map(Number);
  const plain =
    dotted === null ? address : `${address.slice(0, dotted.index)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  const [head = '', tail] = plain.split('::');
  const read = (text: string): number[] => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)));
  if (tail === undefined) return read(head);
  const left = read(head);
  const right = read(tail);
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}
