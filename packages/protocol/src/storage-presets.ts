/** How a provider's S3-compatible service is spoken to. */
export interface StoragePreset {
  /** `{region}` and `{accountId}` are filled in; null: the request must name the endpoint. */
  readonly endpoint: string | null;
  /** Where the preset needs no region of the request; null: the request must name one. */
  readonly region: string | null;
  /** `https://host/bucket/key` instead of `https://bucket.host/key`. */
  readonly pathStyle: boolean;
}

/**
 * Every provider by its name in requests. `s3` is any other S3-compatible endpoint.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/s3.html and the S3 compatibility pages of each provider.
 */
export const storagePresets = Object.freeze({
  aws: { endpoint: 'https://s3.{region}.amazonaws.com', region: null, pathStyle: false },
  minio: { endpoint: null, region: 'us-east-1', pathStyle: true },
  r2: { endpoint: 'https://{accountId}.r2.cloudflarestorage.com', region: 'auto', pathStyle: true },
  cos: { endpoint: 'https://cos.{region}.myqcloud.com', region: null, pathStyle: false },
  oss: { endpoint: 'https://s3.oss-{region}.aliyuncs.com', region: null, pathStyle: false },
  obs: { endpoint: 'https://obs.{region}.myhuaweicloud.com', region: null, pathStyle: false },
  tos: { endpoint: 'https://tos-s3-{region}.volces.com', region: null, pathStyle: false },
  kodo: { endpoint: 'https://s3.{region}.qiniucs.com', region: null, pathStyle: false },
  gcs: { endpoint: 'https://storage.googleapis.com', region: 'auto', pathStyle: true },
  s3: { endpoint: null, region: 'us-east-1', pathStyle: true },
} satisfies Record<string, StoragePreset>);
export type StoragePresetName = keyof typeof storagePresets;

/** Where a storage's requests go. */
export interface StorageAddress {
  readonly endpoint: string;
  readonly region: string;
  readonly pathStyle: boolean;
}

/** What a storage's address is made of: what the request leaves out comes from its preset. */
export interface StorageAddressParts {
  readonly preset: StoragePresetName;
  readonly endpoint: string | null;
  readonly region: string | null;
  readonly accountId: string | null;
  readonly pathStyle: boolean | null;
}

/** The address, or the name of the field that is missing for it. */
export function storageAddress(parts: StorageAddressParts): StorageAddress | { readonly missing: 'endpoint' | 'region' | 'accountId' } {
  const preset: StoragePreset = storagePresets[parts.preset];
  const region = parts.region ?? preset.region;
  if (region === null) return { missing: 'region' };
  if (parts.endpoint === null && preset.endpoint === null) return { missing: 'endpoint' };
  if (parts.endpoint === null && preset.endpoint?.includes('{accountId}') === true && parts.accountId === null)
    return { missing: 'accountId' };
  const isChina = parts.preset === 'aws' && region.startsWith('cn-');
  const made = `${preset.endpoint ?? ''}${isChina ? '.cn' : ''}`.replace('{region}', region).replace('{accountId}', parts.accountId ?? '');
  return { endpoint: (parts.endpoint ?? made).replace(/\/+$/, ''), region, pathStyle: parts.pathStyle ?? preset.pathStyle };
}
