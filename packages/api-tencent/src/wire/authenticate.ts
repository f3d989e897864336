import type { Application, Catalogue } from '@tapedeck/catalogue';
import { TencentError } from '../errors.ts';
import { unflatten } from './dotted-keys.ts';
import { checkV1, isV1Signed, readTextParameters, v1CommonNames } from './signature-v1.ts';
import { checkTc3Time, isTc3Signed, parseTc3Authorization } from './tc3.ts';
import { headerOf, isForm } from './tencent-call.ts';
import type { TencentCall } from './tencent-call.ts';

/** A call whose signature is right. */
export interface SignedCall {
  readonly application: Application;
  readonly action: string;
  readonly version: string;
  /** As text; the very same call has the same one. */
  readonly signature: string;
  readonly isV1: boolean;
  /** Every value of the parameters is text. */
  readonly isText: boolean;
  /** Read when the action is known. @throws {TencentError} InvalidParameter when they cannot be read. */
  parameters(): unknown;
}

/**
 * Finds out who sends a call, by TC3-HMAC-SHA256 or, without an Authorization header, by the old signature. An unknown SecretId costs as much time as a wrong signature.
 *
 * @throws {TencentError} AuthFailure.* or MissingParameter.
 */
export async function authenticate(catalogue: Catalogue, call: TencentCall, nowMs: number): Promise<SignedCall> {
  const header = headerOf(call, 'authorization');
  if (header === '' && headerOf(call, 'x-tc-action') === '') return await byV1(catalogue, call, nowMs);
  const authorization = parseTc3Authorization(header);
  checkTc3Time(call, authorization, nowMs);
  refuseToken(headerOf(call, 'x-tc-token'));
  const application = await catalogue.applications.byKey(authorization.secretId);
  const isRight = isTc3Signed(call, authorization, application?.secret ?? '');
  const isText = call.method === 'GET' || isForm(call);
  return {
    application: accept(application, isRight, authorization.secretId),
    ...{ action: headerOf(call, 'x-tc-action'), version: headerOf(call, 'x-tc-version') },
    ...{ signature: authorization.signature.toString('hex'), isV1: false, isText },
    parameters: () => (isText ? unflatten(readTextParameters(call), []) : readJson(call.body)),
  };
}

async function byV1(catalogue: Catalogue, call: TencentCall, nowMs: number): Promise<SignedCall> {
  const given = readTextParameters(call);
  checkV1(given, nowMs);
  refuseToken(given.get('Token') ?? '');
  const secretId = given.get('SecretId') ?? '';
  const application = await catalogue.applications.byKey(secretId);
  const isRight = isV1Signed(call, given, application?.secret ?? '');
  return {
    application: accept(application, isRight, secretId),
    ...{ action: given.get('Action') ?? '', version: given.get('Version') ?? '', signature: given.get('Signature') ?? '' },
    ...{ isV1: true, isText: true },
    parameters: () => unflatten(given, v1CommonNames),
  };
}

function accept(application: Application | null, isRight: boolean, secretId: string): Application {
  if (application === null)
    throw new TencentError('AuthFailure.SecretIdNotFound', `The SecretId ${JSON.stringify(secretId.slice(0, 64))} is not known.`);
  if (!isRight) throw new TencentError('AuthFailure.SignatureFailure', 'The signature is not that of this request and key.');
  return application;
}

/** Keys here are lasting ones: who sends a token takes this server for another. */
function refuseToken(token: string): void {
  if (token !== '') throw new TencentError('AuthFailure.TokenFailure', 'Temporary keys with a token are not known here.');
}

/** Integers beyond 2^53 lose their last digits, as no parameter that is kept needs them. */
function readJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch (cause) {
    throw new TencentError('InvalidParameter', 'The request body is not JSON in UTF-8.', { cause });
  }
}
