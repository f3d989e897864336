import { invalidParameter, VolcengineError } from '../errors.ts';
import type { ApiVersion } from '../versions.ts';
import type { Fields } from './fields.ts';

/** The third parties of `CustomConfig.Vendor`, in the order of their numbers. */
export const customVendors = ['aws', 'oss', 'obs', 'cos', 'kodo'] as const;
export type CustomVendor = (typeof customVendors)[number];

/** Where the files of a task are to go. */
export type StorageWish =
  | { readonly kind: 'vod'; readonly space: string }
  | { readonly kind: 'tos'; readonly bucket: string; readonly region: number | string }
  | {
      readonly kind: 'custom';
      readonly vendor: CustomVendor;
      readonly bucket: string;
      readonly region: number | string;
      readonly accessKey: string;
      readonly secretKey: string;
      readonly securityToken: string | null;
    };

/** `StorageConfig`; in the oldest version `Vod`. */
export function readStorage(body: Fields, version: ApiVersion): StorageWish {
  if (version === '2020-12-01' && !body.has('StorageConfig')) return readVod(body.requiredObject('Vod'));
  const fields = body.requiredObject('StorageConfig');
  const type = fields.choice('Type', [0, 1, 2, 3], 0, true);
  if (type === 1) return readVod(fields.requiredObject('VodConfig'));
  if (type === 2) return readCustom(fields.requiredObject('CustomConfig'));
  if (type === 3) throw invalidParameter(fields.at('Type'), 'must be 0, 1 or 2: veImageX (3) takes snapshots, not recordings');
  const tos = fields.requiredObject('TosConfig');
  checkAccount(tos);
  return { kind: 'tos', bucket: readBucket(tos), region: readRegion(tos) };
}

function readVod(fields: Fields): StorageWish {
  checkAccount(fields);
  readRegion(fields);
  fields.choice('StorageClass', [1, 2, 3], 1);
  fields.bool('AutoSetFileExtension', false);
  return { kind: 'vod', space: fields.requiredText('Space') };
}

function readCustom(fields: Fields): StorageWish {
  const vendor = customVendors[fields.choice('Vendor', [0, 1, 2, 3, 4], 0, true)] ?? 'aws';
  return {
    ...{ kind: 'custom', vendor, bucket: readBucket(fields), region: readRegion(fields) },
    accessKey: fields.requiredText('AccessKey'),
    secretKey: fields.requiredText('SecretKey'),
    securityToken: fields.text('SecurityToken') || null,
  };
}

/** The Node SDK's types call `AccountId` `UserAccountId`. */
function checkAccount(fields: Fields): void {
  if ((fields.text('AccountId') || fields.text('UserAccountId') || '') === '')
    throw new VolcengineError('InvalidParameter.EmptyAccountId', `${fields.at('AccountId')} is missing.`);
}

function readBucket(fields: Fields): string {
  const bucket = fields.requiredText('Bucket');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{2,62}$/.test(bucket))
    throw invalidParameter(fields.at('Bucket'), 'must have 3 to 63 letters, digits, ".", "_" or "-"');
  return bucket;
}

/** A number of the vendor's table. The Node SDK's types have the region as a string: its digits, or the region's own name. */
function readRegion(fields: Fields): number | string {
  if (!fields.isText('Region')) return fields.integer('Region', { min: 0, max: 1000, fallback: 0, isFirm: true });
  const text = fields.text('Region') ?? '';
  if (/^\d{0,3}$/.test(text)) return Number(text);
  if (!/^[a-z0-9-]{1,64}$/.test(text)) throw invalidParameter(fields.at('Region'), 'must be the number or the name of a region');
  return text;
}
