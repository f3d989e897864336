import { FileHash, type SealedFile } from '@tapedeck/rtplog';

/** A moment on a recorder's monotonic clock and on its wall clock, noted together while it recorded. */
export interface ClockAnchor {
  readonly us: number;
  readonly wallMs: number;
}

/** One epoch of the log. Its seal names every segment with its hash; `seal` fixes the seal. */
export interface EpochEvidence {
  readonly epoch: number;
  /** Why it ended. */
  readonly reason: string;
  /** The recorder died: sealed by its successor up to the last good record. */
  readonly isCrashed: boolean;
  readonly endedUs: number;
  readonly files: number;
  readonly sizeBytes: number;
  readonly chainHead: string;
  /** sealed.json, and digits of its running hash after every line. */
  readonly seal: Pick<SealedFile, 'sizeBytes' | 'sha256'> & { readonly marks: string };
  readonly anchors: readonly ClockAnchor[];
}

/** One delivered file. */
export interface FileEvidence {
  readonly key: string;
  readonly type: string;
  readonly participant: string | null;
  readonly format: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** Of the file named by `key` alone. */
  readonly sizeBytes: number;
  readonly sha256: string;
  /** HLS: what the playlist lists. */
  readonly parts: readonly { readonly key: string; readonly sizeBytes: number; readonly sha256: string }[];
}

/** What is signed: the canonical JSON of this object. */
export interface EvidenceManifest {
  readonly type: 'tapedeck.evidence/1';
  readonly recordingId: string;
  readonly applicationId: string;
  readonly room: string;
  /** `completed`, or `failed` with what was delivered until then. */
  readonly outcome: 'completed' | 'failed';
  readonly epochs: readonly EpochEvidence[];
  readonly files: readonly FileEvidence[];
  /** Wall clock of the signing node, RFC 3339. */
  readonly signedAt: string;
}

/** evidence.json: the manifest and its signature. */
export interface SignedManifest extends EvidenceManifest {
  readonly signature: {
    readonly algorithm: 'Ed25519';
    readonly keyId: string;
    readonly publicKeyPem: string;
    /** Of the canonical JSON of everything else, base64. */
    readonly value: string;
    /** Digits of the running hash of this file's lines before the signature: where it was changed. Not signed; only the signature proves. */
    readonly marks: string;
  };
}

export const manifestName = 'evidence.json';

/**
 * The one way to write a JSON value for signing: object keys sorted by UTF-16 code unit, no white space.
 * @see RFC 8785
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${canonicalJson(part)}`).join(',')}}`;
}

/** The bytes that the signature is over. */
export function signedBytes(signed: SignedManifest): Uint8Array {
  const { signature: _, ...manifest } = signed;
  return new TextEncoder().encode(canonicalJson(manifest));
}

const signatureLine = '\n "signature": ';

/** The text of evidence.json: one property a line. */
export function encodeManifest(manifest: EvidenceManifest, signature: Omit<SignedManifest['signature'], 'marks'>): string {
  const unmarked = JSON.stringify({ ...manifest, signature: {} }, null, 1);
  const marks = lineMarks(linesBeforeSignature(unmarked));
  return `${JSON.stringify({ ...manifest, signature: { ...signature, marks } }, null, 1)}\n`;
}

/** The text in front of the signature, with its last line end. */
export function linesBeforeSignature(text: string): string {
  return `${text.slice(0, Math.max(0, text.lastIndexOf(signatureLine)))}\n`;
}

/** Digits of the running hash of a text after each of its lines. */
export function lineMarks(text: string): string {
  const hash = new FileHash('line');
  hash.update(Buffer.from(text));
  return hash.finish().marks;
}
