import { recordingFolder, type FileFormat } from '../store/recording-store.ts';
import { remuxFile } from './remux-file.ts';

/** What the worker is asked, once. */
export interface RemuxOrder {
  readonly id: string;
  readonly format: FileFormat;
}

/** Its answer. */
export type RemuxAnswer = { readonly durationMs: number | null } | { readonly failed: string };

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<RemuxOrder>) => void) | null;
  postMessage(answer: RemuxAnswer): void;
};

scope.onmessage = ({ data: { id, format } }) => {
  recordingFolder(id)
    .then((folder) => remuxFile(folder, format))
    .then(
      (durationMs) => scope.postMessage({ durationMs }),
      (error: unknown) => scope.postMessage({ failed: error instanceof Error ? error.message : String(error) }),
    );
};
