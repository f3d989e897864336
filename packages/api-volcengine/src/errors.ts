/** A refusal in the vendor's words. `codeN` is set for refusals of the gateway only. */
export class VolcengineError extends Error {
  readonly code: string;
  readonly codeN: number | null;
  readonly status: number;

  constructor(code: string, message: string, status = statusOf(code), codeN: number | null = null) {
    super(message);
    this.name = 'VolcengineError';
    this.code = code;
    this.codeN = codeN;
    this.status = status;
  }
}

/** HTTP status of an error of the recording service: its documents name none, so the kind of the code decides. */
function statusOf(code: string): number {
  if (code.startsWith('AccessDenied')) return 403;
  if (code.startsWith('FlowLimitExceeded')) return 429;
  return code.startsWith('InternalError') ? 500 : 400;
}

/** A parameter is not as documented. @param rule The end of the sentence: `must be an integer from 1 to 60`. */
export function invalidParameter(field: string, rule: string): VolcengineError {
  return new VolcengineError('InvalidParameter', `${field} ${rule}.`);
}

/** A value has another JSON type than its field. */
export function wrongType(field: string, wanted: string): VolcengineError {
  return new VolcengineError('InvalidParameter.Unmarshal', `${field} must be ${wanted}.`);
}

/** No running task of this name. */
export function activeTaskNotFound(): VolcengineError {
  return new VolcengineError('InvalidParameter.ErrorActiveTaskNotFound', 'The task does not exist or has stopped.');
}

/**
 * Refusals of the gateway in front of the service: code, number, HTTP status and message of each.
 *
 * @see https://www.volcengine.com/docs/6369/68677
 */
export const gatewayErrors = Object.freeze({
  missingParameter: (name: string) => new VolcengineError('MissingParameter', `The request is missing ${name} parameter.`, 400, 100_002),
  missingToken: () => new VolcengineError('MissingAuthenticationToken', 'Request is missing Authentication Token.', 401, 100_003),
  missingInfo: (name: string) => new VolcengineError('MissingRequestInfo', `The request is missing ${name} information.`, 400, 100_004),
  missingSignature: () => new VolcengineError('MissingSignature', 'The request is missing signature.', 401, 100_005),
  invalidTimestamp: () => new VolcengineError('InvalidTimestamp', 'The Signature of the request is expired.', 400, 100_006),
  serviceNotFound: (name: string) => new VolcengineError('ServiceNotFound', `This service[${name}] not found.`, 404, 100_007),
  invalidAction: (action: string, version: string) =>
    new VolcengineError('InvalidActionOrVersion', `Could not find operation ${action} for version ${version}.`, 404, 100_008),
  invalidAccessKey: (key: string) =>
    new VolcengineError('InvalidAccessKey', `The accesskey [${key}] included in the request is invalid.`, 401, 100_009),
  signatureDoesNotMatch: () =>
    new VolcengineError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your Secret Access Key and signing method. Consult the service documentation for details.',
      401,
      100_010,
    ),
  internal: () => new VolcengineError('InternalError', 'Service has some internal Error. Pls Contact With Admin.', 500, 100_014),
  invalidAuthorization: (reason: string) =>
    new VolcengineError('InvalidAuthorization', `The Authorization header is invalid: ${reason}.`, 400),
  invalidCredential: (reason: string) => new VolcengineError('InvalidCredential', `The credential is invalid: ${reason}.`, 400),
  invalidSecretToken: () =>
    new VolcengineError('InvalidSecretToken', 'The security token included in the request is invalid: there are no temporary keys.', 401),
});
