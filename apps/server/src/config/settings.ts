import { availableParallelism } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { isAllowEntry } from '@tapedeck/delivery';
import { logLevels, roles } from './config.ts';

type Raw = unknown;

/** One key an operator may set: where it stands in the file, its environment variable, its default and what is allowed (used in messages). */
export interface Setting {
  readonly key: string;
  readonly env: string | null;
  readonly allowed: string;
  readonly fallback: unknown;
  /** A usable value, or undefined when `raw` is not allowed. Environment values arrive as text. */
  readonly read: (raw: Raw) => unknown;
}

const text = (raw: Raw): string | undefined => (typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : undefined);

function integer(min: number, max: number): (raw: Raw) => number | undefined {
  return (raw) => {
    const value = typeof raw === 'string' && /^-?\d+$/.test(raw.trim()) ? Number(raw) : raw;
    return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined;
  };
}

const flag = (raw: Raw): boolean | undefined =>
  raw === true || raw === 'true' ? true : raw === false || raw === 'false' ? false : undefined;

function url(protocols: readonly string[]): (raw: Raw) => string | undefined {
  return (raw) => {
    const value = text(raw);
    if (value === undefined || !URL.canParse(value)) return undefined;
    return protocols.includes(new URL(value).protocol) ? value.replace(/\/+$/, '') : undefined;
  };
}

const oneOf =
  (values: readonly string[]) =>
  (raw: Raw): string | undefined =>
    typeof raw === 'string' && values.includes(raw) ? raw : undefined;

function listOf(values: readonly string[]): (raw: Raw) => readonly string[] | undefined {
  return (raw) => {
    const list = typeof raw === 'string' ? raw.split(',').map((item) => item.trim()) : raw;
    if (!Array.isArray(list) || list.length === 0) return undefined;
    return list.every((item) => values.includes(item as string)) ? [...new Set(list as string[])] : undefined;
  };
}

const matching =
  (pattern: RegExp) =>
  (raw: Raw): string | undefined =>
    typeof raw === 'string' && pattern.test(raw) ? raw : undefined;

const path = (raw: Raw): string | undefined => {
  const value = text(raw);
  return value === undefined ? undefined : isAbsolute(value) ? value : resolve(value);
};

/** `true` and `false` stand for everything and nothing. */
function allowList(raw: Raw): readonly string[] | undefined {
  const isFlag = flag(raw);
  if (isFlag !== undefined) return isFlag ? ['*'] : [];
  const list: readonly unknown[] = typeof raw === 'string' ? raw.split(',').map((item) => item.trim()) : Array.isArray(raw) ? raw : [''];
  return list.every((item) => typeof item === 'string' && isAllowEntry(item)) ? (list as readonly string[]) : undefined;
}

/** Where a list of addresses says where storages may be; no path, no slash at the end. */
function endpoints(raw: Raw): readonly string[] | undefined {
  const list: readonly unknown[] = typeof raw === 'string' ? raw.split(',').map((item) => item.trim()) : Array.isArray(raw) ? raw : [''];
  const read = list.map((item) => url(['http:', 'https:'])(item));
  return read.every((item) => item !== undefined && new URL(item).origin === item) ? (read as readonly string[]) : undefined;
}

const gib = 1024 ** 3;

