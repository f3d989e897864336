import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { parse } from 'yaml';
import { ConfigError } from '../errors.ts';
import type { Config } from './config.ts';
import { type Setting, settings } from './settings.ts';
import { unknownVariables } from './unknown-variables.ts';

/** Where `loadConfig` looks when no file is named. */
export const defaultConfigFile = 'tapedeck.config.yaml';

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** An explicit file must exist; without one `TAPEDECK_CONFIG`, then `./tapedeck.config.yaml` is read when it is there. */
  readonly file?: string | undefined;
  /** Values of command-line options by key; they win over the environment, which wins over the file. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/**
 * The configuration, every default filled in, or an error: nothing is guessed.
 *
 * @throws {ConfigError} CONFIG_INVALID naming the key, the value and the allowed range.
 */
export function loadConfig(sources: ConfigSources): Config {
  refuseTypos(sources.env);
  const fromFile = readFile(sources);
  const values: Record<string, unknown> = {};
  for (const setting of settings) values[setting.key] = valueOf(setting, sources, fromFile);
  const config = Object.freeze(nest(values)) as unknown as Config;
  checkTogether(config);
  return config;
}

/** A variable one slip away from one of ours is meant to be it: going on without it would be a guess. */
function refuseTypos(env: ConfigSources['env']): void {
  for (const { name, meant } of unknownVariables(env)) {
    if (meant !== null) throw new ConfigError(name, `Environment variable ${name} is unknown: ${meant} is probably meant.`);
  }
}

function valueOf(setting: Setting, sources: ConfigSources, fromFile: ReadonlyMap<string, unknown>): unknown {
  const override = sources.overrides?.[setting.key];
  if (override !== undefined) return read(setting, override, 'command line');
  const fromEnv = setting.env === null ? undefined : sources.env[setting.env];
  if (fromEnv !== undefined && fromEnv !== '') return read(setting, fromEnv, setting.env ?? '');
  if (fromFile.has(setting.key)) return read(setting, fromFile.get(setting.key), 'configuration file');
  return setting.fallback;
}

function read(setting: Setting, raw: unknown, source: string): unknown {
  const value = setting.read(raw);
  if (value !== undefined) return value;
  const shown = isSecret(setting.key) ? 'the given value' : JSON.stringify(raw);
  throw new ConfigError(setting.key, `Configuration key "${setting.key}" (${source}): ${shown} is not allowed; give ${setting.allowed}.`);
}

const isSecret = (key: string): boolean => key === 'secret' || key === 'livekit.secret' || key === 'databaseUrl';

/** A secret under a mistyped name is one all the same. */
const shownValue = (key: string, value: unknown): string =>
  /secr|passw|token|database/i.test(key) || (typeof value === 'object' && value !== null) ? 'not shown' : JSON.stringify(value);

function readFile(sources: ConfigSources): Map<string, unknown> {
  const named = sources.file ?? sources.env['TAPEDECK_CONFIG'];
  const file = resolve(named ?? defaultConfigFile);
  if (!existsSync(file)) {
    if (named === undefined) return new Map();
    throw new ConfigError('config', `The configuration file ${file} does not exist.`);
  }
  let document: unknown;
  try {
    document = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError(
      'config',
      `The configuration file ${file} is not valid YAML: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  const flat = new Map<string, unknown>();
  if (document !== null && document !== undefined) flatten(document, '', flat, file);
  return flat;
}

function flatten(node: unknown, prefix: string, into: Map<string, unknown>, file: string): void {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) {
    throw new ConfigError(prefix || 'config', `${file}: "${prefix || 'the document'}" must be a mapping of keys.`);
  }
  for (const [name, value] of Object.entries(node)) {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    if (settings.some((setting) => setting.key === key)) into.set(key, relativeToFile(key, value, file));
    else if (settings.some((setting) => setting.key.startsWith(`${key}.`))) flatten(value, key, into, file);
    else
      throw new ConfigError(
        key,
        `${file}: unknown key "${key}" (value ${shownValue(key, value)}); known keys are ${settings.map((setting) => setting.key).join(', ')}.`,
      );
  }
}

function relativeToFile(key: string, value: unknown, file: string): unknown {
  const isPath = key === 'dataDir' || key === 'livekit.bin';
  return isPath && typeof value === 'string' && value !== '' && !isAbsolute(value) ? resolve(file, '..', value) : value;
}

function nest(values: Record<string, unknown>): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    const [outer, inner] = key.split('.') as [string, string | undefined];
    if (inner === undefined) nested[outer] = value;
    else nested[outer] = { ...(nested[outer] as object | undefined), [inner]: value };
  }
  return nested;
}

function checkTogether(config: Config): void {
  if ((config.key === null) !== (config.secret === null)) {
    throw new ConfigError(
      config.key === null ? 'key' : 'secret',
      'Configuration keys "key" and "secret" belong together: give both or neither.',
    );
  }
  const { url, key, secret } = config.livekit;
  if (url !== null && (key === null || secret === null)) {
    throw new ConfigError(
      key === null ? 'livekit.key' : 'livekit.secret',
      '"livekit.url" names your own LiveKit: "livekit.key" and "livekit.secret" must be given too.',
    );
  }
  if (url === null && (key !== null || secret !== null)) {
    throw new ConfigError(
      'livekit.url',
      '"livekit.key" and "livekit.secret" are for your own LiveKit: give "livekit.url" too. The built-in server uses the application\'s pair.',
    );
  }
  if (url === null && !config.roles.includes('media') && config.roles.some((role) => role === 'recorder' || role === 'api')) {
    throw new ConfigError('roles', `roles "${config.roles.join(',')}" need a LiveKit server: add "media" or give "livekit.url".`);
  }
}
