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

/** Where finished files go. Every method may be called again after any failure with the same arguments; keys are checked by `checkKey`. */
export interface Storage {
  readonly name: string;
  /**
   * Stores the local file whole or not at all, and returns only after size and SHA-256 of what stands there were found equal.
   * An object of the same content is left alone; another content is replaced.
   *
   * @throws {StorageUnavailableError} STORAGE_UNAVAILABLE when the storage cannot take it now.
   * @throws {StorageVerifyError} STORAGE_VERIFY_FAILED when other bytes arrived.
   */
  put(file: { readonly path: string; readonly key: string; readonly signal?: AbortSignal }): Promise<StoredObject>;
  /** Size of the object, or null when there is none. */
  stat(key: string): Promise<{ readonly sizeBytes: number } | null>;
  /** The object's bytes. The caller reads to the end or destroys the stream. @throws {StorageUnavailableError} when it is not there. */
  open(key: string, range?: ByteRange): Promise<Readable>;
  /** No error when it was not there. */
  remove(key: string): Promise<void>;
}
