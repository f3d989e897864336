import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FileLayer } from './file-layer.ts';
import { SegmentFile } from './segment-file.ts';
import type { ClosedFile } from './segment-file.ts';
import type { SealedFile } from './types.ts';
import { WriteQueue } from './write-queue.ts';

export const CHAIN_FILE = 'chain.jsonl';

/** One line of chain.jsonl: a file that will not change any more, and the head of the hash chain with it. */
export interface ChainLink extends ClosedFile {
  readonly head: string;
  /** A segment whose writer died: where the last good record ends. */
  readonly goodBytes?: number;
}

/** Head of the chain before its first file: 32 zero bytes, hexadecimal. */
export const CHAIN_START = '0'.repeat(64);

/** headₙ = SHA-256(headₙ₋₁ ‖ SHA-256 of file n), all hexadecimal outside. */
export function nextHead(head: string, sha256: string): string {
  return createHash('sha256').update(Buffer.from(head, 'hex')).update(Buffer.from(sha256, 'hex')).digest('hex');
}

/**
 * Writes chain.jsonl while a log grows: a line for each file as it is finished. So a killed writer leaves the hashes of all but its open files, and
 * whoever seals its log need not read it.
 */
export class ChainFile {
  readonly #file: SegmentFile;
  readonly #queue: WriteQueue;
  #head = CHAIN_START;

  constructor(folder: string, files: FileLayer, onError: (error: unknown) => void) {
    this.#file = new SegmentFile(folder, CHAIN_FILE, files);
    this.#queue = new WriteQueue(onError);
  }

  append(file: ClosedFile): void {
    this.#head = nextHead(this.#head, file.sha256);
    const bytes = encodeLink({ ...file, head: this.#head });
    this.#queue.push(this.#file, bytes, (hasBeenWritten) => {
      if (hasBeenWritten) this.#file.hash(bytes);
    });
  }

  datasync(): Promise<void> {
    return this.#file.datasync();
  }

  /** Gives up what a full disk does not take: sealing does not need it. */
  abandon(): void {
    this.#queue.abandon();
  }

  async close(): Promise<ClosedFile> {
    await this.#queue.drain();
    return this.#file.close();
  }
}

/** What a seal says of a file of the chain. */
export function sealedFileOf({ path, sizeBytes, sha256, goodBytes }: Omit<ChainLink, 'head'>): SealedFile {
  return goodBytes === undefined ? { path, sizeBytes, sha256 } : { path, sizeBytes, sha256, goodBytes };
}

/** One line of chain.jsonl. */
export function encodeLink(link: ChainLink): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(link)}\n`);
}

/** The links of an epoch's chain up to the first line that is torn or does not fit; `badLine` is that line's number (1 …), null when all fit. */
export async function readChain(epochDir: string): Promise<{ readonly links: readonly ChainLink[]; readonly badLine: number | null }> {
  const text = await readFile(`${epochDir}/${CHAIN_FILE}`, 'utf8').catch(() => '');
  const links: ChainLink[] = [];
  let head = CHAIN_START;
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  for (const [index, line] of lines.entries()) {
    const link = parseLink(line);
    if (link === null || link.head !== nextHead(head, link.sha256)) return { links, badLine: index + 1 };
    head = link.head;
    links.push(link);
  }
  return { links, badLine: torn === '' ? null : lines.length + 1 };
}

function parseLink(line: string): ChainLink | null {
  try {
    const link = JSON.parse(line) as Partial<ChainLink>;
    const isLink = typeof link.path === 'string' && /^[0-9a-f]{64}$/.test(link.sha256 ?? '') && typeof link.sizeBytes === 'number';
    return isLink ? (link as ChainLink) : null;
  } catch {
    return null;
  }
}
