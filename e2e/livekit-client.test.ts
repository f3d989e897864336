import type { Recording } from '@tapedeck/protocol';
import { requirement } from '@tapedeck/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './src/browser.ts';
import { joinFromPage, type SentFrame } from './src/call-page.ts';
import { startCluster } from './src/cluster.ts';
import { countFrames } from './src/frame-count.ts';
import { playThrough } from './src/playback.ts';
import { startTestServer, type TestServer } from './src/server.ts';

const chromium = requirement('chromium');
const livekit = requirement('livekit');
const redis = requirement('redis');
const FRAMES = 300;

/** Starts the server under test; returns it and what to stop after it. */
type Start = () => Promise<{ readonly server: TestServer; readonly stop: () => Promise<void> }>;

async function startDefault(): ReturnType<Start> {
  const server = await startTestServer();
  return { server, stop: () => server.stop() };
}

async function startWithCluster(): ReturnType<Start> {
  const cluster = await startCluster(livekit ?? '', redis ?? '');
  const server = await startTestServer({
    ...{ TAPEDECK_LIVEKIT_URL: cluster.url, TAPEDECK_LIVEKIT_KEY: cluster.key, TAPEDECK_LIVEKIT_SECRET: cluster.secret },
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    await cluster.stop();
  };
  return { server, stop };
}

const servers: readonly (readonly [string, Start, boolean])[] = [
  ['the default server', startDefault, chromium !== null && livekit !== null],
  ['an external LiveKit with Redis', startWithCluster, chromium !== null && livekit !== null && redis !== null],
];

describe.each(servers)('two pages with livekit-client through %s', (_name, start, isPossible) => {
  let started: Awaited<ReturnType<Start>> | undefined;
  let browsers: readonly Browser[] = [];

  beforeAll(async () => {
    if (!isPossible) return;
    started = await start();
    // One browser each: pages of one browser share its encoder threads and only one is in front.
    browsers = await Promise.all([openBrowser(chromium ?? ''), openBrowser(chromium ?? '')]);
  }, 120_000);
  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await started?.stop();
  });

  it.skipIf(!isPossible)(
    'are recorded individually and together, every picture, in files that Chromium plays',
    { timeout: 240_000 },
    async () => {
      const { server } = started!;
      const recording = await server.call<Recording>('POST', '/v1/recordings', {
        room: 'browsers',
        outputs: [
          { type: 'composite', formats: ['mp4'] },
          { type: 'individual', formats: ['webm'] },
        ],
      });
      const join = async (identity: string, index: number) => {
        const { url, token } = await server.call<{ url: string; token: string }>('POST', '/v1/tokens', { room: 'browsers', identity });
        return joinFromPage(browsers[index]!, server.url, url, token);
      };
      const pages = await Promise.all(['ada', 'bo'].map(join));
      await server.recordingWhen(recording.id, ({ state }) => state === 'recording');
      await Promise.all(pages.map((page) => page.untilSent(FRAMES)));
      const sent = await Promise.all(pages.map((page) => page.leave()));
      await server.recordingWhen(
        recording.id,
        ({ participants }) => participants.length === 2 && participants.every(({ leftMs }) => leftMs !== null),
      );
      await server.call('POST', `/v1/recordings/${recording.id}/stop`);
      const { files } = await server.recordingWhen(recording.id, ({ state }) => state === 'completed');

      expect(files.map(({ type, participant }) => `${type} ${participant ?? ''}`.trim()).toSorted()).toEqual([
        'composite',
        'individual ada',
        'individual bo',
      ]);
      for (const [index, identity] of ['ada', 'bo'].entries()) {
        const file = files.find(({ participant }) => participant === identity);
        const count = await countFrames(file?.url ?? '', sent[index] ?? []);
        console.log(`${identity}: ${JSON.stringify(count)}; sent ${layersOf(sent[index] ?? [])}`);
        expect(count.published).toBeGreaterThan(FRAMES / 2);
        expect(count.recorded / count.published).toBeGreaterThanOrEqual(0.999);
        expect(count.foreign).toBeLessThanOrEqual(12);
      }
      for (const file of files) await expectPlays(browsers[0]!, server.url, file);
    },
  );
});

/** For whoever looks at a failure: how many pictures of which size each SSRC sent. */
function layersOf(sent: readonly SentFrame[]): string {
  const layers = Map.groupBy(sent, ({ ssrc, width, height }) => `${ssrc} ${width}x${height}`);
  return [...layers].map(([layer, frames]) => `${layer}: ${frames.length}`).join(', ');
}

async function expectPlays(browser: Browser, origin: string, file: Recording['files'][number]): Promise<void> {
  const page = await browser.newPage();
  await page.goto(origin);
  await page.setContent(`<video src="${file.url}"></video>`);
  const played = await playThrough(page.locator('video'));
  expect(played.durationS, file.key).toBeCloseTo(file.durationMs / 1000, 0);
  expect(played.durationS, file.key).toBeGreaterThan(10);
  expect(played.seekedToS, file.key).toBeCloseTo(played.durationS / 2, 1);
  expect(played.hasEnded, file.key).toBe(true);
  expect(played.brightestLuma - played.darkestLuma, file.key).toBeGreaterThan(60);
  await page.close();
}