/** Every key of `tapedeck.config.yaml`, in the order in which the documentation lists them. */
export const settings: readonly Setting[] = [
  { key: 'dataDir', env: 'TAPEDECK_DATA_DIR', allowed: 'a path', fallback: resolve('.tapedeck'), read: path },
  { key: 'host', env: 'TAPEDECK_HOST', allowed: 'an address or host name', fallback: '127.0.0.1', read: matching(/^[\w.:-]{1,253}$/) },
  {
    key: 'port',
    env: 'TAPEDECK_PORT',
    allowed: 'a whole number from 0 to 65535 (0: any free port)',
    fallback: 7080,
    read: integer(0, 65_535),
  },
  { key: 'publicUrl', env: 'TAPEDECK_PUBLIC_URL', allowed: 'an http:// or https:// URL', fallback: null, read: url(['http:', 'https:']) },
  { key: 'key', env: 'TAPEDECK_KEY', allowed: '3 to 64 letters, digits, "-" or "_"', fallback: null, read: matching(/^[\w-]{3,64}$/) },
  {
    key: 'secret',
    env: 'TAPEDECK_SECRET',
    allowed: '6 to 256 printable characters',
    fallback: null,
    read: matching(/^[\x21-\x7e]{6,256}$/),
  },
  {
    key: 'databaseUrl',
    env: 'TAPEDECK_DATABASE_URL',
    allowed: 'a postgres:// URL',
    fallback: null,
    read: url(['postgres:', 'postgresql:']),
  },
  {
    key: 'livekit.url',
    env: 'TAPEDECK_LIVEKIT_URL',
    allowed: 'a ws://, wss://, http:// or https:// URL',
    fallback: null,
    read: url(['ws:', 'wss:', 'http:', 'https:']),
  },
  { key: 'livekit.key', env: 'TAPEDECK_LIVEKIT_KEY', allowed: 'a LiveKit API key', fallback: null, read: matching(/^[\x21-\x7e]{1,256}$/) },
  {
    key: 'livekit.secret',
    env: 'TAPEDECK_LIVEKIT_SECRET',
    allowed: 'a LiveKit API secret',
    fallback: null,
    read: matching(/^[\x21-\x7e]{1,256}$/),
  },
  { key: 'livekit.bin', env: 'TAPEDECK_LIVEKIT_BIN', allowed: 'the path of a livekit-server binary', fallback: null, read: path },
  {
    key: 'livekit.nodeIp',
    env: 'TAPEDECK_LIVEKIT_NODE_IP',
    allowed: 'an IP address',
    fallback: null,
    read: matching(/^[0-9a-fA-F.:]{2,45}$/),
  },
  {
    key: 'livekit.udpPort',
    env: 'TAPEDECK_LIVEKIT_UDP_PORT',
    allowed: 'a whole number from 0 to 65535 (0: any free port)',
    fallback: 0,
    read: integer(0, 65_535),
  },
  {
    key: 'livekit.tcpPort',
    env: 'TAPEDECK_LIVEKIT_TCP_PORT',
    allowed: 'a whole number from 0 to 65535 (0: any free port)',
    fallback: 0,
    read: integer(0, 65_535),
  },
  { key: 'livekit.webhooks', env: 'TAPEDECK_LIVEKIT_WEBHOOKS', allowed: 'true or false', fallback: true, read: flag },
  { key: 'roles', env: 'TAPEDECK_ROLES', allowed: `one or more of ${roles.join(', ')}`, fallback: [...roles], read: listOf(roles) },
  { key: 'logLevel', env: 'TAPEDECK_LOG_LEVEL', allowed: `one of ${logLevels.join(', ')}`, fallback: 'info', read: oneOf(logLevels) },
  {
    key: 'minFreeBytes',
    env: 'TAPEDECK_MIN_FREE_BYTES',
    allowed: 'a whole number of bytes from 0 to 2^50',
    fallback: gib,
    read: integer(0, 2 ** 50),
  },
  {
    key: 'stopGraceS',
    env: 'TAPEDECK_STOP_GRACE_S',
    allowed: 'a whole number of seconds from 0 to 3600',
    fallback: 60,
    read: integer(0, 3600),
  },
  {
    key: 'linkLifeS',
    env: 'TAPEDECK_LINK_LIFE_S',
    allowed: 'a whole number of seconds from 60 to 604800',
    fallback: 3600,
    read: integer(60, 604_800),
  },
  { key: 'evidence', env: 'TAPEDECK_EVIDENCE', allowed: 'true or false', fallback: false, read: flag },
  { key: 'recorder.standby', env: 'TAPEDECK_RECORDER_STANDBY', allowed: 'true or false', fallback: true, read: flag },
  {
    key: 'recorder.maxRecordings',
    env: 'TAPEDECK_RECORDER_MAX_RECORDINGS',
    allowed: 'a whole number from 1 to 10000',
    fallback: 200,
    read: integer(1, 10_000),
  },
  {
    key: 'recorder.keyframeS',
    env: 'TAPEDECK_RECORDER_KEYFRAME_S',
    allowed: 'a whole number of seconds from 2 to 600',
    fallback: 30,
    read: integer(2, 600),
  },
  {
    key: 'renderer.concurrency',
    env: 'TAPEDECK_RENDERER_CONCURRENCY',
    allowed: 'a whole number from 1 to 64 (default: the number of cores)',
    fallback: Math.min(64, availableParallelism()),
    read: integer(1, 64),
  },
  {
    key: 'autoRecord.pollS',
    env: 'TAPEDECK_AUTO_RECORD_POLL_S',
    allowed: 'a whole number of seconds from 0 (never) to 3600',
    fallback: 5,
    read: integer(0, 3600),
  },
  {
    key: 'outgoing.allowPrivate',
    env: 'TAPEDECK_OUTGOING_ALLOW_PRIVATE',
    allowed: 'host names (minio, *.lan), addresses or networks (10.0.0.0/8), or "*"',
    fallback: [],
    read: allowList,
  },
  {
    key: 'dialects.storageEndpoints',
    env: 'TAPEDECK_DIALECTS_STORAGE_ENDPOINTS',
    allowed: 'http(s) addresses without a path (https://cos.ap-guangzhou.myqcloud.com), commas between',
    fallback: [],
    read: endpoints,
  },
  {
    key: 'dialects.maxTencentTasks',
    env: 'TAPEDECK_DIALECTS_MAX_TENCENT_TASKS',
    allowed: 'a whole number from 1 to 100000',
    fallback: 100,
    read: integer(1, 100_000),
  },
  {
    key: 'pictures.dir',
    env: 'TAPEDECK_PICTURES_DIR',
    allowed: 'the path of a folder whose pictures layouts may name as file:NAME',
    fallback: null,
    read: path,
  },
  {
    key: 'delivery.retryMaxS',
    env: 'TAPEDECK_DELIVERY_RETRY_MAX_S',
    allowed: 'a whole number of seconds from 1 to 86400',
    fallback: 300,
    read: integer(1, 86_400),
  },
  {
    key: 'delivery.giveUpAfterS',
    env: 'TAPEDECK_DELIVERY_GIVE_UP_AFTER_S',
    allowed: 'a whole number of seconds from 1 to 31536000',
    fallback: 14 * 86_400,
    read: integer(1, 31_536_000),
  },
  {
    key: 'logRetentionS',
    env: 'TAPEDECK_LOG_RETENTION_S',
    allowed: 'a whole number of seconds from 0 to 315360000 (0: kept)',
    fallback: 0,
    read: integer(0, 315_360_000),
  },
];
