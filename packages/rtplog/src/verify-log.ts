import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CHAIN_FILE, readChain, sealedFileOf } from './chain-file.ts';
import { FileHash, markedBy } from './file-hash.ts';
import type { ChainLink } from './chain-file.ts';
import { findChange } from './find-change.ts';
import type { Change, KnownFile } from './find-change.ts';
import { listLogFiles } from './list-log-files.ts';
import { chainHead, encodeSeal, SEAL_FILE, sealChecksum } from './seal.ts';
import type { Seal } from './types.ts';

type Chain = Awaited<ReturnType<typeof readChain>>;

/** What is not as it was sealed: which file, and the first bytes that differ. */
export interface Finding extends Change {
  /** Relative to the epoch's folder. */
  readonly path: string;
}

/** What {@link verifyLog} found. `findings` is empty exactly when each file is as it was when sealed; `problems` are the same in words. */
export interface LogVerdict {
  readonly isSealed: boolean;
  /** Sealed by somebody else after its writer had died. */
  readonly isCrashed: boolean;
  readonly findings: readonly Finding[];
  readonly problems: readonly string[];
}

/**
 * Compares an epoch's files with its seal and its hash chain, and names for each file that differs the first bytes that do: record checksums and
 * marks find the place, the hash proves it. Also files that are gone, or that the seal does not know, and a seal or chain that was changed itself.
 */
export async function verifyLog(epochDir: string): Promise<LogVerdict> {
  const bytes = await readFile(`${epochDir}/${SEAL_FILE}`).catch(() => null);
  if (bytes === null) return { isSealed: false, isCrashed: false, findings: [], problems: ['The log is not sealed.'] };
  const seal = parseSeal(bytes);
  const chain = await readChain(epochDir);
  if (seal === null) {
    const change = { kind: 'altered', fromByte: 0, toByte: bytes.length, line: null, detail: 'is no seal any more' } as const;
    return verdict(false, [{ path: SEAL_FILE, ...change }, ...(await findInFiles(epochDir, chain.links))]);
  }
  const isWhole = seal.checksum === undefined || (seal.checksum === sealChecksum(seal) && Buffer.compare(encodeSeal(seal), bytes) === 0);
  const isTrue = isWhole && chainHead(seal.segments) === seal.chainHead;
  const findings = await findInFiles(epochDir, listedFiles(seal, chain.links, isTrue));
  if (!isTrue) findings.push({ path: SEAL_FILE, ...findInSeal(bytes, seal, chain.links) });
  const inChain = isTrue ? await findInChain(epochDir, seal, chain) : null;
  if (inChain !== null) findings.push(inChain);
  return verdict(seal.isCrashed === true, findings);
}

/** What each file was. The chain knows where a changed file begins to differ; and a seal that was changed is no witness, then the chain speaks for the files it has. */
function listedFiles(seal: Seal, links: readonly ChainLink[], isTrue: boolean): readonly KnownFile[] {
  const byPath = new Map(links.map((link) => [link.path, link]));
  return seal.segments.map((file) => {
    const link = byPath.get(file.path);
    return link === undefined || (isTrue && link.sha256 !== file.sha256) ? file : { ...file, ...sealedFileOf(link), marks: link.marks };
  });
}

function verdict(isCrashed: boolean, findings: readonly Finding[]): LogVerdict {
  return { isSealed: true, isCrashed, findings, problems: findings.map(inWords) };
}

/** One sentence that names file and bytes. */
export function inWords({ path, fromByte, toByte, line, detail }: Finding): string {
  const where = line === null ? `bytes ${fromByte} to ${toByte}` : `line ${line}, bytes ${fromByte} to ${toByte}`;
  return `${path} ${detail} (${where}).`;
}

function parseSeal(bytes: Uint8Array): Seal | null {
  try {
    const seal = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Seal>;
    return Array.isArray(seal.segments) && typeof seal.chainHead === 'string' ? (seal as Seal) : null;
  } catch {
    return null;
  }
}

