import type { CustomVendor } from '../read/storage-config.ts';

/** Names of the regions that requests give by number, where the vendor's table is known. */
const regions: Readonly<Record<'tos' | CustomVendor, Readonly<Record<number, string>>>> = {
  tos: { 0: 'cn-beijing' },
  aws: {
    ...{ 0: 'us-east-1', 1: 'us-east-2', 2: 'us-west-1', 3: 'us-west-2', 4: 'eu-west-1', 5: 'eu-west-2', 6: 'eu-west-3' },
    ...{ 8: 'ap-southeast-1', 10: 'ap-northeast-1', 11: 'ap-northeast-2', 12: 'sa-east-1', 13: 'ca-central-1', 14: 'ap-south-1' },
    ...{ 18: 'ap-east-1', 19: 'eu-south-1', 20: 'ap-northeast-3', 21: 'eu-north-1', 22: 'me-south-1', 24: 'af-south-1' },
  },
  oss: {
    ...{ 0: 'cn-hangzhou', 1: 'cn-shanghai', 2: 'cn-qingdao', 3: 'cn-beijing', 4: 'cn-zhangjiakou', 5: 'cn-huhehaote' },
    ...{ 6: 'cn-wulanchabu', 7: 'cn-shenzhen', 8: 'cn-heyuan', 9: 'cn-guangzhou', 10: 'cn-chengdu', 11: 'cn-hongkong' },
    ...{ 12: 'us-west-1', 13: 'us-east-1', 14: 'ap-southeast-1', 15: 'ap-southeast-2', 17: 'ap-southeast-5' },
    ...{ 18: 'ap-northeast-1', 19: 'ap-south-1', 20: 'eu-central-1', 21: 'eu-west-1', 22: 'me-east-1', 23: 'ap-southeast-6' },
  },
  obs: {},
  cos: {},
  kodo: {},
};

/** The region's name for S3-compatible requests (a name stays), or null when the table does not know the number. */
export function regionName(vendor: 'tos' | CustomVendor, region: number | string): string | null {
  return typeof region === 'string' ? region : (regions[vendor][region] ?? null);
}
