import type { FilesPort } from '@tapedeck/api';
import type { MediaFilesPort } from '@tapedeck/api-tencent';

/** Files for the dialects: their addresses are those of the native API. @param publicUrl Where clients reach this server; null: where the caller did. */
export function dialectFiles(files: FilesPort, publicUrl: string | null): MediaFilesPort {
  return {
    url: ({ applicationId, storage, key, format }, origin, lifeS) => {
      const scope = format === 'hls' ? 'folder' : 'file';
      return `${publicUrl ?? origin}/files/${files.sign({ applicationId, storage, key }, scope, lifeS)}`;
    },
    remove: (applicationId, file) => files.removeFile(applicationId, file),
  };
}
