import { fileURLToPath } from 'node:url';
import { requirement } from '@tapedeck/testkit';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser } from './src/browser.ts';
import { serveInDevelopment, type ExamplePage } from './src/example-page.ts';
import { playThrough } from './src/playback.ts';

const chromium = requirement('chromium');

describe.skipIf(chromium === null)('the pages of the web recorders', { timeout: 90_000 }, () => {
  let [browser, context]: [Browser?, BrowserContext?] = [];
  let example: ExamplePage;
  let page: Page;

  beforeAll(async () => {
    [browser, example] = await Promise.all([
      openBrowser(chromium ?? ''),
      serveInDevelopment(fileURLToPath(new URL('../examples/web-recorder', import.meta.url))),
    ]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await example?.stop();
  });
  beforeEach(async () => {
    await context?.close();
    context = await browser!.newContext();
    page = await context.newPage();
    page.on('pageerror', (error) => console.log(`page error: ${error.message}`));
  });

  const open = async (name: string): Promise<void> => void (await page.goto(new URL(name, example.url).href));
  const click = (name: string, within: Locator | Page = page): Promise<void> => within.getByRole('button', { name, exact: true }).click();
  const figure = (name: string, within: Locator | Page = page): Locator => within.locator(`dt:text-is("${name}") + dd`);
  /** So many seconds have been recorded. */
  const untilRecorded = (seconds: number, name = 'Duration', within: Locator | Page = page): Promise<void> =>
    expect
      .poll(async () => Number((await figure(name, within).textContent())?.split(':')[1]), { timeout: 30_000 })
      .toBeGreaterThanOrEqual(seconds);
  /** How dark the picture of a video is at a point, from 0 to 255. */
  const lumaAt = (video: Locator, share: number, x: number, y: number): Promise<number> =>
    video.evaluate(
      async (element, [at, left, top]) => {
        const player = element as HTMLVideoElement;
        const seeked = new Promise((resolve) => player.addEventListener('seeked', resolve, { once: true }));
        player.currentTime = player.duration * at!;
        await seeked;
        const pen = new OffscreenCanvas(player.videoWidth, player.videoHeight).getContext('2d');
        pen?.drawImage(player, 0, 0);
        const [red = 0, green = 0, blue = 0] = pen?.getImageData(left!, top!, 1, 1).data ?? [];
        return Math.max(red, green, blue);
      },
      [share, x, y] as const,
    );
  /** How long a sound is, and how much of each test tone is in it. */
  const hear = (audio: Locator): Promise<{ durationS: number; rateHz: number; mine: number; others: number }> =>
    audio.evaluate(async (element) => {
      const context = new OfflineAudioContext(1, 1, 48_000);
      const bytes = await (await fetch((element as HTMLAudioElement).src)).arrayBuffer();
      const format = new TextDecoder('latin1').decode(bytes.slice(0, 200)).indexOf('fmt '); // of a WAV
      const rateHz = format < 0 ? 0 : new DataView(bytes).getUint32(format + 12, true);
      const sound = await context.decodeAudioData(bytes);
      const samples = sound.getChannelData(0);
      const amount = (hz: number): number => {
        let [real, imaginary] = [0, 0];
        for (const [index, sample] of samples.entries()) {
          real += sample * Math.cos((2 * Math.PI * hz * index) / 48_000);
          imaginary += sample * Math.sin((2 * Math.PI * hz * index) / 48_000);
        }
        return Math.hypot(real, imaginary) / samples.length;
      };
      return { durationS: sound.duration, rateHz, mine: amount(440), others: amount(660) };
    });
  const playToEnd = (media: Locator): Promise<number> =>
    media.evaluate(async (element) => {
      const player = element as HTMLMediaElement;
      player.muted = true;
      const ended = new Promise((resolve) => player.addEventListener('ended', resolve, { once: true }));
      await player.play();
      await ended;
      return player.currentTime;
    });

  it('video: records, pauses, changes the layout, and plays the file', async () => {
    await open('index.html');
    expect(await page.getByRole('button', { name: 'Record', exact: true }).isDisabled()).toBe(true);
    await click('Test picture');
    await page.fill('#name', 'sample');
    await click('Record');
    await untilRecorded(2);
    await click('Pause');
    await page.locator('output[data-state=paused]').waitFor();
    await page.waitForTimeout(800); // what was told before the pause has been shown then
    const atPause = [await figure('Duration').textContent(), await figure('On disk').textContent()];
    await page.waitForTimeout(1200);
    expect([await figure('Duration').textContent(), await figure('On disk').textContent()]).toEqual(atPause);
    await page.selectOption('#layout', 'speaker');
    await click('Resume');
    await untilRecorded(5);
    await click('Stop');
    const video = page.locator('.file-view video');
    await video.waitFor();
    expect(await page.getByRole('link', { name: 'Save' }).getAttribute('download')).toBe('sample.mp4');
    const played = await playThrough(video);
    expect([played.width, played.height, played.hasEnded]).toEqual([1280, 720, true]);
    expect(played.durationS).toBeGreaterThan(4);
    expect(played.brightestLuma - played.darkestLuma).toBeGreaterThan(60);
    // Two in a grid stand in the middle, the speaker is wider.
    expect(await lumaAt(video, 0.15, 200, 300)).toBeLessThan(20);
    expect(await lumaAt(video, 0.9, 200, 300)).toBeGreaterThan(40);
  });

  it('video: lists what a reload cut off, recovers, plays and deletes it', async () => {
    await open('index.html');
    await page.selectOption('#format', 'webm');
    await click('Camera and microphone');
    await click('Record');
    await untilRecorded(3);
    await page.reload();
    await page.getByText('unfinished', { exact: true }).waitFor();
    await click('Recover');
    await page.getByText('finished', { exact: true }).waitFor();
    expect(await playToEnd(page.locator('.file-view video'))).toBeGreaterThan(0.9);
    await click('Delete');
    await page.getByText('No recordings yet.').waitFor();
  });

  it('audio: records one side at its rate, pauses, and plays the file', async () => {
    await open('audio.html');
    await click('Two test tones');
    await page.selectOption('#rate', '16000');
    await page.selectOption('#position', 'local');
    await click('Record');
    await untilRecorded(1);
    await click('Pause');
    await page.locator('output[data-state=paused]').waitFor();
    await click('Resume');
    await untilRecorded(3);
    await click('Stop');
    const audio = page.locator('.file-view audio');
    await audio.waitFor();
    const { durationS, rateHz, mine, others } = await hear(audio);
    expect(rateHz).toBe(16_000);
    expect(durationS).toBeGreaterThan(2.9);
    expect(mine).toBeGreaterThan(0.005);
    expect(mine).toBeGreaterThan(20 * others);
    expect(await playToEnd(audio)).toBeGreaterThan(2.9);
  });

  it('audio: in Chinese, MP3 of everybody', async () => {
    await open('audio.html');
    await click('中文');
    await click('两路测试音');
    await page.selectOption('#format', 'mp3');
    await page.selectOption('#cycle', '10');
    await click('开始录制');
    await untilRecorded(3, '时长');
    await click('停止');
    const audio = page.locator('.file-view audio');
    await audio.waitFor();
    expect(await page.getByRole('link', { name: '保存' }).getAttribute('download')).toMatch(/\.mp3$/);
    const { mine, others } = await hear(audio);
    expect(mine).toBeGreaterThan(0.005);
    expect(others).toBeGreaterThan(0.005);
  });

  it('React: the hook and the widget record at once', async () => {
    await open('react.html');
    const [hook, widget] = [page.getByRole('region', { name: 'hook' }), page.getByRole('region', { name: 'widget' })];
    await click('Test picture');
    await click('Record', hook);
    await click('Record', widget);
    await untilRecorded(2, 'Duration', hook);
    await click('Pause', widget);
    await click('Stop', widget);
    await click('Stop', hook);
    const video = page.locator('video.file-view');
    await video.waitFor();
    expect(await playToEnd(video)).toBeGreaterThan(1.9);
    const [download] = await Promise.all([page.waitForEvent('download'), click('Save', widget)]);
    expect(download.suggestedFilename()).toMatch(/\.mp4$/);
  });
});
