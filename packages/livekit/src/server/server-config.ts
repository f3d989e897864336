import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import type { KeyPair } from '../tokens.ts';

/** Everything the child server is told. Ports in 1…65535. */
export interface ServerConfig {
  readonly bindAddress: string;
  readonly port: number;
  readonly rtcTcpPort: number;
  readonly rtcUdpPort: number;
  /** Address that participants send media to. */
  readonly nodeIp: string;
  readonly keys: readonly KeyPair[];
  /** Where LiveKit posts its room events, signed with the first key. */
  readonly webhookUrl?: string;
  /** `host:port`; only for a cluster. */
  readonly redis?: string;
}

/**
 * The LiveKit configuration file as JSON, which is YAML. One muxed UDP port; rooms outlive a minute without people, so that a call whose
 * last participant reloads the page stays one call.
 *
 * @see https://github.com/livekit/livekit/blob/v1.13.5/config-sample.yaml
 */
export function renderServerConfig(config: ServerConfig): string {
  const first = config.keys[0];
  if (first === undefined) throw new RangeError('keys must hold at least one pair.');
  const isLoopback = config.nodeIp.startsWith('127.');
  return JSON.stringify(
    {
      port: config.port,
      bind_addresses: [config.bindAddress],
      rtc: {
        tcp_port: config.rtcTcpPort,
        udp_port: config.rtcUdpPort,
        node_ip: config.nodeIp,
        use_external_ip: false,
        ...(isLoopback ? { ips: { includes: ['127.0.0.0/8'] } } : othersLeftOut(config.nodeIp)),
        ...(isLoopback ? { enable_loopback_candidate: true } : {}),
      },
      keys: Object.fromEntries(config.keys.map(({ key, secret }) => [key, secret])),
      room: { auto_create: true, empty_timeout: 300, departure_timeout: 60 },
      logging: { json: true, level: 'info' },
      ...(config.webhookUrl === undefined ? {} : { webhook: { urls: [config.webhookUrl], api_key: first.key } }),
      ...(config.redis === undefined ? {} : { redis: { address: config.redis } }),
    },
    null,
    2,
  );
}

/**
 * LiveKit gives each address of its family out as node_ip, and then one socket of many, at random, takes the packets sent there: so the machine's others are left out.
 * When node_ip is not the machine's own (behind NAT), any of them may be where packets come to.
 */
export function othersLeftOut(
  nodeIp: string,
  interfaces: Readonly<
    Record<string, readonly Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'>[] | undefined>
  > = networkInterfaces(),
): { readonly ips?: { readonly excludes: readonly string[] } } {
  const addresses = Object.values(interfaces).flatMap((list) => list ?? []);
  const own = addresses.find(({ address }) => address === nodeIp);
  const others = addresses.filter(({ address, family, internal }) => family === own?.family && address !== nodeIp && !internal);
  return others.length === 0
    ? {}
    : { ips: { excludes: others.map(({ address, family }) => `${address}/${family === 'IPv4' ? 32 : 128}`) } };
}
