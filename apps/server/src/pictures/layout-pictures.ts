import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchPicture, type PictureSources } from './fetch-picture.ts';

/** A picture that a layout names and that could not be had. */
export interface MissingPicture {
  /** As the layout names it, shortened. */
  readonly url: string;
  readonly detail: string;
}

/** A layout whose pictures stand in the recording's folder. */
export interface KeptLayout {
  /** As given, with `file` beside every `url`: where the picture is in the recording's folder, or null when it could not be had. */
  readonly layout: unknown;
  readonly missing: readonly MissingPicture[];
}

const shownUrlLength = 200;

/** Whether a layout names any picture at all. */
export function namesPictures(layout: unknown): boolean {
  return urlsOf(layout).size > 0;
}

/**
 * Keeps the pictures of a recording's layouts in its folder, `images/<SHA-256>.<ending>`, each fetched once: what was drawn once is drawn the same in every later
 * render. One object per recording and process.
 */
export class LayoutPictures {
  readonly #dir: string;
  readonly #sources: PictureSources;
  #index: Promise<Map<string, string>> | null = null;

  /** @param recordingDir The recording's folder; it need not be there yet. */
  constructor(recordingDir: string, sources: PictureSources) {
    this.#dir = recordingDir;
    this.#sources = sources;
  }

  /** The layout with what is kept already; pictures that would have to be fetched count as missing. Fetches nothing. */
  async known(layout: unknown): Promise<KeptLayout> {
    const index = await this.#load();
    return withFiles(layout, (url) => index.get(keyOf(url)) ?? null, (url) => ({ url: shown(url), detail: 'it is not there yet' })); // prettier-ignore
  }

  /** Fetches what is not kept yet and returns the layout with all that could be had. Never rejects for a picture's sake. */
  async keep(layout: unknown): Promise<KeptLayout> {
    const index = await this.#load();
    const reasons = new Map<string, string>();
    const wanted = [...urlsOf(layout)].filter((url) => !index.has(keyOf(url)));
    await Promise.all(
      wanted.map(async (url) => {
        try {
          index.set(keyOf(url), await this.#store(url));
        } catch (error) {
          reasons.set(url, error instanceof Error ? error.message : String(error));
        }
      }),
    );
    if (reasons.size < wanted.length) await this.#save(index);
    return withFiles(layout, (url) => index.get(keyOf(url)) ?? null, (url) => ({ url: shown(url), detail: reasons.get(url) ?? 'unknown' })); // prettier-ignore
  }

  async #store(url: string): Promise<string> {
    const { bytes, ending } = await fetchPicture(url, this.#sources);
    const file = `images/${createHash('sha256').update(bytes).digest('hex')}.${ending}`;
    await this.#write(file, bytes);
    return file;
  }

  async #load(): Promise<Map<string, string>> {
    this.#index ??= readFile(join(this.#dir, 'images', 'index.json'), 'utf8').then(
      (text) => new Map(Object.entries(JSON.parse(text) as Record<string, string>)),
      () => new Map(),
    );
    return await this.#index;
  }

  async #save(index: ReadonlyMap<string, string>): Promise<void> {
    await this.#write('images/index.json', `${JSON.stringify(Object.fromEntries(index), null, 2)}\n`);
  }

  async #write(file: string, content: Buffer | string): Promise<void> {
    const path = join(this.#dir, file);
    const draft = `${path}.${randomUUID()}.tmp`;
    await mkdir(join(this.#dir, 'images'), { recursive: true });
    await writeFile(draft, content);
    await rename(draft, path);
  }
}

type Found = (url: string) => string | null;

function withFiles(layout: unknown, fileOf: Found, explain: (url: string) => MissingPicture): KeptLayout {
  const missing = new Map<string, MissingPicture>();
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    const result = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, walk(part)]));
    const { url } = value as { url?: unknown };
    if (typeof url !== 'string') return result;
    const file = fileOf(url);
    if (file === null) missing.set(url, explain(url));
    return { ...result, url: shown(url), file };
  };
  return { layout: walk(layout), missing: [...missing.values()] };
}

function urlsOf(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (value === null || typeof value !== 'object') return found;
  const { url } = value as { url?: unknown };
  if (typeof url === 'string') found.add(url);
  for (const part of Object.values(value)) urlsOf(part, found);
  return found;
}

const keyOf = (url: string): string => createHash('sha256').update(url).digest('hex');
/** A data: URL has the whole picture in it, and what follows a `?` may be a signature. */
function shown(url: string): string {
  const plain = url.startsWith('data:') ? url.slice(0, 40) : (url.split(/[?#]/u)[0] ?? '').slice(0, shownUrlLength);
  return plain.length < url.length ? `${plain}…` : url;
}
