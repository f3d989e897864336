import { fileURLToPath } from 'node:url';
import { decodeFile, requirement, startTestPublisher, type TestPublisher } from '@tapedeck/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './src/browser.ts';
import { startTestServer, type TestServer } from './src/server.ts';
import { serveSite, type WebPages } from './src/web-pages.ts';

const chromium = requirement('chromium');
const livekit = requirement('livekit');
const isPossible = chromium !== null && livekit !== null;
const sample = fileURLToPath(new URL('../examples/nertc-record', import.meta.url));

describe.skipIf(!isPossible)('the NERTC sample on a Tapedeck server', () => {
  let server: TestServer;
  let pages: WebPages;
  let browser: Browser;
  let publisher: TestPublisher;
  beforeAll(async () => {
    [server, pages, browser] = await Promise.all([startTestServer(), serveSite(sample), openBrowser(chromium ?? '')]);
    publisher = await startTestPublisher({
      ...{ url: server.url, key: server.key, secret: server.secret, room: '4321', identity: '99' },
      ...{ id: 5, width: 320, height: 180, fps: 20 },
    });
  }, 120_000);
  afterAll(async () => {
    await publisher?.stop();
    await browser?.close();
    await pages?.close();
    await server?.stop();
  });

  /** Opens the sample and joins as a user does; resolves when the other side is seen. */
  async function join(uid: string): Promise<Page> {
    const { token } = await server.call<{ token: string }>('POST', '/v1/tokens', { room: '4321', identity: uid });
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.log(`page error: ${error.message}`));
    await page.goto(`${pages.url}/index.html`);
    await page.fill('#server', server.url);
    await page.fill('#channel', '4321');
    await page.fill('#uid', uid);
    await page.fill('#token', token);
    await page.click('#join button');
    await page.waitForSelector('#local video');
    await page.waitForFunction(() => (document.querySelector<HTMLVideoElement>('#remote video')?.videoWidth ?? 0) > 0);
    return page;
  }

  async function press(page: Page, button: string): Promise<string> {
    await page.evaluate(() => void (document.getElementById('state')!.textContent = ''));
    await page.click(`#${button}`);
    await page.waitForFunction((name) => document.getElementById('state')?.textContent?.startsWith(name), button);
    return (await page.textContent('#state')) ?? '';
  }

  /** The page goes on for so many pictures of the other side. */
  function untilPictures(page: Page, count: number): Promise<number> {
    return page.evaluate(
      (wanted) =>
        new Promise<number>((resolve) => {
          const video = document.querySelector<HTMLVideoElement>('#remote video');
          let seen = 0;
          const look = (): void => {
            seen++;
            if (seen >= wanted) resolve(seen);
            else video?.requestVideoFrameCallback(look);
          };
          video?.requestVideoFrameCallback(look);
        }),
      count,
    );
  }

  it('records everybody, downloads as often as wanted, and clears', { timeout: 120_000 }, async () => {
    const page = await join('17');
    await page.fill('#name', 'demo');
    expect(await press(page, 'stop')).toContain('10454');
    expect(await press(page, 'start')).toBe('start ok');
    await untilPictures(page, 100);
    const names: string[] = [];
    for (let time = 0; time < 2; time++) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
      names.push(download.suggestedFilename());
      await download.saveAs(pages.uploaded(`sample-${time}.webm`));
    }
    expect(names[0]).toMatch(/^demo_\d{17}\.webm$/);
    expect(names[1]).toBe(names[0]);
    let pictures = 0;
    let size = '';
    const file = await decodeFile(pages.uploaded('sample-1.webm'), {
      picture: ({ width, height }) => {
        pictures++;
        size = `${width}x${height}`;
      },
      sound: () => undefined,
    });
    console.log(names, file, pictures, size);
    expect(size).toBe('640x360');
    expect([file.videoCodec, file.audioCodec]).toEqual(['vp8', 'opus']);
    expect(file.durationMs).toBeGreaterThan(3500);
    expect(pictures).toBeGreaterThan((file.durationMs / 1000) * 15 * 0.8);
    expect(await press(page, 'clear')).toBe('clear ok');
    expect(await press(page, 'stop')).toBe('stop ok');
    await page.close();
  });

  it('delivers the running recording when a new one starts, and when the room is left', { timeout: 120_000 }, async () => {
    const page = await join('18');
    await page.selectOption('#recorder', 'local');
    expect(await press(page, 'start')).toBe('start ok');
    await untilPictures(page, 40);
    const [first] = await Promise.all([page.waitForEvent('download'), page.click('#start')]);
    expect(first.suggestedFilename()).toMatch(/^\d{17}\.webm$/);
    await page.waitForFunction(() => document.getElementById('state')?.textContent === 'start ok');
    await untilPictures(page, 40);
    const [second] = await Promise.all([page.waitForEvent('download'), page.click('#leave')]);
    await second.saveAs(pages.uploaded('left.webm'));
    const file = await decodeFile(pages.uploaded('left.webm'), { picture: () => undefined, sound: () => undefined });
    expect(file.durationMs).toBeGreaterThan(1000);
    await page.close();
  });

  it('records sound alone, and an earlier recording that nobody took is thrown away by the next', { timeout: 120_000 }, async () => {
    const page = await join('19');
    await page.selectOption('#type', 'audio');
    for (let time = 0; time < 2; time++) {
      expect(await press(page, 'start')).toBe('start ok');
      await untilPictures(page, 40);
      expect(await press(page, 'stop')).toBe('stop ok');
    }
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
    await download.saveAs(pages.uploaded('sound.webm'));
    const file = await decodeFile(pages.uploaded('sound.webm'), { picture: () => undefined, sound: () => undefined });
    expect([file.videoCodec, file.audioCodec]).toEqual([null, 'opus']);
    await page.close();
  });
});
