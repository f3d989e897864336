import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256File } from '@tapedeck/delivery';
import { FileHash, type Seal, type SessionEvent } from '@tapedeck/rtplog';
import { type KeyedFile, openFileNames } from '../delivery/file-names.ts';
import type { Delivery } from '../delivery/output-delivery.ts';
import { openRenderedFiles } from '../delivery/rendered-files.ts';
import { epochDirs } from '../recorder/epoch-start.ts';
import type { EvidenceKey } from './evidence-key.ts';
import {
  canonicalJson,
  type ClockAnchor,
  encodeManifest,
  type EpochEvidence,
  type EvidenceManifest,
  type FileEvidence,
  manifestName,
} from './manifest.ts';

/** Clock events between two anchors: a minute. */
const anchorEvery = 120;

/** What evidence is given of. */
export interface EvidenceSubject {
  readonly recordingId: string;
  readonly applicationId: string;
  readonly room: string;
  readonly recordingDir: string;
  readonly outcome: EvidenceManifest['outcome'];
  /** What has been delivered; the local files still stand in `outDir`. */
  readonly deliveries: readonly Delivery[];
}

/** Writes `<recordingDir>/evidence.json`: hashes of every seal and delivered file and anchors of the clocks, signed. Every epoch is sealed before. */
export async function writeEvidence(subject: EvidenceSubject, key: EvidenceKey): Promise<void> {
  const { recordingId, applicationId, room, outcome, recordingDir, deliveries } = subject;
  const files: FileEvidence[] = [];
  for (const delivery of deliveries) files.push(...(await describeFiles(delivery)));
  const epochs = epochDirs(recordingDir).flatMap((dir) => describeEpoch(dir) ?? []);
  const facts = { recordingId, applicationId, room, outcome, epochs, files, signedAt: new Date().toISOString() };
  const manifest: EvidenceManifest = { type: 'tapedeck.evidence/1', ...facts };
  const { algorithm, keyId, publicKeyPem } = key;
  const signature = { algorithm, keyId, publicKeyPem, value: key.sign(new TextEncoder().encode(canonicalJson(manifest))) };
  const path = join(recordingDir, manifestName);
  await writeFile(`${path}.tmp`, encodeManifest(manifest, signature), { flush: true });
  await rename(`${path}.tmp`, path);
}

async function describeFiles(delivery: Delivery): Promise<FileEvidence[]> {
  const describe = async ({ path, key }: KeyedFile): Promise<{ key: string; sizeBytes: number; sha256: string }> => ({
    key,
    ...(await sha256File(join(delivery.outDir, path))),
  });
  const files: FileEvidence[] = [];
  const names = openFileNames(delivery, true);
  const all = openRenderedFiles(delivery.outDir).read();
  for (const file of all) {
    const key = file.state === 'complete' ? names.keyOf(file, all) : null;
    if (key === null) continue;
    const whole = names.whole(file, key);
    const parts: FileEvidence['parts'][number][] = [];
    for (const part of whole.parts) parts.push(await describe(part));
    const { type, participant, format, startMs, durationMs } = file;
    files.push({ ...(await describe(whole)), type, participant, format, startMs, durationMs, parts });
  }
  return files;
}

function describeEpoch(dir: string): EpochEvidence | null {
  const path = join(dir, 'sealed.json');
  if (!existsSync(path)) return null;
  const bytes = readFileSync(path);
  const seal = JSON.parse(bytes.toString('utf8')) as Seal;
  const { reason, endedUs, chainHead, segments } = seal;
  const sizeBytes = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  const counts = { files: segments.length, sizeBytes, chainHead };
  const hash = new FileHash('line');
  hash.update(bytes);
  const epoch = Number(basename(dir).slice(1));
  return { epoch, reason, isCrashed: seal.isCrashed === true, endedUs, ...counts, seal: hash.finish(), anchors: readAnchors(dir) };
}

/** The start, a clock line of every minute, and the last event. */
function readAnchors(dir: string): ClockAnchor[] {
  const path = join(dir, 'session.jsonl');
  const anchors: ClockAnchor[] = [];
  let last: ClockAnchor | null = null;
  let clocks = 0;
  for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
    const event = parseEvent(line);
    if (event === null) continue;
    last = { us: event.us, wallMs: event.wall };
    if (event.type === 'started' || (event.type === 'clock' && clocks++ % anchorEvery === 0)) anchors.push(last);
  }
  if (last !== null && anchors.at(-1)?.us !== last.us) anchors.push(last);
  return anchors;
}

function parseEvent(line: string): SessionEvent | null {
  try {
    return JSON.parse(line) as SessionEvent;
  } catch {
    return null; // the end of the text, or what a crash cut off
  }
}
