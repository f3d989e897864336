import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { WebPages } from './web-pages.ts';

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
