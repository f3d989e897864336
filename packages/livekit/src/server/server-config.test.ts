import { expect, it } from 'vitest';
import { othersLeftOut, renderServerConfig } from './server-config.ts';

const config = { bindAddress: '127.0.0.1', port: 7880, rtcTcpPort: 7881, rtcUdpPort: 7882, keys: [{ key: 'key', secret: 'secret' }] };
const interfaces = {
  lo: [{ address: '127.0.0.1', family: 'IPv4' as const, internal: true }],
  eth0: [
    { address: '10.0.0.5', family: 'IPv4' as const, internal: false },
    { address: '2001:db8::5', family: 'IPv6' as const, internal: false },
  ],
  docker0: [{ address: '172.17.0.1', family: 'IPv4' as const, internal: false }],
};

it('keeps a server for this machine alone on the loopback interface', () => {
  expect(JSON.parse(renderServerConfig({ ...config, nodeIp: '127.0.0.1' }))).toMatchObject({
    rtc: { node_ip: '127.0.0.1', enable_loopback_candidate: true, ips: { includes: ['127.0.0.0/8'] } },
  });
});

it('lets only the socket of the address that is given out take packets sent there', () => {
  expect(othersLeftOut('10.0.0.5', interfaces)).toEqual({ ips: { excludes: ['172.17.0.1/32'] } });
  expect(othersLeftOut('2001:db8::5', interfaces)).toEqual({});
  expect(othersLeftOut('203.0.113.9', interfaces)).toEqual({});
});
