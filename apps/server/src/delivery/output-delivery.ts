import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileRow } from '@tapedeck/catalogue';
import type { LocalStorage, Storage } from '@tapedeck/delivery';
import type { JournaledFile } from '@tapedeck/render';
import { type FileNames, type KeyedFile, type NamingRule, openFileNames } from './file-names.ts';
import { openRenderedFiles } from './rendered-files.ts';
import { openSentFiles, type SentFiles } from './sent-files.ts';

const partsAtOnce = 4;
/** How often a growing file's size and duration are renewed in the catalogue. */
const growthShownMs = 10_000;

/** Which output of which recording is delivered, and under which names. */
export interface Delivery {
  readonly recordingId: string;
  readonly prefix: string;
  readonly outputIndex: number;
  readonly outDir: string;
  /** null: Tapedeck's own names. */
  readonly naming: NamingRule | null;
}

/** The files of one output on their way into one storage. One pass at a time. */
export interface OutputDelivery {
  /**
   * Brings everything that is there by now: finished files whole, the parts of growing playlists, and ahead what will not change of other growing files.
   *
   * @param onRow Told of each file that stands in the storage, once, and of growing ones from time to time.
   * @throws what the storage throws: what was brought before stays.
   */
  pass(signal: AbortSignal, onRow: (row: FileRow) => void): Promise<void>;
  /** The row of this finished file when the storage is known to have it, else null. Nothing is sent. */
  known(file: JournaledFile, signal: AbortSignal): Promise<FileRow | null>;
}

/** How an output is brought to its storage. */
export interface OutputDeliveryOptions {
  /** No file of the output will be added or grow any more: names that depend on that can be given. */
  readonly isFinal: boolean;
  /** The rows of files that another storage has taken: they are told and stay where they are. */
  readonly elsewhere?: OutputDelivery['known'];
}

export function openOutputDelivery(
  delivery: Delivery,
  storage: Storage | LocalStorage,
  { isFinal, elsewhere = async () => null }: OutputDeliveryOptions,
): OutputDelivery {
  const files = openRenderedFiles(delivery.outDir);
  const names = openFileNames(delivery, isFinal);
  const parts: Parts = { delivery, storage, names, sent: openSentFiles(delivery.outDir, storage), growing: new Map() };
  const told = new Set<string>();
  return {
    known: async (file, signal) => {
      const key = file.state === 'complete' ? names.keyOf(file, files.read()) : null;
      return key !== null && (await hasAll(file, key, parts)) ? await bringWhole(file, key, parts, signal) : null;
    },
    pass: async (signal, onRow) => {
      const all = files.read();
      for (const file of all) {
        signal.throwIfAborted();
        if (told.has(file.path)) continue;
        const row = (await elsewhere(file, signal)) ?? (await bring(file, names.keyOf(file, all), parts, signal));
        if (row === 'waits') continue;
        if (row !== null) onRow(row);
        if (file.state === 'complete') told.add(file.path);
      }
    },
  };
}

interface Parts {
  readonly delivery: Delivery;
  readonly storage: Storage | LocalStorage;
  readonly names: FileNames;
  readonly sent: SentFiles;
  /** By path: what readers find of a growing playlist. */
  readonly growing: Map<string, { seen: string; sizeBytes: number; shownAtMs: number; sentParts: Set<string> }>;
}

/** `waits`: its name is not known yet. */
async function bring(file: JournaledFile, key: string | null, parts: Parts, signal: AbortSignal): Promise<FileRow | null | 'waits'> {
  if (key === null) return 'waits';
  return file.state === 'complete' ? await bringWhole(file, key, parts, signal) : await bringGrowing(file, key, parts, signal);
}

async function hasAll(file: JournaledFile, key: string, { names, sent }: Parts): Promise<boolean> {
  const whole = names.whole(file, key);
  for (const one of [whole, ...whole.parts]) if (!(await sent.has(one.path, one.key))) return false;
  return true;
}

async function bringWhole(file: JournaledFile, key: string, { storage, names, sent }: Parts, signal: AbortSignal): Promise<FileRow> {
  const put = (one: KeyedFile) => sent.put(one.path, one.key, signal);
  const whole = names.whole(file, key);
  const waiting = [...whole.parts];
  let partsBytes = 0;
  const lane = async (): Promise<void> => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      const { sizeBytes } = await put(part);
      partsBytes += sizeBytes; // in one step: another lane may have added meanwhile
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: partsAtOnce }, lane));
  for (const result of lanes) if (result.status === 'rejected') throw result.reason;
  const stored = await put(whole);
  const sizeBytes = partsBytes === 0 ? stored.sizeBytes : partsBytes;
  return { ...toRow(file, stored.key, storage), state: 'complete', durationMs: file.durationMs, sizeBytes, sha256: stored.sha256 };
}

async function bringGrowing(file: JournaledFile, key: string, parts: Parts, signal: AbortSignal): Promise<FileRow | null> {
  const { delivery, storage, names, sent, growing } = parts;
  const path = join(delivery.outDir, file.path);
  if (!file.path.endsWith('.m3u8')) {
    await storage.sendAhead({ path, key, journalPath: sent.journalPath(key), signal });
    return null;
  }
  const { mtimeMs, size } = statSync(path);
  const seen = `${mtimeMs} ${size}`;
  const state = growing.get(file.path) ?? { seen: '', sizeBytes: 0, shownAtMs: -Infinity, sentParts: new Set() };
  growing.set(file.path, state);
  if (state.seen === seen) return null;
  const list = names.growing(file, key, readFileSync(path, 'utf8'));
  for (const part of list.parts) {
    if (state.sentParts.has(part.path)) continue;
    state.sizeBytes += (await sent.put(part.path, part.key, signal)).sizeBytes;
    state.sentParts.add(part.path);
  }
  await storage.replace({ key, bytes: Buffer.from(list.text), signal });
  state.seen = seen;
  if (performance.now() - state.shownAtMs < growthShownMs) return null;
  state.shownAtMs = performance.now();
  return { ...toRow(file, key, storage), state: 'growing', durationMs: list.durationMs, sizeBytes: state.sizeBytes, sha256: null };
}

function toRow(
  file: JournaledFile,
  key: string,
  storage: Storage | LocalStorage,
): Omit<FileRow, 'durationMs' | 'sizeBytes' | 'sha256' | 'state'> {
  const { type, participant, source, format, startMs, width, height, videoCodec, audioCodec } = file;
  const storagePath = 'path' in storage ? storage.path(key) : key;
  return { key, type, participant, source, format, storage: storage.name, storagePath, startMs, width, height, videoCodec, audioCodec };
}
