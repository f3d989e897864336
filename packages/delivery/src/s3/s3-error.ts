import { TapedeckError } from '@tapedeck/protocol';
import { OutgoingAddressError, StorageSetupError, type StorageSetupCode, StorageUnavailableError } from '../errors.ts';

/** What the SDK's errors carry, as far as they carry it. */
interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

interface Cause {
  readonly code: StorageSetupCode;
  readonly names: RegExp;
  readonly says: string;
}

/** By the names of S3 errors and of Node's. @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const causes: readonly Cause[] = [
  {
    code: 'STORAGE_CLOCK_WRONG',
    names: /^(RequestTimeTooSkewed|RequestExpired)$/,
    says: 'the clocks of storage and server differ too much',
  },
  { code: 'STORAGE_BUCKET_MISSING', names: /^(NoSuchBucket|InvalidBucketName)$/, says: 'the bucket does not exist' },
  {
    code: 'STORAGE_DENIED',
    names:
      /^(AccessDenied|AccessForbidden|AccountProblem|AllAccessDisabled|AuthorizationHeaderMalformed|Expired.*Token|Forbidden|Invalid.*(AccessKeyId|Token|Security)|KMS\..*|NotSignedUp|SignatureDoesNotMatch|Unauthorized.*|XAmz.*)$/,
    says: 'access is denied',
  },
  {
    code: 'STORAGE_NAME_UNKNOWN',
    names: /^(ENOTFOUND|EAI_AGAIN|EAI_NODATA|EAI_NONAME)$/,
    says: 'the name of the endpoint cannot be resolved',
  },
  {
    code: 'STORAGE_TLS_FAILED',
    names: /^(CERT_.*|DEPTH_ZERO_SELF_SIGNED_CERT|EPROTO|ERR_SSL_.*|ERR_TLS_.*|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*)$/,
    says: 'no trusted TLS connection can be made',
  },
];

const refused = { code: 'STORAGE_ADDRESS_REFUSED' } as const;

/** An error of the SDK in our words. An abort and errors of ours come back as they are. */
export function toStorageError(storage: string, key: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.name === 'AbortError') return error;
  const address = findAddressError(error);
  if (address !== null) return new StorageSetupError(refused.code, storage, address.message, { cause: error });
  if (error instanceof TapedeckError) return error;
  const { name, code = '', message } = error as SdkError;
  const found = causes.find(({ names }) => names.test(name) || names.test(code)) ?? byStatus(error);
  if (found === undefined) return new StorageUnavailableError(storage, key, { cause: isUnnamed(error) ? inWords(error) : error });
  const said = message !== '' && message !== 'UnknownError' ? message : name;
  return new StorageSetupError(found.code, storage, `${found.says} (${said}).`, { cause: error });
}

/** True when the error says that there is no such object. */
export function isMissingObject(error: unknown): boolean {
  const { name, $metadata } = error as SdkError;
  return ['NoSuchKey', 'NotFound'].includes(name) || ($metadata?.httpStatusCode === 404 && name !== 'NoSuchBucket');
}

/** True when the error says that the multipart upload is not known (any more). */
export const isMissingUpload = (error: unknown): boolean => (error as SdkError).name === 'NoSuchUpload';

/** True for a request that was refused with neither a name nor a status that says why: the answer to a HEAD has no body. Another request tells. */
export function isUnnamed(error: unknown): boolean {
  const { name, message, $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode ?? 0;
  const isTelling = [401, 403].includes(status) || isMissingObject(error);
  return status >= 400 && status < 500 && !isTelling && (message === 'UnknownError' || name === String(status));
}

const inWords = (error: SdkError): Error =>
  new Error(`it answered ${error.$metadata?.httpStatusCode ?? 0} without a reason`, { cause: error });

/** A HEAD has no body to name the error. */
function byStatus(error: SdkError): Cause | undefined {
  const status = error.$metadata?.httpStatusCode;
  return status === 401 || status === 403 ? causes.find(({ code }) => code === 'STORAGE_DENIED') : undefined;
}

function findAddressError(error: Error): OutgoingAddressError | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at instanceof OutgoingAddressError) return at;
  return null;
}
