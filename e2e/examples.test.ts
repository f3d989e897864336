import { requirement } from '@tapedeck/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './src/browser.ts';
import { type ExamplePage, startExample } from './src/example-page.ts';
import { playThrough } from './src/playback.ts';
import { startTestServer, type TestServer } from './src/server.ts';

const chromium = requirement('chromium');
const livekit = requirement('livekit');

describe.skipIf(chromium === null || livekit === null)('the migration pages', { timeout: 120_000 }, () => {
  let server: TestServer;
  let browser: Browser;
  let example: ExamplePage | null = null;
  let page: Page;

  const open = async (name: string): Promise<void> => {
    example = await startExample(name, { TAPEDECK_URL: server.url, TAPEDECK_KEY: server.key, TAPEDECK_SECRET: server.secret });
    page = await browser.newPage();
    await page.goto(example.url);
    await page.getByRole('button', { name: 'Join' }).click();
    await untilSaid('joined');
    await page.waitForFunction(() => (document.querySelector<HTMLVideoElement>('#people video')?.videoWidth ?? 0) > 0);
  };
  const untilSaid = async (text: string): Promise<void> =>
    await page.getByRole('status').filter({ hasText: text }).waitFor({ timeout: 30_000 });
  const click = async (name: string): Promise<void> => await page.getByRole('button', { name, exact: true }).click();
  /** So long the call goes on. */
  const during = async (ms: number): Promise<void> => {
    const startedMs = Date.now();
    await page.waitForFunction(([from, wait]) => Date.now() - (from ?? 0) > (wait ?? 0), [startedMs, ms]);
  };
  /** Clicks until so many files are there. */
  const untilFiles = async (button: string, count: number): Promise<void> =>
    await expect
      .poll(
        async () => {
          await click(button);
          return await page.locator('#files video').count();
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe(count);
  const expectPlays = async (index: number): Promise<void> => {
    const source = await page.locator('#files video').nth(index).getAttribute('src');
    const player = await browser.newPage(); // of the files' own origin: a page of another one may show their pictures, not read them
    await player.goto(server.url);
    await player.setContent(`<video src="${source}"></video>`);
    const played = await playThrough(player.locator('video'));
    await player.close();
    expect(played.durationS).toBeGreaterThan(2);
    expect(played.hasEnded).toBe(true);
    expect(played.brightestLuma - played.darkestLuma).toBeGreaterThan(60);
  };

  beforeAll(async () => {
    [server, browser] = await Promise.all([startTestServer(), openBrowser(chromium ?? '')]);
  }, 120_000);
  afterAll(async () => {
    await example?.stop();
    await browser?.close();
    await server?.stop();
  });

  it('of TRTC joins, records and mixes by its buttons, and plays both files', async () => {
    await open('trtc-call');
    expect(await page.locator('#stream-ids').textContent()).toBe('1400000001_4321_userA_main, 1400000001_4321_userA_aux');
    await click('Record');
    await untilSaid('recording');
    await click('Start mix');
    await untilSaid('mixing');
    await during(5000);
    await click('Stop recording');
    await untilSaid('stopped');
    await click('Stop mix');
    await untilSaid('the mix has ended');
    await untilFiles('List files', 2);
    for (const index of [0, 1]) await expectPlays(index);
    await click('Leave');
    await untilSaid('left');
    await page.close();
    await example?.stop();
    example = null;
  });

  it('of Volcengine joins and records by its buttons, and plays the file', async () => {
    await open('volcengine-call');
    await click('Record');
    await untilSaid('recording');
    await during(5000);
    await click('Stop recording');
    await untilSaid('stopped');
    await untilFiles('Ask for the task', 1);
    await untilSaid('ended (StopByAPI)');
    await expectPlays(0);
    await page.close();
  });
});
