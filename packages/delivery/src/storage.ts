import type { Readable } from 'node:stream';

/** A file as it stands verified in a storage. */
export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** Hexadecimal, of the bytes that stand in the storage. */
  readonly sha256: string;
}

/** Bytes of an object, both ends inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** A local file on its way to a key. */
export interface OutgoingFile {
  readonly path: string;
  readonly key: string;
  /**
   * A local file of the storage's own, beside which nobody else works: how far an upload came, so that it goes on after a crash. Without it every
   * `put` begins anew.
   */
  readonly journalPath?: string;
  readonly signal?: AbortSignal;
}

/**
 * Where finished files go. Every method may be called again after any failure with the same arguments; keys are checked by `checkKey`. Every method
 * rejects with one of the errors below and nothing else, but for the abort of its signal.
 *
 * @throws {StorageUnavailableError} STORAGE_UNAVAILABLE when the storage cannot do it now.
 * @throws {StorageSetupError} STORAGE_DENIED, STORAGE_BUCKET_MISSING … when its settings must be put right first.
 */
export interface Storage {
  readonly name: string;
  /** Where it is: two storages of the same place hold the same objects. */
  readonly place: string;
  /**
   * Stores the local file whole or not at all, and returns only after size and checksum of what stands there were read back and found equal.
   * An object of the same content is left alone; another content is replaced.
   *
   * @throws {StorageVerifyError} STORAGE_VERIFY_FAILED when other bytes arrived.
   */
  put(file: OutgoingFile): Promise<StoredObject>;
  /**
   * Sends ahead what is there of a file that still grows, as far as it helps a later {@link put} with the same journal; nothing can be read under the
   * key before that. May do nothing.
   */
  sendAhead(file: OutgoingFile & { readonly journalPath: string }): Promise<void>;
  /** Puts a small object (a playlist) in the place of what stands there: readers see the old or the new one, never a mixture. */
  replace(object: { readonly key: string; readonly bytes: Uint8Array; readonly signal?: AbortSignal }): Promise<void>;
  /** Size of the object, or null when there is none. */
  stat(key: string): Promise<{ readonly sizeBytes: number } | null>;
  /** The object's bytes. The caller reads to the end or destroys the stream. @throws {StorageUnavailableError} when it is not there. */
  open(key: string, range?: ByteRange): Promise<Readable>;
  /** No error when it was not there. */
  remove(key: string): Promise<void>;
  /** Removes every object below `folder` (`a/b`, no slash at the end) and what uploads that never ended left there. */
  removeFolder(folder: string): Promise<void>;
  /** Gives up uploads below `folder` that never ended. */
  removeUnfinished(folder: string): Promise<void>;
  close(): void;
}
