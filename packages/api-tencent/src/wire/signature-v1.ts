import { createHmac } from 'node:crypto';
import { TencentError } from '../errors.ts';
import { isSameBytes } from './same-bytes.ts';
import { checkClock } from './tc3.ts';
import { headerOf, isForm } from './tencent-call.ts';
import type { TencentCall } from './tencent-call.ts';

/** What the old signature needs besides the parameters of the action. */
export const v1CommonNames = [
  'Action',
  'Version',
  'Region',
  'Timestamp',
  'Nonce',
  'SecretId',
  'SignatureMethod',
  'Signature',
  'Token',
  'Language',
  'RequestClient',
] as const;

const algorithms = { HmacSHA1: 'sha1', HmacSHA256: 'sha256' } as const;

/** The parameters of a form or query, in the order in which they came. */
export type TextParameters = ReadonlyMap<string, string>;

/**
 * The parameters of a form (POST) or a query, percent-decoded.
 *
 * @throws {TencentError} InvalidParameter when a name comes twice: the signature would not say which one counts.
 */
export function readTextParameters(call: TencentCall): TextParameters {
  const text = call.method === 'POST' && isForm(call) ? call.body.toString('utf8') : call.query;
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (parameters.has(name)) throw new TencentError('InvalidParameter', `The parameter ${name.slice(0, 64)} is given twice.`);
    parameters.set(name, value);
  }
  return parameters;
}

/**
 * Checks what needs no secret: that everything is there, the algorithm and the time.
 *
 * @throws {TencentError} MissingParameter; AuthFailure.SignatureFailure for another algorithm; AuthFailure.SignatureExpire when the time is more than 300 s off.
 */
export function checkV1(parameters: TextParameters, nowMs: number): void {
  for (const name of ['SecretId', 'Timestamp', 'Nonce', 'Signature'] as const)
    if ((parameters.get(name) ?? '') === '') throw new TencentError('MissingParameter', `The request is missing the parameter ${name}.`);
  const method = parameters.get('SignatureMethod') ?? 'HmacSHA1';
  if (!Object.hasOwn(algorithms, method))
    throw new TencentError('AuthFailure.SignatureFailure', `SignatureMethod must be ${Object.keys(algorithms).join(' or ')}.`);
  for (const name of ['Timestamp', 'Nonce'] as const)
    if (!/^\d{1,20}$/.test(parameters.get(name) ?? ''))
      throw new TencentError('InvalidParameter', `The parameter ${name} must be a positive integer.`);
  checkClock(Number(parameters.get('Timestamp')), nowMs);
}

/**
 * Whether the old signature is right; the host is taken with and without its port. Compared in constant time.
 *
 * @see https://cloud.tencent.com/document/api/647/37081
 */
export function isV1Signed(call: TencentCall, parameters: TextParameters, secret: string): boolean {
  const method = (parameters.get('SignatureMethod') ?? 'HmacSHA1') as keyof typeof algorithms;
  const given = Buffer.from(parameters.get('Signature') ?? '', 'base64');
  const pairs = [...parameters].filter(([name]) => name !== 'Signature').sort(([a], [b]) => (a < b ? -1 : 1));
  const text = pairs.map(([name, value]) => `${name}=${value}`).join('&');
  const host = headerOf(call, 'host');
  let isRight = false;
  for (const ownHost of new Set([host, host.replace(/:\d+$/, '')])) {
    const expected = createHmac(algorithms[method], secret).update(`${call.method}${ownHost}${call.path}?${text}`).digest();
    if (isSameBytes(expected, given)) isRight = true;
  }
  return isRight;
}
