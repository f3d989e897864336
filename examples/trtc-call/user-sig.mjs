import { createHmac, timingSafeEqual } from 'node:crypto';
import { inflateSync } from 'node:zlib';

/**
 * Whether a UserSig (version 2) was made with `key` for this user and application, and still counts. The vendor's package only makes them.
 *
 * @see https://github.com/tencentyun/tls-sig-api-v2-golang
 * @param {string} ticket
 * @param {{ sdkAppId: number, userId: string, key: string }} holder
 */
export function isUserSig(ticket, { sdkAppId, userId, key }) {
  try {
    const packed = Buffer.from(ticket.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '='), 'base64');
    const document = JSON.parse(inflateSync(packed, { maxOutputLength: 16_384 }).toString());
    const time = document['TLS.time'];
    const expire = document['TLS.expire'];
    if (document['TLS.ver'] !== '2.0' || document['TLS.identifier'] !== userId || Number(document['TLS.sdkappid']) !== sdkAppId)
      return false;
    if (!(time + expire > Date.now() / 1000)) return false;
    const lines = [`TLS.identifier:${userId}`, `TLS.sdkappid:${sdkAppId}`, `TLS.time:${time}`, `TLS.expire:${expire}`, ''];
    const expected = createHmac('sha256', key).update(lines.join('\n')).digest();
    const given = Buffer.from(document['TLS.sig'], 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  } catch {
    return false; // not even readable
  }
}
