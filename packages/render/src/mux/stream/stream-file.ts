import type { Part, TrackConfig } from '../../parts/types.ts';
import type { ContainerFile, FileFacts, MediaFacts } from '../container-file.ts';
import { GrowingFile } from '../growing-file.ts';
import type { Packer } from './packer.ts';
import { PartJournal } from './part-journal.ts';

/** Makes the packer of a file whose first instant is `baseUs` on the output's clock. */
export type OpenPacker = (baseUs: number) => Packer;

/**
 * A file of a container without an index of its own: parts behind a head that is written anew with each of them, so that it can be played (with the right duration, where
 * the container tells one) at every moment. Its journal says which parts are whole; what follows the last one is torn.
 */
export class StreamFile implements ContainerFile {
  readonly #file: GrowingFile;
  readonly #journal: PartJournal;
  readonly #packer: Packer;
  #facts: FileFacts | null = null;
  #dataEnd = 0;
  #isFinished = false;

  /** @param baseUs The file's first instant, µs since the output's; null when the file exists. */
  constructor(path: string, baseUs: number | null, openPacker: OpenPacker) {
    this.#file = new GrowingFile(path);
    this.#journal = new PartJournal(path);
    const { parts, facts } = this.#journal.read(this.#file.sizeBytes);
    this.#packer = openPacker(baseUs ?? parts[0]?.startUs ?? 0);
    for (const { note, index, startUs, durationUs, endBytes, endS } of parts) {
      this.#packer.recall(note, this.#facts === null ? null : this.#dataEnd);
      this.#note(index, startUs, durationUs, endBytes, endS);
    }
    if (parts.length === 0) {
      this.#journal.clear();
      this.#file.startAnew();
    } else if (facts === null) this.#file.truncate(this.#dataEnd);
    else {
      this.#facts = facts;
      this.#isFinished = true;
    }
  }

  get facts(): FileFacts | null {
    return this.#facts;
  }
  get isFinished(): boolean {
    return this.#isFinished;
  }
  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }
  get finalBytes(): number {
    return this.#dataEnd;
  }
  get media(): MediaFacts {
    return this.#packer.media;
  }

  append(part: Part, configs: readonly TrackConfig[]): void {
    const { bytes, note, endS } = this.#packer.pack(part, configs);
    const isFirst = this.#facts === null;
    this.#packer.recall(note, isFirst ? null : this.#dataEnd);
    const at = isFirst ? this.#packer.headBytes : this.#dataEnd;
    this.#file.write(at, bytes);
    const { index, startUs, durationUs } = part;
    const endBytes = at + bytes.length;
    this.#note(index, startUs, durationUs, endBytes, endS);
    this.#file.write(0, this.#packer.head(this.#facts!, endBytes));
    this.#journal.add({ index, startUs, durationUs, endBytes, endS, note });
    this.#file.syncSoon();
  }

  #note(index: number, startUs: number, durationUs: number, endBytes: number, endS: number): void {
    const { firstPart = index, startUs: firstUs = startUs, durationS = 0 } = this.#facts ?? {};
    const endUs = startUs + durationUs;
    this.#facts = { firstPart, lastPart: index, startUs: firstUs, endUs, isLast: false, durationS: Math.max(durationS, endS) };
    this.#dataEnd = endBytes;
  }

  finish(isLast: boolean): void {
    if (this.#isFinished) return;
    const facts = { ...(this.#facts ?? { firstPart: 1, lastPart: 0, startUs: 0, endUs: 0, durationS: 0 }), isLast };
    if (this.#facts !== null) {
      const read = (at: number, length: number): Uint8Array => this.#file.read(at, length);
      this.#file.write(0, this.#packer.head(facts, this.#dataEnd));
      for (const { at, bytes } of this.#packer.ending?.(facts, read) ?? []) this.#file.write(at, bytes);
      this.#file.sync();
    }
    this.#journal.finish(facts);
    this.#facts = facts;
    this.#isFinished = true;
  }

  close(): void {
    this.#file.close();
  }
}
