import { checkFile, requirement, startTestPublisher, type TestPublisher } from '@tapedeck/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './src/browser.ts';
import { hearFile } from './src/heard.ts';
import { openTestPage } from './src/recorder-pages.ts';
import { startTestServer, type TestServer } from './src/server.ts';
import { serveWebPages, type WebPages } from './src/web-pages.ts';
import type { CallTestPage } from './web-pages/call-page.ts';

const chromium = requirement('chromium');
const livekit = requirement('livekit');
declare const page: CallTestPage;
const isPossible = chromium !== null && livekit !== null;

describe.skipIf(!isPossible)('a call through the default server', () => {
  let server: TestServer;
  let pages: WebPages;
  let browser: Browser;
  let publishers: readonly TestPublisher[] = [];
  beforeAll(async () => {
    [server, pages, browser] = await Promise.all([startTestServer(), serveWebPages('call'), openBrowser(chromium ?? '')]);
    publishers = await Promise.all(
      ['ada', 'bo'].map((identity, index) =>
        startTestPublisher({
          ...{ url: server.url, key: server.key, secret: server.secret, room: 'web' },
          identity,
          id: index + 1,
          width: 320,
          height: 180,
          fps: 20,
        }),
      ),
    );
  }, 120_000);
  afterAll(async () => {
    await Promise.all(publishers.map((publisher) => publisher.stop()));
    await browser?.close();
    await pages?.close();
    await server?.stop();
  });

  it('is recorded in the browser: everybody in the grid, sound and picture within 20 ms', { timeout: 120_000 }, async () => {
    const { url, token } = await server.call<{ url: string; token: string }>('POST', '/v1/tokens', { room: 'web', identity: 'viewer' });
    const opened = await openTestPage(browser, pages, 'call');
    const result = await opened.evaluate(
      async ({ url, token }) => {
        const room = await page.join(url, token);
        while (page.sourcesOf(room).length < 2) await new Promise((resolve) => room.once('trackSubscribed', resolve));
        const recorder = await page.tapedeck.createRecorder({
          ...{ sources: page.sourcesOf(room).sort((a, b) => a.id.localeCompare(b.id)), layout: { name: 'grid', cells: 'nine-grid' } },
          video: { width: 640, height: 360, fps: 30, bitrateKbps: 1500 },
        });
        await new Promise<void>((resolve) => recorder.on('progress', ({ durationMs }) => durationMs > 24_000 && resolve()));
        const { file, ...facts } = await recorder.stop();
        await page.upload(file, 'call.mp4');
        await room.disconnect();
        return facts;
      },
      { url, token },
    );
    const people = ['ada', 'bo'].map((identity, index) => ({ identity, id: index + 1, fps: 20 }));
    const report = await checkFile(pages.uploaded('call.mp4'), {
      ...{ type: 'composite', people, durationMs: result.durationMs },
      tiles: people.map(({ identity }, index) => ({ identity, x: index * 320, y: 90, width: 320, height: 180 })),
      tolerance: { settleMs: 6000, lostPercent: 6, misplacedMs: 300, durationMs: 150, offsetMs: 150 },
    });
    console.log(JSON.stringify({ result, report }));
    expect(report.problems).toEqual([]);
    for (const { identity, sync } of report.people)
      for (const { offsetMs, videoUncertaintyMs } of sync)
        expect(Math.abs(offsetMs ?? 1000), identity).toBeLessThanOrEqual(20 + videoUncertaintyMs);
    await opened.close();
  });

  it('is recorded into a WAV by a deck for its room, and saved when the room is left', { timeout: 60_000 }, async () => {
    const { url, token } = await server.call<{ url: string; token: string }>('POST', '/v1/tokens', { room: 'web', identity: 'listener' });
    const opened = await openTestPage(browser, pages, 'call');
    const result = await opened.evaluate(
      async ({ url, token }) => {
        const room = await page.join(url, token);
        const deck = page.deckOf(room);
        const told: string[] = [];
        const finished = new Promise<void>((resolve) =>
          deck.on('audioRecording', (code, path) => told.push(`${code} ${path}`) === 2 && resolve()),
        );
        const code = deck.startAudioRecording('room.wav', 16_000, 1); // before anybody is subscribed: they are taken in
        while (page.sourcesOf(room).length < 2) await new Promise((resolve) => room.once('trackSubscribed', resolve));
        await new Promise((resolve) => void setTimeout(resolve, 7000));
        await room.disconnect();
        await finished;
        await page.upload(await (await (await navigator.storage.getDirectory()).getFileHandle('room.wav')).getFile(), 'room.wav');
        return { code, told, after: deck.startAudioRecording('late.wav', 16_000, 1) };
      },
      { url, token },
    );
    expect(result).toEqual({ code: 0, told: ['3 room.wav', '5 room.wav'], after: 30_101 });
    const heard = await hearFile(pages.uploaded('room.wav'));
    console.log(heard.durationS, heard.beeps(1), heard.beeps(2));
    for (const id of [1, 2]) expect(heard.beeps(id).length).toBeGreaterThanOrEqual(4); // the jitter buffer may lose some at the beginning
    await opened.close();
  });
});
