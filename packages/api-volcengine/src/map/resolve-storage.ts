import { createHash } from 'node:crypto';
import type { StoredStorage } from '@tapedeck/catalogue';
import { type CreateStorage, parseCreateStorage, storageAddress, type StoragePresetName, TapedeckError } from '@tapedeck/protocol';
import { invalidParameter } from '../errors.ts';
import type { CustomVendor, StorageWish } from '../read/storage-config.ts';
import { regionName } from './storage-regions.ts';

/** What is needed of the storages of one application. */
export interface StoragePort {
  list(): Promise<readonly StoredStorage[]>;
  create(storage: CreateStorage): Promise<unknown>;
  /** Whether requests may name storages there that nobody configured. */
  isAllowed(endpoint: string): boolean;
}

/** A storage by its native name, and what stands in it before every key. */
export interface ResolvedStorage {
  readonly name: string;
  readonly keyPrefix: string;
}

/** What storages are called that {@link toStorage} has made: only a request with the same keys means them. */
const madeName = /^volcengine-[a-z]+-[0-9a-f]{20}$/;

/** Presets under which a bucket of each vendor may have been configured; those that any S3-compatible service may have come last. */
const presetsOf: Readonly<Record<'tos' | CustomVendor, readonly StoragePresetName[]>> = {
  tos: ['tos', 's3', 'minio'],
  aws: ['aws', 's3', 'minio', 'r2', 'gcs'],
  oss: ['oss', 's3', 'minio'],
  obs: ['obs', 's3', 'minio'],
  cos: ['cos', 's3', 'minio'],
  kodo: ['kodo', 's3', 'minio'],
};

/**
 * The storage of the application that a request means: VOD is this server's own library; anything else is found by vendor and bucket. One that is not there is made of the keys
 * of the request, when its endpoint is allowed.
 *
 * @throws {VolcengineError} InvalidParameter naming the bucket.
 */
export async function resolveStorage(wish: StorageWish, port: StoragePort): Promise<ResolvedStorage> {
  if (wish.kind === 'vod') return { name: 'default', keyPrefix: '' };
  const vendor = wish.kind === 'tos' ? 'tos' : wish.vendor;
  const region = regionName(vendor, wish.region);
  const found = choose(await port.list(), presetsOf[vendor], wish.bucket, region);
  if (found !== null) return { name: found.value.name, keyPrefix: found.value.prefix };
  const field = `StorageConfig.${wish.kind === 'tos' ? 'TosConfig' : 'CustomConfig'}`;
  const isMakeable = wish.kind === 'custom' && region !== null;
  const endpoint = isMakeable ? endpointOf(wish.vendor, region) : null;
  if (wish.kind !== 'custom' || !isMakeable || endpoint === null || !port.isAllowed(endpoint))
    throw invalidParameter(
      `${field}.Bucket`,
      `names no storage of this application (${vendor}, ${wish.bucket}); it has to be set up under /v1/storages first`,
    );
  const storage = toStorage(wish, region, field);
  await port.create(storage);
  return { name: storage.name, keyPrefix: '' };
}

/** Of several storages with the bucket: that of the vendor before general ones, that of the region before others. */
function choose(
  storages: readonly StoredStorage[],
  presets: readonly StoragePresetName[],
  bucket: string,
  region: string | null,
): StoredStorage | null {
  const rank = ({ value }: StoredStorage): number =>
    presets.indexOf(value.preset) * 2 + (region !== null && value.region === region ? 0 : 1);
  const fitting = storages.filter(({ value }) => value.bucket === bucket && presets.includes(value.preset) && !madeName.test(value.name));
  return fitting.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

function endpointOf(preset: CustomVendor, region: string): string | null {
  const address = storageAddress({ preset, region, endpoint: null, accountId: null, pathStyle: null });
  return 'missing' in address ? null : address.endpoint;
}

/** The name says which keys it was made of, so that other keys make another storage. */
function toStorage(wish: Extract<StorageWish, { kind: 'custom' }>, region: string, field: string): CreateStorage {
  const { vendor, bucket, accessKey, secretKey, securityToken } = wish;
  const digest = createHash('sha256')
    .update(JSON.stringify([vendor, region, bucket, accessKey, secretKey, securityToken]))
    .digest('hex');
  try {
    return parseCreateStorage({
      ...{ name: `volcengine-${vendor}-${digest.slice(0, 20)}`, preset: vendor, region, bucket },
      ...{ accessKeyId: accessKey, secretAccessKey: secretKey },
      ...(securityToken !== null && { sessionToken: securityToken }),
    });
  } catch (error) {
    // The native message would tell fields that the request does not have.
    if (error instanceof TapedeckError)
      throw invalidParameter(field, 'cannot be used: bucket or keys have characters that no storage takes');
    throw error;
  }
}
