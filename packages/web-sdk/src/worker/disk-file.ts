import type { ByteFile } from '../mp4/seal-mp4.ts';

const stepBytes = 1024 * 1024;
/** What an index of the whole file takes at most, as a share of the file. */
const indexShare = 1 / 256;
const leastRoomBytes = 1024 * 1024;

/**
 * A file of the origin private file system, written at places and at once. Room for what is still to come when the disk is full (encoders' last frames and the index) is taken ahead: `onFull` is called once
 * when no more room can be had, and writing goes on to work for that rest.
 */
export class DiskFile implements ByteFile {
  readonly #handle: FileSystemSyncAccessHandle;
  readonly #onFull: (cause: unknown) => void;
  #end: number;
  #allocated: number;
  #isFull = false;
  #isClosed = false;

  private constructor(handle: FileSystemSyncAccessHandle, onFull: (cause: unknown) => void) {
    this.#handle = handle;
    this.#onFull = onFull;
    this.#end = handle.getSize();
    this.#allocated = this.#end;
  }

  /** @throws {DOMException} NoModificationAllowedError while somebody else has it open. */
  static async open(file: FileSystemFileHandle, onFull: (cause: unknown) => void = () => undefined): Promise<DiskFile> {
    return new DiskFile(await file.createSyncAccessHandle(), onFull);
  }

  get sizeBytes(): number {
    return this.#end;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  read(at: number, length: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.#end - at)));
    return bytes.subarray(0, this.#handle.read(bytes, { at }));
  }

  /** @throws {DOMException} QuotaExceededError when even the room taken ahead is used up. */
  write(bytes: Uint8Array, at: number): void {
    const to = at + bytes.length;
    this.#takeRoom(to + leastRoomBytes + to * indexShare);
    let done = 0;
    while (done < bytes.length) {
      const written = this.#handle.write(bytes.subarray(done) as Uint8Array<ArrayBuffer>, { at: at + done });
      if (written <= 0) throw new DOMException('The disk takes no more bytes.', 'QuotaExceededError');
      done += written;
    }
    this.#end = Math.max(this.#end, to);
    this.#allocated = Math.max(this.#allocated, this.#end);
  }

  #takeRoom(until: number): void {
    if (until <= this.#allocated || this.#isFull) return;
    try {
      this.#handle.truncate(until + stepBytes);
      this.#allocated = until + stepBytes;
    } catch (cause) {
      this.#isFull = true;
      this.#onFull(cause);
    }
  }

  truncate(sizeBytes: number): void {
    this.#end = Math.min(this.#end, sizeBytes);
  }

  flush(): void {
    this.#handle.flush();
  }

  /** Cuts the room taken ahead off and closes. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#handle.truncate(this.#end);
    this.#handle.flush();
    this.#handle.close();
  }
}
