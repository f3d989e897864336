import { checkFile, decodeFile, requirement, startTestPublisher, type FileReport, type TestPublisher } from '@tapedeck/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './src/browser.ts';
import { openTestPage } from './src/recorder-pages.ts';
import { startTestServer, type TestServer } from './src/server.ts';
import { serveWebPages, type WebPages } from './src/web-pages.ts';
import type { NertcPage } from './web-pages/nertc-page.ts';

const chromium = requirement('chromium');
const livekit = requirement('livekit');
declare const page: NertcPage;
const isPossible = chromium !== null && livekit !== null;

describe.skipIf(!isPossible)('NERTC recordings', () => {
  let server: TestServer;
  let pages: WebPages;
  let browser: Browser;
  let publishers: readonly TestPublisher[] = [];
  beforeAll(async () => {
    [server, pages, browser] = await Promise.all([startTestServer(), serveWebPages('nertc'), openBrowser(chromium ?? '')]);
    publishers = await Promise.all(
      [1, 2, 3].map((id) =>
        startTestPublisher({
          ...{ url: server.url, key: server.key, secret: server.secret, room: 'nertc', identity: String(id) },
          ...{ id, width: 320, height: 180, fps: 10 },
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

  async function download(opened: Page, name: string, act: () => Promise<unknown>): Promise<string> {
    const [saved] = await Promise.all([opened.waitForEvent('download'), act()]);
    await saved.saveAs(pages.uploaded(name));
    return saved.suggestedFilename();
  }

  it('a stream is recorded, listed, played, downloaded and cleaned, with the documented errors', { timeout: 90_000 }, async () => {
    const opened = await openTestPage(browser, pages, 'nertc');
    const before = await opened.evaluate(async () => {
      const { NERTC, codeOf } = page;
      const early = NERTC.createStream({ audio: true, video: true });
      const client = NERTC.createClient({ appkey: 'test' });
      const stream = NERTC.createStream({ uid: 7, audio: true, video: true, client });
      if ('desc' in stream) throw new Error(stream.desc);
      Object.assign(globalThis, { stream });
      const codes = {
        early: 'code' in early ? early.code : 0,
        stop: await codeOf(() => stream.stopMediaRecording({})),
        empty: await codeOf(() => stream.startMediaRecording({ type: 'video', reset: true })),
      };
      await stream.init();
      await stream.startMediaRecording({ type: 'video', reset: true });
      const again = await codeOf(() => stream.startMediaRecording({ type: 'video', reset: true }));
      const running = stream.listMediaRecording();
      const track = stream.getVideoTrack('video');
      const pictures = new MediaStreamTrackProcessor({ track: track?.clone() as MediaStreamVideoTrack }).readable.getReader();
      for (let count = 0; count < 60; count++) (await pictures.read()).value?.close();
      const name = await stream.stopMediaRecording({});
      const unsaved = await codeOf(() => stream.startMediaRecording({ type: 'video', reset: false }));
      await stream.playMediaRecording({ recordId: '', view: document.getElementById('local')! });
      const player = document.querySelector<HTMLVideoElement>('#local video');
      return {
        ...codes,
        again,
        unsaved,
        running,
        name,
        stopped: stream.listMediaRecording(),
        width: player?.videoWidth,
        controls: player?.controls,
      };
    });
    expect(before).toMatchObject({ early: 10009, stop: 10454, empty: 10453, again: 10451, unsaved: 10452, width: 640, controls: false });
    expect(before.running).toMatchObject([{ id: 2, status: 'recording', isRecording: true, endTime: null }]);
    expect(before.stopped).toMatchObject([{ id: 2, status: 'stopped', isRecording: false, name: before.name }]);
    const name = await download(opened, 'stream.webm', () =>
      opened.evaluate(() =>
        (globalThis as unknown as { stream: { downloadMediaRecording(options: object): Promise<unknown> } }).stream
          .downloadMediaRecording({})
          .then(() => null),
      ),
    );
    expect(name).toBe(`${String(before.name)}.webm`);
    const file = await decodeFile(pages.uploaded('stream.webm'), { picture: () => undefined, sound: () => undefined });
    expect([file.videoCodec, file.audioCodec]).toEqual(['vp8', 'opus']);
    expect(file.durationMs).toBeGreaterThan(2000);
    const after = await opened.evaluate(async () => {
      const { stream } = globalThis as unknown as {
        stream: { cleanMediaRecording(options: object): Promise<void>; listMediaRecording(): unknown[] };
      };
      await stream.cleanMediaRecording({});
      return stream.listMediaRecording();
    });
    expect(after).toEqual([]);
    await opened.close();
  });

  it(
    'a call is recorded as the mosaic of the pictures that are played, with everybody’s sound, and strict refuses a second start',
    { timeout: 120_000 },
    async () => {
      const { url, token } = await server.call<{ url: string; token: string }>('POST', '/v1/tokens', { room: 'nertc', identity: '50' });
      const opened = await openTestPage(browser, pages, 'nertc');
      const result = await opened.evaluate(
        async ({ url, token }) => {
          const { NERTC, codeOf } = page;
          const client = NERTC.createClient({ appkey: 'test', strict: true, server: url, recordFormat: 'mp4' });
          const seen = new Set<number | string>();
          const events: string[] = [];
          client.on('connection-state-change', ({ curState }) => events.push(curState));
          const played = new Promise<void>((resolve) => {
            client.on('stream-added', ({ stream }) => {
              stream.setSubscribeConfig({ audio: true, video: true });
              void client.subscribe(stream);
            });
            client.on('stream-subscribed', ({ stream, mediaType }) => {
              if (mediaType !== 'video') return;
              void stream.play(document.getElementById('remote'), { video: true }).then(() => {
                seen.add(stream.getId());
                if (seen.size === 3) resolve();
              });
            });
          });
          const codes = {
            uid: await codeOf(() => client.join({ channelName: 'nertc', uid: 1.5, token })),
            name: await codeOf(() => client.join({ channelName: '', uid: 50, token })),
          };
          await client.join({ channelName: 'nertc', uid: 50, token });
          const twice = await codeOf(() => client.join({ channelName: 'nertc', uid: 50, token }));
          await played;
          const { RECORD_VIDEO_QUALITY_720p: recordVideoQuality, RECORD_VIDEO_FRAME_RATE_15: recordVideoFrame } = NERTC;
          await client.startMediaRecording({
            recorder: 'all',
            recordConfig: { recordType: 'video', recordVideoQuality, recordVideoFrame },
          });
          const again = await codeOf(() => client.startMediaRecording({ recorder: 'all' }));
          Object.assign(globalThis, { client });
          const video = document.querySelector<HTMLVideoElement>('#remote video')!;
          for (let count = 0; count < 100; count++) await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
          return { ...codes, twice, again, uid50: client.getUid(), state: client.getConnectionState(), ids: [...seen].sort() };
        },
        { url, token },
      );
      expect(result).toEqual({ uid: 10112, name: 10110, twice: 10101, again: 10451, uid50: 50, state: 'CONNECTED', ids: [1, 2, 3] });
      const name = await download(opened, 'mosaic.mp4', () =>
        opened.evaluate(() => (globalThis as unknown as { client: { leave(): Promise<void> } }).client.leave()),
      );
      expect(name).toMatch(/^\d{17}\.mp4$/);
      const people = [1, 2, 3].map((id) => ({ identity: String(id), id, fps: 10 }));
      const orders = [
        [1, 2, 3],
        [1, 3, 2],
        [2, 1, 3],
        [2, 3, 1],
        [3, 1, 2],
        [3, 2, 1],
      ];
      const places = [
        { x: 0, y: 0 },
        { x: 640, y: 0 },
        { x: 0, y: 360 },
      ];
      const reports = await Promise.all(
        orders.map((order) =>
          checkFile(pages.uploaded('mosaic.mp4'), {
            ...{
              type: 'composite',
              people,
              width: 1280,
              height: 720,
              tolerance: { lostPercent: 10, misplacedMs: 400, offsetMs: 200, settleMs: 3000 },
            },
            tiles: order.map((id, index) => ({ identity: String(id), ...places[index]!, width: 640, height: 360 })),
          }),
        ),
      );
      const seen = ({ people: shown }: FileReport): number => shown.reduce((sum, { video }) => sum + (video?.framesSeen ?? 0), 0);
      const best = reports.sort((a, b) => seen(b) - seen(a))[0]!; // they stand in the order in which they came
      console.log(JSON.stringify(best));
      expect([best.width, best.height, best.videoCodec]).toEqual([1280, 720, 'h264']);
      for (const { video, audio } of best.people) {
        expect(video?.framesSeen).toBeGreaterThan((video?.framesExpected ?? 0) * 0.7);
        expect(video?.strangers).toEqual([]);
        expect(audio?.beepsHeard).toBeGreaterThan((audio?.beepsExpected ?? 0) * 0.7);
      }
      await opened.close();
    },
  );
});
