import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { openBrowser } from './browser.ts';
import { serveWebPages, type WebPages } from './web-pages.ts';

/** A test page and a browser for it, there while the tests of a `describe` run. */
export interface RecorderPages extends Pick<WebPages, 'url' | 'uploaded'> {
  readonly browser: Browser;
  /** Opens the page as {@link openTestPage} does. */
  open(): Promise<Page>;
}

/** The same with a profile on disk: the private file system of a nameless context lies in memory. */
export interface LastingPages extends Omit<RecorderPages, 'browser'> {
  readonly browser: BrowserContext;
}

/** Before the tests of this `describe`, builds and serves the page and starts a browser; ends both after them. */
export function useRecorderPages(executablePath: string | null, name = 'recorder'): RecorderPages {
  return usePages(name, async () => {
    const browser = await openBrowser(executablePath ?? '');
    return { browser, close: () => browser.close() };
  });
}

/** Does the same with a new profile on disk. */
export function useLastingPages(executablePath: string | null, name = 'recorder'): LastingPages {
  return usePages(name, async () => {
    const profile = await mkdtemp(join(tmpdir(), 'tapedeck-profile-'));
    const browser = await chromium.launchPersistentContext(profile, {
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--headless=new', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
    });
    const close = async (): Promise<void> => {
      await browser.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    };
    return { browser, close };
  });
}

function usePages<Opened extends Browser | BrowserContext>(
  name: string,
  launch: () => Promise<{ readonly browser: Opened; close(): Promise<void> }>,
) {
  let pages: WebPages | undefined;
  let launched: Awaited<ReturnType<typeof launch>> | undefined;
  beforeAll(async () => {
    [pages, launched] = await Promise.all([serveWebPages(name), launch()]);
  }, 120_000);
  afterAll(async () => {
    await launched?.close();
    await pages?.close();
  });
  const served = (): WebPages => pages ?? notYet();
  const browser = (): Opened => launched?.browser ?? notYet();
  return {
    get url() {
      return served().url;
    },
    get browser() {
      return browser();
    },
    uploaded: (file: string) => served().uploaded(file),
    open: () => openTestPage(browser(), served(), name),
  };
}

function notYet(): never {
  throw new Error('The pages are served while the tests run.');
}

/** Opens a test page and resolves when its scripts have run. What it says on its console is shown. */
export async function openTestPage(browser: Browser | BrowserContext, pages: Pick<WebPages, 'url'>, name = 'recorder'): Promise<Page> {
  const opened = await browser.newPage();
  opened.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !message.text().includes('404')) console.log(`page: ${message.text()}`);
  });
  opened.on('pageerror', (error) => console.log(`page error: ${error.message}`));
  await opened.goto(`${pages.url}/${name}.html`);
  await opened.waitForFunction('globalThis.page');
  return opened;
}
