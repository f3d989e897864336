/** A file that a recording will be put into. */
export interface OpenTarget {
  readonly handle: FileSystemFileHandle;
  /** Takes away what opening it made: for a recording of which nothing comes. Never rejects. */
  discard(): Promise<void>;
}

/**
 * Opens the file of a path in the private file system, whose folders must exist, or a picked one. Resolves when it can be written; what is in it stays. A browser that has not asked the user yet does so now.
 *
 * @throws {DOMException} when it cannot: no such folder, a folder of that name, no permission, somebody else is writing it.
 */
export async function openTarget(file: string | FileSystemFileHandle): Promise<OpenTarget> {
  if (typeof file !== 'string') {
    await checkWritable(file);
    return { handle: file, discard: () => Promise.resolve() };
  }
  const names = file.split('/').filter((name, index) => name !== '' || index > 0); // one slash may lead
  const last = names.pop() ?? '';
  let folder = await navigator.storage.getDirectory();
  for (const name of names) folder = await folder.getDirectoryHandle(name);
  const known = await folder.getFileHandle(last).catch((cause: unknown) => {
    if (!(cause instanceof DOMException) || cause.name !== 'NotFoundError') throw cause;
    return null;
  });
  if (known !== null) await checkWritable(known);
  return {
    handle: known ?? (await folder.getFileHandle(last, { create: true })),
    discard: async () => {
      if (known === null) await folder.removeEntry(last).catch(() => undefined);
    },
  };
}

async function checkWritable(handle: FileSystemFileHandle): Promise<void> {
  await (await handle.createWritable({ keepExistingData: true })).abort();
}
