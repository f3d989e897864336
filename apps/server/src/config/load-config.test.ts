import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../errors.ts';
import { firstCredentials, masterKey } from './credentials.ts';
import { loadConfig } from './load-config.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tapedeck-config-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function file(yaml: string): string {
  const path = join(dir, 'tapedeck.config.yaml');
  writeFileSync(path, yaml);
  return path;
}

function refusal(load: () => unknown): ConfigError {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('the configuration', () => {
  it('has a default for everything', () => {
    const config = loadConfig({ env: {}, file: file('') });
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 7080,
      databaseUrl: null,
      roles: ['api', 'media', 'recorder', 'renderer'],
      logLevel: 'info',
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('takes the command line before the environment before the file, and paths of the file relative to it', () => {
    const path = file('port: 1000\nhost: 0.0.0.0\ndataDir: data\nrecorder:\n  standby: false\n');
    const config = loadConfig({
      env: { TAPEDECK_PORT: '2000', TAPEDECK_LOG_LEVEL: 'warn' },
      file: path,
      overrides: { port: '3000', host: undefined },
    });
    expect(config).toMatchObject({ port: 3000, host: '0.0.0.0', logLevel: 'warn', dataDir: join(dir, 'data') });
    expect(config.recorder.standby).toBe(false);
  });

  it('reads where requests may go, from text, a list or a flag', () => {
    const allowed = (env: Record<string, string>, yaml = '') => loadConfig({ env, file: file(yaml) }).outgoing.allowPrivate;
    expect(allowed({})).toEqual([]);
    expect(allowed({ TAPEDECK_OUTGOING_ALLOW_PRIVATE: 'minio, 10.0.0.0/8' })).toEqual(['minio', '10.0.0.0/8']);
    expect(allowed({}, 'outgoing:\n  allowPrivate: ["*.lan"]')).toEqual(['*.lan']);
    expect(allowed({}, 'outgoing:\n  allowPrivate: true')).toEqual(['*']);
  });

  it.each([
    ['prot: 80', 'prot', /unknown key "prot" \(value 80\)/],
    ['livekit:\n  uri: ws://x', 'livekit.uri', /unknown key "livekit.uri"/],
    ['secrets: hush-hush', 'secrets', /^(?!.*hush).*unknown key "secrets"/],
    ['credentials:\n  secret: hush-hush', 'credentials', /^(?!.*hush).*unknown key "credentials"/],
    ['outgoing:\n  allowPrivate: [10.0.0.0/99]', 'outgoing.allowPrivate', /10\.0\.0\.0\/99.* is not allowed; give host names/],
    ['port: 70000', 'port', /70000 is not allowed; give a whole number from 0 to 65535/],
    ['port: http', 'port', /"http" is not allowed/],
    ['roles: [api, recoder]', 'roles', /one or more of api, media, recorder, renderer/],
    ['logLevel: loud', 'logLevel', /one of fatal, error/],
    ['recorder: yes', 'recorder', /must be a mapping/],
    ['key: abc', 'secret', /belong together/],
    ['livekit:\n  url: ws://sfu', 'livekit.key', /must be given too/],
    ['livekit:\n  url: ftp://sfu', 'livekit.url', /a ws:\/\/, wss:\/\//],
    ['roles: [recorder]', 'roles', /add "media" or give "livekit.url"/],
    ['[1, 2]', 'config', /must be a mapping/],
    ['a: [', 'config', /not valid YAML/],
  ])('refuses %j, naming key, value and what is allowed', (yaml, field, message) => {
    const error = refusal(() => loadConfig({ env: {}, file: file(yaml) }));
    expect(error.field).toBe(field);
    expect(error.message).toMatch(message);
  });

  it('refuses a bad environment variable by its name, without showing a secret', () => {
    expect(refusal(() => loadConfig({ env: { TAPEDECK_PORT: 'x' }, file: file('') })).message).toContain('(TAPEDECK_PORT)');
    const { message } = refusal(() => loadConfig({ env: { TAPEDECK_KEY: 'abc', TAPEDECK_SECRET: 'short' }, file: file('') }));
    expect(message).not.toContain('short');
    expect(message).toContain('6 to 256');
  });

  it('refuses a named file that is not there', () => {
    expect(refusal(() => loadConfig({ env: { TAPEDECK_CONFIG: join(dir, 'none.yaml') } })).message).toContain('does not exist');
  });
});

describe('credentials', () => {
  it('are made once, kept private, and given again', () => {
    const config = loadConfig({ env: {}, file: file(''), overrides: { dataDir: join(dir, 'data') } });
    const first = firstCredentials(config);
    const second = firstCredentials(config);
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(second).toMatchObject({ key: first.key, secret: first.secret });
    expect(masterKey(config.dataDir)).toEqual(masterKey(config.dataDir));
    for (const name of ['credentials.json', 'master.key']) expect(statSync(join(config.dataDir, name)).mode & 0o777).toBe(0o600);
  });

  it('that are damaged are an error, not a new pair', () => {
    const config = loadConfig({ env: {}, file: file(''), overrides: { dataDir: dir } });
    writeFileSync(join(dir, 'credentials.json'), '{"key":1}');
    expect(refusal(() => firstCredentials(config)).message).toContain('credentials.json cannot be used');
  });
});
