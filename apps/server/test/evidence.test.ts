import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTerminal, type Recording } from '@tapedeck/protocol';
import { crc32c, readSegment } from '@tapedeck/rtplog';
import { requirement } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { describeKey, evidenceKey } from '../src/evidence/evidence-key.ts';
import { encodeManifest, type SignedManifest, signedBytes } from '../src/evidence/manifest.ts';
import { unpackBundle } from '../src/evidence/unpack-bundle.ts';
import type { EvidenceVerdict } from '../src/evidence/verify-evidence.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { cleanUp, makeDataDir, runCommand, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';

const livekit = requirement('livekit');
const small = { type: 'composite', formats: ['mp4', 'hls'], video: { width: 320, height: 180, fps: 15 } } as const;

/** Bytes of all files below a folder; 0 while it is not there. */
function sizeOf(dir: string): number {
  if (!existsSync(dir)) return 0;
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

describe.skipIf(livekit === null)('evidence of a recording', { timeout: 180_000 }, () => {
  let dataDir: string;
  let server: ServerProcess;
  let recording: Recording;
  let bundle: string;
  const get = async (path: string): Promise<Response> =>
    await fetch(`${server.url}${path}`, { headers: { authorization: `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}` } });
  const verify = async (path: string, ...options: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> =>
    await runCommand(['verify', path, ...options], dataDir);
  const verdict = async (path: string, ...options: string[]): Promise<EvidenceVerdict & { code: number | null }> => {
    const { code, stdout } = await verify(path, '--json', ...options);
    return { ...(JSON.parse(stdout) as EvidenceVerdict), code };
  };

  beforeAll(async () => {
    dataDir = makeDataDir();
    server = await startServerProcess(dataDir);
    const people = await bringPeople(server, 'witness', ['ada']);
    const { id } = await server.api.create({ room: 'witness', evidence: true, outputs: [small] });
    await waitForRecording(server.api, id, ({ state }) => state === 'recording');
    await vi.waitUntil(() => sizeOf(join(dataDir, 'data/recordings', id, 'e1/tracks')) > 20_000, { timeout: 60_000 });
    const killed = server.recorderPid();
    process.kill(killed ?? 0, 'SIGKILL'); // its successor seals what it left
    await waitForRecording(server.api, id, () => server.recorderPid() !== null && server.recorderPid() !== killed);
    // Some of the call is to be in each of the epochs.
    await vi.waitUntil(() => sizeOf(join(dataDir, 'data/recordings', id, 'e2/tracks')) > 50_000, { timeout: 60_000 });
    await server.api.stop(id);
    recording = await waitForRecording(server.api, id, ({ state }) => isTerminal(state));
    await sendHome(people);
    bundle = join(dataDir, 'bundle.zip');
    writeFileSync(bundle, Buffer.from(await (await get(`/v1/recordings/${id}/evidence/bundle`)).arrayBuffer()));
  }, 120_000);
  afterAll(() => cleanUp(dataDir, server));

  /** The bundle unpacked once more, to be tampered with. */
  const copy = async (name: string): Promise<string> => {
    const unpacked = await unpackBundle(bundle);
    const dir = join(dataDir, name);
    cpSync(unpacked.dir, dir, { recursive: true });
    await unpacked.remove();
    return dir;
  };
  const segmentOf = (dir: string): string => {
    const track = readdirSync(join(dir, 'e1/tracks')).find((name) => statSync(join(dir, 'e1/tracks', name, '000001.rtplog')).size > 2000);
    return `e1/tracks/${track}/000001.rtplog`;
  };

  it('is signed with the installation’s key, which everybody may ask for', async () => {
    expect(recording.state).toBe('completed');
    const manifest = (await (await get(`/v1/recordings/${recording.id}/evidence`)).json()) as SignedManifest;
    expect(manifest).toMatchObject({ type: 'tapedeck.evidence/1', recordingId: recording.id, room: 'witness', outcome: 'completed' });
    expect(manifest.epochs.map(({ isCrashed }) => isCrashed)).toEqual([true, false]);
    expect(manifest.epochs[0]?.anchors[0]?.wallMs).toBeGreaterThan(Date.now() - 300_000);
    const hashes = (files: readonly { readonly key: string; readonly sha256: string | null }[]): string[] =>
      files.map(({ key, sha256 }) => `${key} ${sha256}`).toSorted();
    expect(hashes(manifest.files)).toEqual(hashes(recording.files));
    expect(manifest.files.find(({ format }) => format === 'hls')?.parts.length).toBeGreaterThan(1);
    const key = (await (await get('/v1/evidence-key')).json()) as { keyId: string; publicKeyPem: string };
    expect(key.keyId).toBe(manifest.signature.keyId);
    expect(statSync(join(dataDir, 'data/evidence-key.pem')).mode & 0o777).toBe(0o600);
    expect((await runCommand(['doctor'], dataDir)).stdout).toContain(key.publicKeyPem.split('\n')[1]);
  });

  it('verifies where it lies, as a bundle, and with the public key alone', async () => {
    const log = join(dataDir, 'data/recordings', recording.id);
    const { code, stdout } = await verify(log);
    expect(stdout).toMatch(/its recorder died: sealed up to the last good record/);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('intact');
    expect(code).toBe(0);
    const pem = join(dataDir, 'public.pem');
    writeFileSync(pem, evidenceKey(join(dataDir, 'data')).publicKeyPem);
    const found = await verdict(bundle, '--key', pem);
    expect(found).toMatchObject({ code: 0, verdict: 'intact', first: null, signature: { state: 'valid', isTrusted: true } });
    expect(found.filesChecked).toBeGreaterThan(3);
  });

  it('names the first altered bytes of a segment, also of one whose sums were made anew', async () => {
    const dir = await copy('segment');
    const path = segmentOf(dir);
    const bytes = readFileSync(join(dir, path));
    const { records, goodBytes } = readSegment(bytes);
    const sizes = records.map((record) => record.bytes.length + 17);
    const start = goodBytes - sizes.reduce((sum, size) => sum + size, 0);
    const [from, to] = [start + sizes[0]!, start + sizes[0]! + sizes[1]!];
    bytes[from + 20]! ^= 1;
    writeFileSync(join(dir, path), bytes);
    expect(await verdict(dir)).toMatchObject({ code: 1, verdict: 'altered', first: { path, kind: 'altered', fromByte: from, toByte: to } });
    expect((await verify(dir)).stdout).toContain(`First altered bytes: ${path}, ${from} to ${to}`);
    bytes.writeUInt32LE(crc32c(bytes, from, to - 4), to - 4);
    writeFileSync(join(dir, path), bytes);
    const forged = await verdict(dir);
    expect(forged).toMatchObject({ code: 1, first: { path, kind: 'altered' } });
    expect(forged.first?.fromByte).toBeLessThanOrEqual(from);
    expect(forged.first?.toByte).toBeGreaterThan(from);
  });

  it('names what was changed in session.jsonl, sealed.json, the manifest and a delivered file', async () => {
    const replaced: readonly (readonly [string, string, string])[] = [
      ['e2/session.jsonl', '"type":"clock"', '"type":"cl0ck"'],
      ['e2/sealed.json', '"reason": "stopped"', '"reason": "idle"'],
      ['evidence.json', '"room": "witness"', '"room": "nobody"'],
    ];
    for (const [path, text, other] of replaced) {
      const dir = await copy(path.replaceAll('/', '-'));
      const before = readFileSync(join(dir, path), 'utf8');
      const at = before.indexOf(text);
      writeFileSync(join(dir, path), before.replace(text, other));
      const found = await verdict(dir);
      expect(found).toMatchObject({ code: 1, first: { path, line: before.slice(0, at).split('\n').length } });
      expect(found.first?.fromByte).toBeLessThanOrEqual(at);
      expect(found.first?.toByte).toBeGreaterThan(at);
      expect(found.findings).toHaveLength(1);
    }
    const dir = await copy('file');
    const file = `files/${recording.files.find(({ format }) => format === 'mp4')?.key}`;
    const media = readFileSync(join(dir, file));
    media[media.length - 9]! ^= 1;
    writeFileSync(join(dir, file), media);
    expect(await verdict(dir)).toMatchObject({ code: 1, first: { path: file, kind: 'altered' } });
  });

  it('is not taken from somebody who signs a forged log with another key', async () => {
    const dir = await copy('forger');
    const manifest = JSON.parse(readFileSync(join(dir, 'evidence.json'), 'utf8')) as SignedManifest;
    const forger = evidenceKey(join(dataDir, 'forger-data'));
    const { signature: _, ...facts } = { ...manifest, room: 'elsewhere' };
    const { algorithm, keyId, publicKeyPem } = forger;
    const value = forger.sign(signedBytes({ ...facts, signature: manifest.signature }));
    writeFileSync(join(dir, 'evidence.json'), encodeManifest(facts, { algorithm, keyId, publicKeyPem, value }));
    expect(describeKey(publicKeyPem).keyId).toBe(keyId);
    expect(await verdict(dir)).toMatchObject({
      code: 1,
      first: { path: 'evidence.json' },
      signature: { state: 'valid', isTrusted: false },
    });
  });

  it('says what it cannot verify', async () => {
    expect((await verify(join(dataDir, 'nothing'))).code).toBe(2);
    const open = await copy('open');
    rmSync(join(open, 'evidence.json'));
    rmSync(join(open, 'e2/sealed.json'));
    expect(await verdict(open)).toMatchObject({ code: 3, verdict: 'unsealed', signature: { state: 'missing' } });
    const other = await server.api.create({ room: 'nobody', idleTimeoutS: 1 });
    await waitForRecording(server.api, other.id, ({ state }) => isTerminal(state));
    const refused = await get(`/v1/recordings/${other.id}/evidence`);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([404, 'NOT_FOUND']);
  });
});
