import { verify } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { sha256File } from '@tapedeck/delivery';
import { findChange, type Finding, verifyLog } from '@tapedeck/rtplog';
import { epochDirs } from '../recorder/epoch-start.ts';
import { describeKey } from './evidence-key.ts';
import { type EvidenceManifest, linesBeforeSignature, manifestName, signedBytes, type SignedManifest } from './manifest.ts';

/** What a signature says. `missing`: the recording was not made as evidence. */
export interface SignatureVerdict {
  readonly state: 'valid' | 'invalid' | 'missing';
  readonly keyId: string | null;
  /** Whether the key is the one that the verifier knows; null: none is known. */
  readonly isTrusted: boolean | null;
  readonly signedAt: string | null;
}

/** What was found at a path. Intact: `first` is null. */
export interface EvidenceVerdict {
  readonly path: string;
  readonly verdict: 'intact' | 'altered' | 'unsealed';
  /** The first altered bytes. */
  readonly first: Finding | null;
  /** Paths relative to `path`. */
  readonly findings: readonly Finding[];
  readonly epochs: readonly { readonly dir: string; readonly isSealed: boolean; readonly isCrashed: boolean }[];
  readonly signature: SignatureVerdict;
  /** Delivered files that stand beside the log and were compared. */
  readonly filesChecked: number;
}

/**
 * Compares a log (a recording's folder, an epoch's, a segment) or an evidence bundle with its seals and, when it is there, its signed manifest.
 *
 * @param trustedPem Public key that the manifest must be signed with; null: any.
 * @returns null when there is no log at `path`.
 */
export async function verifyEvidence(path: string, trustedPem: string | null): Promise<EvidenceVerdict | null> {
  const target = resolveTarget(resolve(path));
  if (target === null) return null;
  const findings: Finding[] = [];
  const epochs: EvidenceVerdict['epochs'][number][] = [];
  const manifest = target.manifestPath === null ? null : readManifest(target.manifestPath);
  const signature = judgeSignature(target.manifestPath, manifest, trustedPem);
  const isWitness = signature.state === 'valid' && signature.isTrusted !== false;
  if (signature.state === 'invalid' || signature.isTrusted === false)
    findings.push(manifestFinding(target.manifestPath ?? '', manifest, signature));
  for (const dir of target.epochDirs) {
    const name = relative(target.root, dir);
    const at = (file: string): string => (name === '' ? file : `${name}/${file}`);
    const sealed = isWitness ? manifest?.epochs.find(({ epoch }) => `e${epoch}` === basename(dir)) : undefined;
    const sealChange =
      sealed === undefined ? null : findChange(await readOrNull(join(dir, 'sealed.json')), { path: 'sealed.json', ...sealed.seal }, []);
    if (isWitness && sealed === undefined)
      findings.push(whole(at('sealed.json'), 'added', 0, 'is of an epoch that the manifest does not know'));
    if (sealChange !== null) findings.push({ path: at('sealed.json'), ...sealChange });
    const log = await verifyLog(dir);
    epochs.push({ dir: name === '' ? '.' : name, isSealed: log.isSealed, isCrashed: log.isCrashed });
    const others = log.findings.filter((finding) => sealChange === null || finding.path !== 'sealed.json');
    findings.push(...others.map((finding) => ({ ...finding, path: at(finding.path) })));
  }
  const filesChecked = isWitness && manifest !== null && target.isWhole ? await checkRest(target, manifest, findings) : 0;
  const wanted = target.onlyFile === null ? findings : findings.filter((finding) => finding.path === target.onlyFile);
  const isSealed = epochs.every((epoch) => epoch.isSealed) || wanted.length > 0;
  const verdict = wanted.length > 0 ? 'altered' : isSealed ? 'intact' : 'unsealed';
  return { path, verdict, first: wanted[0] ?? null, findings: wanted, epochs, signature, filesChecked };
}

interface Target {
  readonly root: string;
  readonly epochDirs: readonly string[];
  readonly manifestPath: string | null;
  /** All of a recording: nothing may be missing. */
  readonly isWhole: boolean;
  /** Findings of this file alone are wanted. */
  readonly onlyFile: string | null;
}

