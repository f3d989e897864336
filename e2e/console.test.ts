import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { requirement } from '@tapedeck/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './src/browser.ts';
import { playThrough } from './src/playback.ts';
import { startTestServer, type TestServer } from './src/server.ts';

const chromium = requirement('chromium');
const livekit = requirement('livekit');
const screenshots = fileURLToPath(new URL('screenshots', import.meta.url));

describe.skipIf(chromium === null || livekit === null)('the try-it page', () => {
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    await mkdir(screenshots, { recursive: true });
    [server, browser] = await Promise.all([startTestServer(), openBrowser(chromium ?? '')]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('joins with the test picture, records, stops and plays the finished file', { timeout: 120_000 }, async () => {
    const page = await browser.newPage({ viewport: { width: 1100, height: 1400 }, locale: 'en-US' });
    const errors = watchErrors(page);
    await page.goto(server.url);
    await page.getByLabel('Key').fill(server.key);
    await page.getByLabel('Secret').fill(server.secret);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Test picture and beep').check();
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByText('Open this page in another window').waitFor();
    await page.getByLabel('A file per person too').check();
    await page.getByRole('button', { name: 'Record' }).click();
    await page.getByRole('status').filter({ hasText: 'recording' }).waitFor({ timeout: 15_000 });
    await page.screenshot({ path: `${screenshots}/recording.png` });
    const startedMs = Date.now();
    await page.waitForFunction((fromMs) => Date.now() - fromMs > 4000, startedMs);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('status').filter({ hasText: 'done' }).waitFor({ timeout: 30_000 });
    expect(await page.locator('figure[data-file=individual]').count()).toBe(1);

    const played = await playThrough(page.locator('figure[data-file=composite] video'));
    expect(played.durationS).toBeGreaterThan(3.5);
    expect(played.durationS).toBeLessThan(12);
    expect(played).toMatchObject({ width: 1280, height: 720, hasEnded: true });
    expect(played.seekedToS).toBeCloseTo(played.durationS / 2, 1);
    expect(played.brightestLuma - played.darkestLuma).toBeGreaterThan(80);
    await page.screenshot({ path: `${screenshots}/finished.png`, fullPage: true });
    expect(errors).toEqual([]);
    await page.close();
  });

  it('keeps the key in its tab and speaks Chinese', { timeout: 60_000 }, async () => {
    const page = await browser.newPage({ locale: 'en-US' });
    await page.goto(`${server.url}/#key=${server.key}&secret=${server.secret}`);
    await page.getByRole('button', { name: 'Join' }).waitFor();
    expect(page.url()).not.toContain(server.secret);
    await page.reload();
    await page.getByRole('button', { name: 'Join' }).waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('button', { name: '加入' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
    await page.screenshot({ path: `${screenshots}/chinese.png` });
    await page.close();
  });

  it('says so when the key is wrong', { timeout: 60_000 }, async () => {
    const page = await browser.newPage({ locale: 'en-US' });
    await page.goto(server.url);
    await page.getByLabel('Key').fill(server.key);
    await page.getByLabel('Secret').fill('not-the-secret');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await page.close();
  });
});

function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
}
