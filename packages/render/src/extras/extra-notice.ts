import type { ExtraName } from './extra-name.ts';

/** An extra that could not be made. The files beside it are whole; it goes into the recording's history. */
export interface ExtraNotice {
  readonly type: 'extra.failed';
  readonly extra: ExtraName;
  readonly detail: string;
}

/** What is told of an extra whose making threw; where this server keeps its files is nobody's business. */
export function noticeOf(extra: ExtraName, error: unknown, outDir: string): ExtraNotice {
  const detail = error instanceof Error ? error.message : String(error);
  return { type: 'extra.failed', extra, detail: detail.replaceAll(`${outDir}/`, '') };
}
