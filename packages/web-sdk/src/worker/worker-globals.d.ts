/** What workers have and TypeScript's DOM library leaves out. */
interface FileSystemSyncAccessHandle {
  read(buffer: AllowSharedBufferSource, options?: { readonly at: number }): number;
  write(buffer: AllowSharedBufferSource, options?: { readonly at: number }): number;
  truncate(newSize: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

interface FileSystemFileHandle {
  createSyncAccessHandle(): Promise<FileSystemSyncAccessHandle>;
}
