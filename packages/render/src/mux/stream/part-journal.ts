import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileFacts } from '../container-file.ts';
import type { PartNote } from './packer.ts';

/** One part of a file as its journal tells it. */
export interface JournalPart {
  readonly index: number;
  readonly startUs: number;
  readonly durationUs: number;
  /** Where the part ends in the file. */
  readonly endBytes: number;
  readonly endS: number;
  readonly note: PartNote;
}

interface Journal {
  readonly parts: readonly JournalPart[];
  /** Set when the file was finished. */
  readonly facts: FileFacts | null;
}

/**
 * Which parts stand in a file of a format that has no place for it: `parts/<file>.jsonl` beside it, one line a part, written after the part's bytes; a last line
 * `{finished}`. A line torn by a crash is passed over, and so are parts the file is too short for.
 */
export class PartJournal {
  readonly #path: string;

  constructor(mediaPath: string) {
    this.#path = join(dirname(mediaPath), 'parts', `${basename(mediaPath)}.jsonl`);
  }

  read(fileBytes: number): Journal {
    const parts: JournalPart[] = [];
    let facts: FileFacts | null = null;
    const lines = existsSync(this.#path) ? readFileSync(this.#path, 'utf8').split('\n') : [];
    for (const line of lines) {
      const row = parseLine(line);
      if (row === null) continue;
      if ('finished' in row) facts = row.finished;
      else if (row.endBytes <= fileBytes && (parts.length === 0 || row.index === parts.at(-1)!.index + 1)) parts.push(row);
      else if (row.endBytes > fileBytes) break;
    }
    return { parts, facts };
  }

  /** One line, one write. It begins with a line end, so that a torn line stays alone. */
  add(part: JournalPart): void {
    this.#append(part);
  }

  finish(facts: FileFacts): void {
    this.#append({ finished: facts });
  }

  clear(): void {
    rmSync(this.#path, { force: true });
  }

  #append(row: JournalPart | { readonly finished: FileFacts }): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    appendFileSync(this.#path, `\n${JSON.stringify(row)}\n`);
  }
}

function parseLine(line: string): JournalPart | { readonly finished: FileFacts } | null {
  if (!line.endsWith('}')) return null;
  try {
    return JSON.parse(line) as JournalPart | { readonly finished: FileFacts };
  } catch {
    // Torn by a crash: the part is made again.
    return null;
  }
}
