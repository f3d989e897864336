import { describe, expect, test } from 'vitest';
import { ValidationError } from './errors.ts';
import { parseCreateStorage, parsePatchStorage } from './storage.ts';
import { storageAddress, storagePresets, type StoragePresetName } from './storage-presets.ts';

const base = { name: 'archive', bucket: 'calls', accessKeyId: 'key', secretAccessKey: 'secret' };
const addressOf = (change: object) => storageAddress(parseCreateStorage({ ...base, ...change }));

describe('presets', () => {
  test.each<[StoragePresetName, object, string, boolean]>([
    ['aws', { region: 'eu-central-1' }, 'https://s3.eu-central-1.amazonaws.com', false],
    ['aws', { region: 'cn-north-1' }, 'https://s3.cn-north-1.amazonaws.com.cn', false],
    ['minio', { endpoint: 'http://minio:9000/' }, 'http://minio:9000', true],
    ['r2', { accountId: 'abc123' }, 'https://abc123.r2.cloudflarestorage.com', true],
    ['cos', { region: 'ap-guangzhou' }, 'https://cos.ap-guangzhou.myqcloud.com', false],
    ['oss', { region: 'cn-hangzhou' }, 'https://s3.oss-cn-hangzhou.aliyuncs.com', false],
    ['obs', { region: 'cn-north-4' }, 'https://obs.cn-north-4.myhuaweicloud.com', false],
    ['tos', { region: 'cn-beijing' }, 'https://tos-s3-cn-beijing.volces.com', false],
    ['kodo', { region: 'cn-east-1' }, 'https://s3.cn-east-1.qiniucs.com', false],
    ['gcs', {}, 'https://storage.googleapis.com', true],
    ['s3', { endpoint: 'https://objects.example' }, 'https://objects.example', true],
  ])('%s', (preset, change, endpoint, pathStyle) => {
    expect(addressOf({ preset, ...change })).toMatchObject({ endpoint, pathStyle });
  });

  test('give way to what the request says', () => {
    const change = { preset: 'aws', region: 'eu-west-1', endpoint: 'https://vpce.example', pathStyle: true };
    expect(addressOf(change)).toEqual({ endpoint: 'https://vpce.example', region: 'eu-west-1', pathStyle: true });
  });

  test('are every provider that is promised', () => {
    expect(Object.keys(storagePresets)).toEqual(['aws', 'minio', 'r2', 'cos', 'oss', 'obs', 'tos', 'kodo', 'gcs', 's3']);
  });
});

test.each<[string, object]>([
  ['secretAccessKey', { secretAccessKey: 'hush with spaces' }],
  ['secretAccessKey', { secretAccessKey: ['hush'] }],
  ['sessionToken', { sessionToken: 'hush hush' }],
  ['encryption.key', { encryption: { type: 'customer', key: `hush${' '.repeat(40)}` } }],
])('a wrong %s is named and not shown', (field, change) => {
  const parse = (): unknown => parseCreateStorage({ ...base, endpoint: 'https://x.example', ...change });
  expect(parse).toThrow(ValidationError);
  expect(parse).toThrow(new RegExp(`^${field} (?!.*hush)`));
});

describe('a storage is refused', () => {
  test.each<[string, object, RegExp]>([
    ['name', { name: 'Has Spaces' }, /allowed form/],
    ['name', { name: 'default' }, /disk of this server/],
    ['preset', { preset: 'ftp' }, /must be one of "aws", "minio"/],
    ['region', { preset: 'aws' }, /is needed with preset "aws"/],
    ['endpoint', {}, /is needed with preset "s3"/],
    ['accountId', { preset: 'r2' }, /is needed with preset "r2"/],
    ['endpoint', { endpoint: 'ftp://x.example' }, /http\(s\)/],
    ['endpoint', { endpoint: 'https://x.example/path' }, /http\(s\)/],
    ['endpoint', { endpoint: 'https://user:word@x.example' }, /http\(s\)/],
    ['bucket', { endpoint: 'https://x.example', bucket: 'a/b' }, /allowed form/],
    ['prefix', { endpoint: 'https://x.example', prefix: '../up/' }, /allowed form/],
    ['prefix', { endpoint: 'https://x.example', prefix: 'no-slash' }, /must end with "\/"/],
    ['retentionDays', { endpoint: 'https://x.example', retentionDays: 0 }, /from 1 to 36500/],
    ['fallback', { endpoint: 'https://x.example', fallback: 'archive' }, /another storage/],
    ['encryption.type', { endpoint: 'https://x.example', encryption: { type: 'rot13' } }, /one of "AES256", "aws:kms", "customer"/],
    ['encryption.key', { endpoint: 'https://x.example', encryption: { type: 'customer', key: 'short' } }, /44 to 44 characters/],
    ['encryption', { endpoint: 'http://x.example', encryption: { type: 'customer', key: `${'A'.repeat(43)}=` } }, /needs an https/],
    ['acl', { endpoint: 'https://x.example', acl: 'public' }, /is not known/],
  ])('for its %s', (field, change, message) => {
    const parse = (): unknown => parseCreateStorage({ ...base, ...change });
    expect(parse).toThrow(ValidationError);
    expect(parse).toThrow(message);
    try {
      parse();
    } catch (error) {
      expect((error as ValidationError).field).toBe(field);
    }
  });

  test('a change has only what it names, and never another name', () => {
    expect(parsePatchStorage({ retentionDays: 7 })).toEqual({ retentionDays: 7 });
    expect(() => parsePatchStorage({ name: 'other' })).toThrow(/name is not known/);
    expect(() => parsePatchStorage({})).toThrow(/at least one of/);
  });
});