async function findInFiles(epochDir: string, listed: readonly KnownFile[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const known = new Set(listed.map(({ path }) => path));
  for (const path of await listLogFiles(epochDir)) {
    if (known.has(path)) continue;
    const { length } = await readFile(`${epochDir}/${path}`);
    findings.push({ path, kind: 'added', fromByte: 0, toByte: length, line: null, detail: 'is not in the seal' });
  }
  for (const file of listed) {
    const bytes = await readFile(`${epochDir}/${file.path}`).catch(() => null);
    const change = findChange(bytes, file, listed);
    if (change !== null) findings.push({ path: file.path, ...change });
  }
  return findings;
}

/** Where a seal that does not fit its own sums differs from what the chain says it was. */
function findInSeal(bytes: Uint8Array, seal: Seal, links: readonly ChainLink[]): Change {
  const byPath = new Map(links.map((link) => [link.path, sealedFileOf(link)]));
  const segments = seal.segments.map((file) => byPath.get(file.path) ?? file);
  const expected = encodeSeal({ ...seal, segments, chainHead: chainHead(segments) });
  let from = 0;
  while (from < bytes.length && bytes[from] === expected[from]) from++;
  const detail = 'has been altered: its own sums do not fit it';
  if (from === bytes.length) return { kind: 'altered', fromByte: 0, toByte: bytes.length, line: null, detail };
  return { kind: 'altered', ...lineAt(bytes, from), detail };
}

/** Whether the chain is still the one that was sealed, and where not. */
async function findInChain(epochDir: string, seal: Seal, chain: Chain): Promise<Finding | null> {
  if (seal.chainFile === undefined) return null;
  const bytes = await readFile(`${epochDir}/${CHAIN_FILE}`).catch(() => null);
  const { sizeBytes, sha256 } = seal.chainFile;
  const path = CHAIN_FILE;
  if (bytes === null) return { path, kind: 'removed', fromByte: 0, toByte: sizeBytes, line: null, detail: 'is not there any more' };
  if (createHash('sha256').update(bytes).digest('hex') === sha256) return null;
  const line = await strangeLine(epochDir, seal, chain);
  if (line === null) return { path, kind: 'altered', fromByte: 0, toByte: bytes.length, line, detail: 'is not the chain that was sealed' };
  const lines = bytes.toString('latin1').split('\n');
  const fromByte = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const toByte = Math.min(bytes.length, fromByte + (lines[line - 1]?.length ?? 0));
  return { path, kind: 'altered', fromByte, toByte, line, detail: 'does not fit the seal' };
}

/** The first line of the chain that says something else than the seal, or than the file itself. */
async function strangeLine(epochDir: string, seal: Seal, { links, badLine }: Chain): Promise<number | null> {
  for (const [index, link] of links.entries()) {
    const file = seal.segments[index];
    if (file?.sha256 !== link.sha256 || file.path !== link.path || file.sizeBytes !== link.sizeBytes) return index + 1;
    const bytes = await readFile(`${epochDir}/${link.path}`).catch(() => null);
    if (bytes === null) continue;
    const hash = new FileHash(markedBy(link.path));
    hash.update(bytes);
    const found = hash.finish();
    if (found.sha256 === link.sha256 && found.marks !== link.marks) return index + 1;
  }
  return badLine ?? (links.length < seal.segments.length ? links.length + 1 : null);
}

/** The line (1 …) that holds the byte at `offset`, and its bytes without the line end. */
export function lineAt(bytes: Uint8Array, offset: number): { readonly line: number; readonly fromByte: number; readonly toByte: number } {
  let line = 1;
  let fromByte = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < offset; at = bytes.indexOf(0x0a, at + 1)) {
    line++;
    fromByte = at + 1;
  }
  const end = bytes.indexOf(0x0a, fromByte);
  return { line, fromByte, toByte: end < 0 ? bytes.length : end };
}
