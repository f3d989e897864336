import type { FileHandle } from 'node:fs/promises';

/**
 * Writes all of the bytes at a place. A disk that takes only some of them is asked again, so that it says why.
 *
 * @param onWritten Told how many bytes went to disk each time, also before a failure.
 */
export async function writeFully(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
  onWritten: (count: number) => void = () => undefined,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
    onWritten(bytesWritten);
  }
}
