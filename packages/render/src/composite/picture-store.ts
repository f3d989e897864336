import { join } from 'node:path';
import type { Fit } from '@tapedeck/layout';
import type { PictureRef } from './look.ts';
import type { Overlay } from './overlay.ts';
import { PictureFile } from './picture-file.ts';

/** Something that went wrong without stopping the render; it goes into the recording's history. */
export interface RenderNotice {
  readonly type: 'layout.image_failed';
  /** As the request names it, shortened. */
  readonly url: string;
  readonly detail: string;
}

/** What drawing needs from outside the plan. */
export interface DrawingContext {
  /** Where pictures named by the layout stand (`images/<sha256>.<ext>` below it); null: there are none. */
  readonly recordingDir: string | null;
  readonly onNotice: (notice: RenderNotice) => void;
}

/** Draws the picture files of layouts; each is read once, and reported once when it cannot be. */
export class PictureStore {
  readonly #context: DrawingContext;
  readonly #files = new Map<string, PictureFile | null>();

  constructor(context: DrawingContext) {
    this.#context = context;
  }

  /** The picture in a box of this size (even); null when there is none to be had: whoever asks shows its colour instead. */
  draw(ref: PictureRef | null, width: number, height: number, fit: Fit | null = null, opacity = 1): Overlay | null {
    if (ref === null || ref.file === null || width < 2 || height < 2) return null;
    const file = this.#open(ref, ref.file);
    try {
      return file?.draw(width, height, fit ?? ref.fit, opacity) ?? null;
    } catch (error) {
      this.#report(ref, error);
      return null;
    }
  }

  /** Width and height of the picture, or null. */
  sizeOf(ref: PictureRef | null): { readonly width: number; readonly height: number } | null {
    return ref === null || ref.file === null ? null : (this.#open(ref, ref.file)?.size ?? null);
  }

  /** Frees every picture. Idempotent. */
  close(): void {
    for (const file of this.#files.values()) file?.close();
    this.#files.clear();
  }

  #open(ref: PictureRef, path: string): PictureFile | null {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    let file: PictureFile | null = null;
    try {
      // The name comes from a log or a plan: it may not lead anywhere else.
      if (this.#context.recordingDir === null || !/^images\/[0-9a-f]{64}\.[a-z]{3,4}$/.test(path))
        throw new Error('it is not in the folder');
      file = new PictureFile(join(this.#context.recordingDir, path));
    } catch (error) {
      this.#report(ref, error);
    }
    this.#files.set(path, file);
    return file;
  }

  #report(ref: PictureRef, error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    this.#context.onNotice({ type: 'layout.image_failed', url: ref.url.slice(0, 200), detail });
  }
}
