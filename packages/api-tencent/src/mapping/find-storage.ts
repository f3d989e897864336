import { createHash } from 'node:crypto';
import { StorageNameTakenError } from '@tapedeck/catalogue';
import type { StoredStorage } from '@tapedeck/catalogue';
import { ValidationError, parseCreateStorage, storageAddress } from '@tapedeck/protocol';
import { TencentError } from '../errors.ts';
import type { TencentOptions } from '../options.ts';
import { recordingCodes } from '../parameters/code-style.ts';
import { outOfRange } from '../parameters/read-parameters.ts';
import type { CloudStorage } from '../parameters/recording-schemas.ts';

/** What storages are called that this dialect has added: their keys are those of a call, so only a call with the same ones means them. */
const addedName = /^tencent-[0-9a-f]{24}$/;
/** Presets that stand for a vendor number, the vendor's own first. */
const presets = { 0: ['cos', 's3', 'minio'], 1: ['aws', 's3', 'minio'] } as const;

/**
 * Name of the storage that CloudStorage means: the configured one of its vendor and bucket (in its region, when several are); else a new one, when the configuration
 * allows its endpoint.
 *
 * @throws {TencentError} InvalidParameter.OutOfRange naming the bucket.
 */
export async function findStorage(options: TencentOptions, applicationId: string, wanted: CloudStorage): Promise<string> {
  const configured = await options.catalogue.storages.list(applicationId);
  const found = bestOf(configured, wanted);
  return found ?? (await addStorage(options, applicationId, wanted));
}

function bestOf(configured: readonly StoredStorage[], { Vendor, Region, Bucket }: CloudStorage): string | null {
  const wanted: readonly string[] = presets[Vendor];
  const rank = ({ value }: StoredStorage): number => wanted.indexOf(value.preset) * 2 + (value.region === Region ? 0 : 1);
  const [first] = configured
    .filter(({ value }) => value.bucket === Bucket && wanted.includes(value.preset) && !addedName.test(value.name))
    .sort((a, b) => rank(a) - rank(b));
  return first?.value.name ?? null;
}

async function addStorage(
  { catalogue, allowedEndpoints = [] }: TencentOptions,
  applicationId: string,
  wanted: CloudStorage,
): Promise<string> {
  const { Vendor, Region, Bucket, AccessKey, SecretKey } = wanted;
  const preset = presets[Vendor][0];
  const address = storageAddress({ preset, endpoint: null, region: Region, accountId: null, pathStyle: null });
  const unknown = outOfRange(recordingCodes, 'StorageParams.CloudStorage.Bucket', 'must be a bucket that is configured on this server');
  if ('missing' in address || !allowedEndpoints.includes(address.endpoint)) throw unknown;
  const name = `tencent-${createHash('sha256')
    .update(JSON.stringify([Vendor, Region, Bucket, AccessKey]))
    .digest('hex')
    .slice(0, 24)}`;
  const { storages } = catalogue;
  const known = await storages.byName(applicationId, name);
  if (known?.value.secretAccessKey === SecretKey) return name;
  try {
    const storage = parseCreateStorage({
      name,
      preset,
      region: Region,
      bucket: Bucket,
      accessKeyId: AccessKey,
      secretAccessKey: SecretKey,
    });
    await (known === null ? storages.create(applicationId, storage, null) : storages.replace(applicationId, known.id, storage));
  } catch (error) {
    if (error instanceof StorageNameTakenError) return name; // the same call came twice at once
    if (error instanceof ValidationError) throw new TencentError('InvalidParameter.OutOfRange', error.message, { cause: error });
    throw error;
  }
  return name;
}
