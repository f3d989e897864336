import { createHmac } from 'node:crypto';
import { deflateSync } from 'node:zlib';

/** A UserSig (version 2) of ten minutes, made as the vendor's open generators make it. @see https://github.com/tencentyun/tls-sig-api-v2-golang */
export function makeUserSig(sdkAppId: number, key: string, userId: string, nowMs = Date.now()): string {
  const time = Math.floor(nowMs / 1000);
  const lines = [`TLS.identifier:${userId}`, `TLS.sdkappid:${sdkAppId}`, `TLS.time:${time}`, 'TLS.expire:600', ''];
  const document = {
    ...{ 'TLS.ver': '2.0', 'TLS.identifier': userId, 'TLS.sdkappid': sdkAppId, 'TLS.time': time, 'TLS.expire': 600 },
    'TLS.sig': createHmac('sha256', key).update(lines.join('\n')).digest('base64'),
  };
  const packed = deflateSync(JSON.stringify(document)).toString('base64');
  return packed.replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_');
}