function resolveTarget(path: string): Target | null {
  if (!existsSync(path)) return null;
  if (statSync(path).isFile()) {
    const epochDir = path.endsWith('.rtplog') ? resolve(path, '../../..') : dirname(path);
    if (!isEpoch(epochDir)) return null;
    return {
      root: epochDir,
      epochDirs: [epochDir],
      manifestPath: manifestOf(dirname(epochDir)),
      isWhole: false,
      onlyFile: relative(epochDir, path),
    };
  }
  if (isEpoch(path)) return { root: path, epochDirs: [path], manifestPath: manifestOf(dirname(path)), isWhole: false, onlyFile: null };
  const dirs = epochDirs(path);
  const manifestPath = manifestOf(path);
  if (dirs.length === 0 && manifestPath === null) return null;
  return { root: path, epochDirs: dirs, manifestPath, isWhole: true, onlyFile: null };
}

const isEpoch = (dir: string): boolean => ['session.jsonl', 'sealed.json', 'tracks'].some((name) => existsSync(join(dir, name)));

function manifestOf(dir: string): string | null {
  const path = join(dir, manifestName);
  return existsSync(path) ? path : null;
}

function readManifest(path: string): SignedManifest | null {
  try {
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Partial<SignedManifest>;
    const isOne = manifest.type === 'tapedeck.evidence/1' && Array.isArray(manifest.epochs) && Array.isArray(manifest.files);
    return isOne && manifest.signature !== undefined ? (manifest as SignedManifest) : null;
  } catch {
    return null;
  }
}

function judgeSignature(path: string | null, manifest: SignedManifest | null, trustedPem: string | null): SignatureVerdict {
  if (path === null) return { state: 'missing', keyId: null, isTrusted: null, signedAt: null };
  if (manifest === null) return { state: 'invalid', keyId: null, isTrusted: null, signedAt: null };
  const { signature, signedAt } = manifest;
  try {
    const { keyId, publicKeyPem } = describeKey(signature.publicKeyPem);
    const isValid = verify(null, signedBytes(manifest), publicKeyPem, Buffer.from(signature.value, 'base64'));
    const isTrusted = trustedPem === null ? null : describeKey(trustedPem).keyId === keyId;
    return { state: isValid ? 'valid' : 'invalid', keyId, isTrusted, signedAt };
  } catch {
    return { state: 'invalid', keyId: null, isTrusted: null, signedAt };
  }
}

/** A manifest that nobody vouches for: its line, when it is not the signature itself that was changed. */
function manifestFinding(path: string, manifest: SignedManifest | null, { state, keyId }: SignatureVerdict): Finding {
  const text = readFileSync(path, 'utf8');
  const sizeBytes = Buffer.byteLength(text);
  if (state === 'valid') return whole(manifestName, 'altered', sizeBytes, `is signed by another key, ${keyId}`);
  const detail = 'has been altered: its signature does not fit it';
  const lines = Buffer.from(linesBeforeSignature(text));
  const sealed = { path: manifestName, sizeBytes: lines.length, sha256: '', marks: manifest?.signature.marks ?? '' };
  const change = manifest === null ? null : findChange(lines, sealed, []);
  if (change === null || change.line === null) return whole(manifestName, 'altered', sizeBytes, detail);
  if (change.fromByte < lines.length) return { path: manifestName, ...change, detail };
  return { path: manifestName, kind: 'altered', fromByte: lines.length, toByte: sizeBytes, line: change.line, detail };
}

/** Epochs that are gone, and the delivered files when the bundle has them. Returns how many files were compared. */
async function checkRest({ root, epochDirs: dirs }: Target, manifest: EvidenceManifest, findings: Finding[]): Promise<number> {
  for (const { epoch, sizeBytes } of manifest.epochs) {
    if (!dirs.some((dir) => basename(dir) === `e${epoch}`))
      findings.push(whole(`e${epoch}`, 'removed', sizeBytes, 'is not there any more'));
  }
  const folder = join(root, 'files');
  if (!existsSync(folder)) return 0;
  const files = manifest.files.flatMap((file) => [file, ...file.parts]);
  for (const { key, sizeBytes, sha256 } of files) {
    const path = join(folder, key);
    const name = `files/${key}`;
    const found = existsSync(path) ? await sha256File(path) : null;
    if (found === null) findings.push(whole(name, 'removed', sizeBytes, 'is not there any more'));
    else if (found.sizeBytes < sizeBytes)
      findings.push({ ...whole(name, 'truncated', sizeBytes, 'is cut off'), fromByte: found.sizeBytes });
    else if (found.sha256 !== sha256) findings.push(whole(name, 'altered', found.sizeBytes, 'has been altered'));
  }
  return files.length;
}

const whole = (path: string, kind: Finding['kind'], toByte: number, detail: string): Finding => ({
  ...{ path, kind, fromByte: 0, toByte, line: null, detail },
});

const readOrNull = async (path: string): Promise<Buffer | null> => readFile(path).catch(() => null);
