import { randomUUID } from 'node:crypto';
import { InvalidStateError, RecordingNotFoundError } from '@tapedeck/catalogue';
import { TapedeckError, ValidationError } from '@tapedeck/protocol';
import { actions } from '../actions/actions.ts';
import type { Action } from '../actions/action.ts';
import { TencentError } from '../errors.ts';
import type { TencentOptions } from '../options.ts';
import { authenticate } from './authenticate.ts';
import type { ReplayGuard } from './replay-guard.ts';
import type { TencentCall } from './tencent-call.ts';

/** What stands in an answer; its HTTP status is always 200. */
export interface TencentAnswer {
  readonly Response: Readonly<Record<string, unknown>> & { readonly RequestId: string };
}

/** The answer of a call; never rejects. @param origin Where the caller reached this server. */
export async function answerCall(options: TencentOptions, guard: ReplayGuard, call: TencentCall, origin: string): Promise<TencentAnswer> {
  const requestId = randomUUID();
  const place: { action: Action | null } = { action: null };
  try {
    return { Response: { ...(await run(options, guard, call, origin, place)), RequestId: requestId } };
  } catch (error) {
    const refusal = toRefusal(error, place.action);
    if (refusal.vendorCode.startsWith('InternalError')) options.log?.error({ err: error, requestId }, 'A call of the Tencent API failed.');
    return { Response: { Error: { Code: refusal.vendorCode, Message: refusal.message }, RequestId: requestId } };
  }
}

async function run(
  options: TencentOptions,
  guard: ReplayGuard,
  call: TencentCall,
  origin: string,
  place: { action: Action | null },
): Promise<object> {
  if (!['GET', 'POST'].includes(call.method)) throw new TencentError('UnsupportedProtocol', 'Calls are GET or POST.');
  const nowMs = options.now?.() ?? Date.now();
  const signed = await authenticate(options.catalogue, call, nowMs);
  const action = actionOf(signed.action, signed.version);
  place.action = action;
  if (signed.isV1 && action.isWrite && !guard.take(signed.signature, nowMs))
    throw new TencentError('AuthFailure.SignatureFailure', 'This request was sent before; Nonce and Timestamp must be new ones.');
  const { application, signature } = signed;
  return await action.run({ options, application, signature, origin, nowMs }, signed.parameters(), signed.isText);
}

const versions: ReadonlySet<string> = new Set([...actions.values()].map(({ version }) => version));

function actionOf(name: string, version: string): Action {
  if (name === '') throw new TencentError('MissingParameter', 'The request does not name its Action.');
  if (version === '') throw new TencentError('MissingParameter', 'The request does not name its Version.');
  if (!versions.has(version)) throw new TencentError('NoSuchVersion', `The version ${JSON.stringify(version.slice(0, 32))} is not served.`);
  const action = actions.get(name);
  if (action?.version !== version)
    throw new TencentError('InvalidAction', `The action ${JSON.stringify(name.slice(0, 64))} is not served.`);
  return action;
}

/** Every error in the vendor's words. What nobody foresaw keeps its own to the log. */
function toRefusal(error: unknown, action: Action | null): TencentError {
  if (error instanceof TencentError) return error;
  if (error instanceof RecordingNotFoundError || error instanceof InvalidStateError)
    return new TencentError('ResourceNotFound', 'There is no such task, or it has ended.', { cause: error });
  if (error instanceof ValidationError)
    return new TencentError(action?.codes.outOfRange(error.field) ?? 'InvalidParameter', error.message, { cause: error });
  const code = action?.internalCode ?? 'InternalError';
  const message = error instanceof TapedeckError ? error.message : 'The server failed; its log tells more under the RequestId.';
  return new TencentError(code, message, { cause: error });
}
