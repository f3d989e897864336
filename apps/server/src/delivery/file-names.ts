import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileKey, type FileFacts, fileStem, namedKey, partName } from '@tapedeck/delivery';
import type { FileNaming } from '@tapedeck/protocol';
import type { JournaledFile } from '@tapedeck/render';
import { epochStarts, firstMediaAt } from '../recorder/epoch-start.ts';
import type { Delivery } from './output-delivery.ts';
import { readPlaylist, renamePlaylist } from './playlist-parts.ts';

/** How files are called by a vendor's rule. */
export interface NamingRule {
  readonly rule: FileNaming;
  /** Its log says when a file began on the wall clock, and how often the recording had been taken over by then. */
  readonly recordingDir: string;
}

/** A local file (relative to the output's folder) and what it is called in the storage. */
export interface KeyedFile {
  readonly path: string;
  readonly key: string;
}

/** A playlist as readers of the storage get it. */
export interface KeyedPlaylist {
  readonly text: string;
  readonly parts: readonly KeyedFile[];
  readonly durationMs: number;
}

/** What the files of one output are called in their storage. The same file always gets the same key. */
export interface FileNames {
  /**
   * Null when it cannot be known yet: then the file waits.
   *
   * @param all Every file of the output, in the order in which they began.
   */
  keyOf(file: JournaledFile, all: readonly JournaledFile[]): string | null;
  /** A playlist that grows, with what it names by now. */
  growing(file: JournaledFile, key: string, text: string): KeyedPlaylist;
  /** A finished file as it is to be stored, with its parts; a playlist that names other parts is made first. */
  whole(file: JournaledFile, key: string): KeyedFile & { readonly parts: readonly KeyedFile[] };
}

/** @param isFinal No file will be added any more. */
export function openFileNames(delivery: Delivery, isFinal: boolean): FileNames {
  const { naming } = delivery;
  return naming === null ? nativeNames(delivery) : namesByRule(delivery, naming, isFinal);
}

function nativeNames(delivery: Delivery): FileNames {
  const keyed = (path: string): KeyedFile => ({ path, key: fileKey({ ...delivery, path }) });
  return {
    keyOf: ({ path }) => keyed(path).key,
    growing: ({ path }, _key, text) => {
      const { parts, durationMs } = readPlaylist(text, path);
      return { text, parts: parts.map(keyed), durationMs };
    },
    whole: ({ path, parts }, key) => ({ path, key, parts: parts.map(keyed) }),
  };
}

function namesByRule(delivery: Delivery, { rule, recordingDir }: NamingRule, isFinal: boolean): FileNames {
  const native = nativeNames(delivery);
  /** By path: what does not change while a file grows, so that the log is read once for each. */
  const known = new Map<string, NamedFile>();
  const find = (file: JournaledFile): NamedFile | null => {
    const before = known.get(file.path);
    if (before !== undefined) return before;
    const facts = toFacts(file, delivery, recordingDir);
    const named = facts === null ? null : { facts, stem: fileStem(rule, facts) };
    if (named !== null) known.set(file.path, named);
    return named;
  };
  const rename = (path: string, { startWallMs }: FileFacts, key: string, text: string): KeyedPlaylist => {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    const list = renamePlaylist(text, path, startWallMs, (part) => partName(rule, key, part));
    const parts = list.renamed.map((part) => ({ path: part.path, key: `${folder}${part.name}` }));
    return { text: list.text, parts, durationMs: list.durationMs };
  };
  return {
    keyOf: (file, all) => {
      const named = find(file);
      if (named === null) return native.keyOf(file, all); // extras are no vendor's files
      const alike = all.filter((other) => find(other)?.stem === named.stem);
      const count = isFinal || alike.length > 1 ? alike.length : null;
      const facts = { ...named.facts, durationMs: file.state === 'complete' ? file.durationMs : null };
      return namedKey(rule, delivery.prefix, facts, { number: alike.findIndex(({ path }) => path === file.path) + 1, count });
    },
    growing: (file, key, text) => {
      const named = find(file);
      return named === null ? native.growing(file, key, text) : rename(file.path, named.facts, key, text);
    },
    whole: (file, key) => {
      const named = find(file);
      if (file.format !== 'hls' || named === null) return native.whole(file, key);
      const { text, parts } = rename(file.path, named.facts, key, readFileSync(join(delivery.outDir, file.path), 'utf8'));
      const path = join('.delivery', 'playlists', file.path);
      writeUnlessSame(join(delivery.outDir, path), text);
      return { path, key, parts };
    },
  };
}

interface NamedFile {
  readonly facts: FileFacts;
  readonly stem: string;
}

/** All but the duration; null for what is no recording of somebody. */
function toFacts(file: JournaledFile, { recordingId, outputIndex }: Delivery, recordingDir: string): FileFacts | null {
  const { type, participant, source, format, path, startMs, videoCodec, audioCodec } = file;
  if (type !== 'composite' && type !== 'individual' && type !== 'track') return null;
  return {
    ...{ recordingId, place: `${outputIndex}/${path}`, type, identity: participant, source, format },
    hasVideo: videoCodec !== null,
    hasAudio: audioCodec !== null,
    // As the playlists' own tags count: what a pause cut out is not added.
    startWallMs: (firstMediaAt(recordingDir)?.getTime() ?? 0) + startMs,
    durationMs: null,
    takeovers: Math.max(0, epochStarts(recordingDir).filter((epochMs) => epochMs <= startMs).length - 1),
  };
}

/** A file that was sent is known by its time of change: the same text does not change it. */
function writeUnlessSame(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
