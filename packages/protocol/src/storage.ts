import Type from 'typebox';
import { ValidationError } from './errors.ts';
import { limits } from './limits.ts';
import { PrefixSchema } from './names.ts';
import { readValue } from './read-value.ts';
import { storageAddress, storagePresets, type StoragePresetName } from './storage-presets.ts';

const Nullable = <T extends Type.TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], { default: null, ...(description !== undefined && { description }) });
const Text = (minLength: number, maxLength: number, description: string, more: { readonly writeOnly?: true } = {}) =>
  Type.String({ minLength, maxLength, pattern: String.raw`^[\x21-\x7e]+$`, description, ...more });
/** Shown nowhere: not in answers, not in what is said about a wrong one. */
const Secret = (minLength: number, maxLength: number, description: string) => Text(minLength, maxLength, description, { writeOnly: true });

/** The name of a storage: `default` is this server's own disk. */
export const StorageNameSchema = Type.String({
  minLength: 1,
  maxLength: limits.storageLength,
  pattern: '^[a-z0-9][a-z0-9-]*$',
  description: 'Lower-case letters, digits and "-"',
});

/** The storage keeps what it holds encrypted. `customer` (SSE-C): with a key that is sent with every request and never kept there. */
const EncryptionSchema = Type.Union([
  Type.Object({ type: Type.Literal('AES256') }, { additionalProperties: false }),
  Type.Object(
    { type: Type.Literal('aws:kms'), keyId: Nullable(Text(1, 2048, "Id or ARN of the KMS key; null: the bucket's own.")) },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      type: Type.Literal('customer'),
      key: Type.String({
        minLength: 44,
        maxLength: 44,
        pattern: '^[A-Za-z0-9+/]{43}=$',
        description: '32 bytes in base64',
        writeOnly: true,
      }),
    },
    { additionalProperties: false },
  ),
]);

const retentionDays = (description: string) =>
  Nullable(Type.Integer({ minimum: limits.retentionDays.min, maximum: limits.retentionDays.max }), description);

const storageProperties = {
  preset: Type.Enum(Object.keys(storagePresets) as StoragePresetName[], { default: 's3', description: 'Provider; `s3`: any other.' }),
  endpoint: Nullable(
    Type.String({ minLength: 8, maxLength: 1024, pattern: String.raw`^https?://[^\s/@?#]+/?$`, description: 'http(s)://host[:port]' }),
    'Without the bucket; null: as the preset makes it from `region`.',
  ),
  region: Nullable(
    Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z0-9-]+$', description: 'Lower-case letters, digits and "-"' }),
  ),
  accountId: Nullable(
    Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z0-9]+$', description: 'Letters and digits' }),
    'Preset r2.',
  ),
  bucket: Type.String({
    minLength: 3,
    maxLength: 63,
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]+$',
    description: 'Letters, digits, ".", "_", "-"',
  }),
  prefix: PrefixSchema,
  accessKeyId: Text(1, 256, 'Visible ASCII characters'),
  secretAccessKey: Secret(1, 1024, 'Visible ASCII characters'),
  sessionToken: Nullable(Secret(1, 8192, 'Visible ASCII characters'), 'Of temporary credentials.'),
  pathStyle: Nullable(Type.Boolean(), '`https://host/bucket/key` instead of `https://bucket.host/key`; null: as the preset needs it.'),
  encryption: Nullable(EncryptionSchema),
  storageClass: Nullable(
    Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Z0-9_]+$', description: 'Capital letters, digits and "_"' }),
  ),
  retentionDays: retentionDays('Files are deleted so many days after their recording ended; null: kept.'),
  fallback: Nullable(StorageNameSchema, 'Takes the files that this storage does not take.'),
};

/** The body of `POST /v1/storages` with every default filled in. */
export const CreateStorageSchema = Type.Object(
  { name: StorageNameSchema, ...storageProperties },
  { additionalProperties: false, title: 'CreateStorage' },
);
export type CreateStorage = Type.Static<typeof CreateStorageSchema>;

/** The body of `PATCH /v1/storages/{id}`: what is left out stays. The name stays for good. */
export const PatchStorageSchema = Type.Object(
  Object.fromEntries(Object.entries(storageProperties).map(([name, schema]) => [name, Type.Optional(schema as Type.TSchema)])),
  { additionalProperties: false, minProperties: 1, title: 'PatchStorage' },
);

const { secretAccessKey: _secret, sessionToken: _token, encryption: _encryption, ...shownProperties } = storageProperties;

/** A storage as answers show it: secrets are not among it. */
export const StorageSchema = Type.Object(
  {
    id: Type.String({ description: '`stg_…`' }),
    name: StorageNameSchema,
    ...shownProperties,
    encryption: Nullable(
      Type.Object({ type: Type.Enum(['AES256', 'aws:kms', 'customer']), keyId: Nullable(Type.String()) }, { additionalProperties: false }),
    ),
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time' }),
  },
  { additionalProperties: false, title: 'Storage' },
);
export type StorageResource = Type.Static<typeof StorageSchema>;

/** The answer of `GET /v1/storages`. */
export const StoragePageSchema = Type.Object({ items: Type.Array(StorageSchema) }, { additionalProperties: false });

/** The answer of `POST /v1/storages/{id}/test`. */
export const StorageTestSchema = Type.Object(
  {
    ok: Type.Boolean(),
    steps: Type.Array(
      Type.Object(
        { name: Type.Enum(['write', 'read', 'delete']), ok: Type.Boolean(), durationMs: Type.Number({ minimum: 0 }) },
        { additionalProperties: false },
      ),
      { description: 'What was tried, in order; the first that failed is the last.' },
    ),
    error: Type.Union([
      Type.Object(
        { code: Type.String(), fault: Type.Enum(['caller', 'destination', 'service']), detail: Type.String() },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
  },
  { additionalProperties: false, title: 'StorageTest' },
);
export type StorageTest = Type.Static<typeof StorageTestSchema>;

/** The request of `POST /v1/storages` with every default filled in. @throws {ValidationError} INVALID_REQUEST naming field and allowed range. */
export function parseCreateStorage(value: unknown): CreateStorage {
  const storage = readValue(CreateStorageSchema, value) as CreateStorage;
  if (storage.name === 'default') throw new ValidationError('name', 'must not be "default": that is the disk of this server', storage.name);
  if (storage.fallback === storage.name) throw new ValidationError('fallback', 'must be another storage', storage.fallback);
  const address = storageAddress(storage);
  if ('missing' in address) throw new ValidationError(address.missing, `is needed with preset "${storage.preset}"`);
  if (storage.prefix !== '' && !storage.prefix.endsWith('/')) throw new ValidationError('prefix', 'must end with "/"', storage.prefix);
  if (storage.encryption?.type === 'customer' && address.endpoint.startsWith('http:'))
    throw new ValidationError('encryption', 'of type "customer" needs an https:// endpoint: its key is sent with every request');
  return storage;
}

/** What `PATCH /v1/storages/{id}` changes. @throws {ValidationError} INVALID_REQUEST naming field and allowed range. */
export function parsePatchStorage(value: unknown): Partial<Omit<CreateStorage, 'name'>> {
  return readValue(PatchStorageSchema, value) as Partial<Omit<CreateStorage, 'name'>>;
}
