import { requirement, startTestPublisher, type TestPublisher } from '@tapedeck/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './src/browser.ts';
import { hearFile, type Heard } from './src/heard.ts';
import { openTestPage } from './src/recorder-pages.ts';
import { startTestServer, type TestServer } from './src/server.ts';
import { serveWebPages, type WebPages } from './src/web-pages.ts';
import type { NertcPage } from './web-pages/nertc-page.ts';

const chromium = requirement('chromium');
const livekit = requirement('livekit');
declare const page: NertcPage;
const isPossible = chromium !== null && livekit !== null;
const ownId = 3;
/** A track's clock is found out in its first seconds: so far a beep may stand from its second. */
const settlingS = 0.12;

describe.skipIf(!isPossible)('NERTC audio recordings of a call', () => {
  let server: TestServer;
  let pages: WebPages;
  let browser: Browser;
  const publishers: TestPublisher[] = [];
  beforeAll(async () => {
    [server, pages, browser] = await Promise.all([startTestServer(), serveWebPages('nertc'), openBrowser(chromium ?? '')]);
  }, 120_000);
  afterAll(async () => {
    await Promise.all(publishers.map((publisher) => publisher.stop()));
    await browser?.close();
    await pages?.close();
    await server?.stop();
  });

  async function bring(room: string, id: number): Promise<TestPublisher> {
    const { url, key, secret } = server;
    const publisher = await startTestPublisher({ ...{ url, key, secret, room, identity: String(id), id }, video: false });
    publishers.push(publisher);
    return publisher;
  }

  /** Joins as person 3, whose microphone beeps, hears everybody who comes, and notes what is told of recordings. */
  async function join(room: string): Promise<{ opened: Page; early: number }> {
    const { url, token } = await server.call<{ url: string; token: string }>('POST', '/v1/tokens', { room, identity: '3' });
    const opened = await openTestPage(browser, pages, 'nertc');
    const early = await opened.evaluate(
      async ({ url, token, room }) => {
        const { NERTC, diary, kept, makePerson } = page;
        const client = NERTC.createClient({ appkey: 'test', server: url });
        kept.client = client;
        client.on('onAudioRecording', (code, path) => diary.write(`${code} ${path}`));
        client.on('stream-added', ({ stream }) => void client.subscribe(stream));
        client.on('stream-subscribed', ({ stream }) => diary.write(`heard ${stream.getId()}`));
        client.on('peer-leave', ({ uid }) => diary.write(`gone ${uid}`));
        const early = client.startAudioRecording('early.wav', 16_000, 1);
        const { audio } = makePerson({ identity: 3, width: 16, height: 16, fps: 1 });
        const stream = NERTC.createStream({ uid: 3, audio: true, video: false, audioSource: audio, client });
        if ('desc' in stream) throw new Error(stream.desc);
        await stream.init();
        await client.join({ channelName: room, uid: 3, token });
        await client.publish(stream);
        return early;
      },
      { url, token, room },
    );
    return { opened, early };
  }

  /** Resolves when the page's diary has this line: what is told of recordings, who is heard, who is gone. */
  const until = (opened: Page, line: string): Promise<void> => opened.evaluate((line) => page.diary.until(line), line);

  /** Lets the call go on. */
  const pass = (opened: Page, ms: number): Promise<void> =>
    opened.evaluate((ms) => new Promise<void>((resolve) => void setTimeout(resolve, ms)), ms);

  async function hear(opened: Page, name: string): Promise<Heard> {
    await opened.evaluate(async (name) => {
      const folder = await navigator.storage.getDirectory();
      await page.upload(await (await folder.getFileHandle(name)).getFile(), name);
    }, name);
    return hearFile(pages.uploaded(name));
  }

  /** A beep a second. What came through the network may have lost one and may have been stretched by the jitter buffer: that is the call's, not the recording's. */
  function expectBeeps(file: Heard, id: number, lastedS: number): void {
    const beeps = file.beeps(id);
    expect(beeps.length, `${id}: ${beeps.join()}`).toBeGreaterThanOrEqual(Math.floor(lastedS) - (id === ownId ? 0 : 2));
    if (id !== ownId) return;
    expect(beeps.length, `${id}: ${beeps.join()}`).toBeLessThanOrEqual(Math.ceil(lastedS) + 1);
    for (const [index, at] of beeps.slice(1).entries()) expect(Math.abs(at - beeps[index]! - 1), `${beeps.join()}`).toBeLessThan(settlingS);
  }

  it('records everybody, itself or the others, who comes and who goes, and saves when it leaves', { timeout: 120_000 }, async () => {
    const room = 'audio';
    const { opened, early } = await join(room);
    await bring(room, 1);
    await until(opened, 'heard 1');
    const codes = [early];
    for (const [filePath, position, sampleRate] of [
      ['own.wav', 1, 16_000],
      ['others.wav', 2, 48_000],
    ] as const) {
      codes.push(
        await opened.evaluate((config) => page.kept.client!.startAudioRecordingWithConfig(config), { filePath, position, sampleRate }),
      );
      await until(opened, `3 ${filePath}`);
      await pass(opened, 5500);
    }
    // Started over the one before, without a stop between.
    codes.push(await opened.evaluate(() => page.kept.client!.startAudioRecording('all.aac', 44_100, 2)));
    await until(opened, '3 all.aac');
    await pass(opened, 3000);
    const ben = await bring(room, 2);
    await until(opened, 'heard 2');
    await pass(opened, 3500);
    await ben.stop();
    await until(opened, 'gone 2');
    await pass(opened, 3000);
    const end = await opened.evaluate(async () => {
      const { client } = page.kept;
      await client!.leave();
      const late = client!.startAudioRecording('late.wav', 16_000, 1);
      const stop = client!.stopAudioRecording();
      await client!.destroy();
      return {
        told: page.diary.lines.filter((line) => /^\d/.test(line)),
        late,
        stop,
        destroyed: client!.startAudioRecording('late.wav', 16_000, 1),
      };
    });
    expect(codes).toEqual([30_101, 0, 0, 0]);
    expect(end).toEqual({
      told: ['3 own.wav', '5 own.wav', '3 others.wav', '5 others.wav', '3 all.aac', '5 all.aac'],
      ...{ late: 30_101, stop: 30_005, destroyed: 30_005 },
    });
    const [own, others, all] = [await hear(opened, 'own.wav'), await hear(opened, 'others.wav'), await hear(opened, 'all.aac')];
    console.log(JSON.stringify([own, others, all].map((file) => [file.durationS, ...[1, 2, 3].map((id) => file.beeps(id))])));
    expectBeeps(own, 3, 5.5);
    expect(own.beeps(1)).toEqual([]);
    expectBeeps(others, 1, 5.5);
    expect(others.beeps(3)).toEqual([]);
    expectBeeps(all, 1, all.durationS - 0.5);
    expectBeeps(all, 3, all.durationS - 0.5);
    const visit = all.beeps(2);
    expect(visit.length).toBeGreaterThanOrEqual(2);
    expect(visit[0]).toBeGreaterThan(3);
    expect(visit.at(-1)).toBeLessThan(all.durationS - 2.5);
    await opened.close();
  });

  it('saves when it is put out of the room, and keeps the last ten seconds of a longer call', { timeout: 120_000 }, async () => {
    const room = 'audio-dropped';
    const { opened } = await join(room);
    await bring(room, 1);
    await until(opened, 'heard 1');
    await opened.evaluate(() =>
      page.kept.client!.startAudioRecordingWithConfig({ filePath: 'cycle.wav', cycleTime: 10, sampleRate: 16_000 }),
    );
    await until(opened, '3 cycle.wav');
    await pass(opened, 13_000);
    const other = await join(room); // LiveKit has one participant of a name: the first one goes
    await until(opened, '5 cycle.wav');
    expect(await opened.evaluate(() => page.kept.client!.stopAudioRecording())).toBe(30_005);
    const file = await hear(opened, 'cycle.wav');
    console.log(file.durationS, file.beeps(1), file.beeps(3));
    expect(Math.abs(file.durationS - 10)).toBeLessThan(0.01);
    expectBeeps(file, 3, 9.5);
    expectBeeps(file, 1, 9.5);
    await Promise.all([opened.close(), other.opened.close()]);
  });
});
