import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Recording } from '@tapedeck/protocol';
import { decodeFile, requirement, type S3Server, startS3Server } from '@tapedeck/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './src/browser.ts';
import { joinFromPage } from './src/call-page.ts';
import { watchLive } from './src/live-viewer.ts';
import { startTestServer, type TestServer } from './src/server.ts';

const chromium = requirement('chromium');
const livekit = requirement('livekit');
const s3 = requirement('s3');
const isPossible = chromium !== null && livekit !== null && s3 !== null;
const nothing = { picture: () => undefined, sound: () => undefined };

describe.skipIf(!isPossible)('a call of a browser, recorded into a bucket', () => {
  let bucket: S3Server;
  let server: TestServer;
  let browsers: readonly Browser[] = [];
  beforeAll(async () => {
    bucket = await startS3Server(s3 ?? '');
    bucket.makeBucket('calls');
    server = await startTestServer({ TAPEDECK_OUTGOING_ALLOW_PRIVATE: '127.0.0.1' });
    browsers = await Promise.all([openBrowser(chromium ?? ''), openBrowser(chromium ?? '')]);
  }, 120_000);
  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server.stop();
    await bucket.close();
  });

  it('gives MP4, HLS and individual files from one recording, and is watched by hls.js while it runs', { timeout: 240_000 }, async () => {
    const { endpoint, accessKeyId, secretAccessKey } = bucket;
    await server.call('POST', '/v1/storages', { name: 'bucket', preset: 'minio', endpoint, bucket: 'calls', accessKeyId, secretAccessKey });
    const { id } = await server.call<Recording>('POST', '/v1/recordings', {
      ...{ room: 'live', storage: 'bucket' },
      outputs: [
        { type: 'composite', formats: ['mp4', 'hls'] },
        { type: 'individual', formats: ['mp4'] },
      ],
    });
    const { url, token } = await server.call<{ url: string; token: string }>('POST', '/v1/tokens', { room: 'live', identity: 'ada' });
    const page = await joinFromPage(browsers[0]!, server.url, url, token);
    const growing = await server.recordingWhen(id, ({ files }) => files.some(({ state }) => state === 'growing'));
    const live = growing.files.find(({ format }) => format === 'hls');
    const view = await watchLive(browsers[1]!, live?.url ?? '', 8, 1);
    const sorted = view.latenciesMs.toSorted((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)] ?? NaN;
    console.log(
      `live HLS through the bucket: latency ${sorted[0]} to ${sorted.at(-1)} ms, median ${middle} ms, ${view.playedS.toFixed(1)} s watched`,
    );
    expect((await server.recordingWhen(id, () => true)).state).toBe('recording');
    expect(view.wasLive).toBe(true);
    expect(view.playedS).toBeGreaterThanOrEqual(8);
    expect(view.brightestLuma - view.darkestLuma).toBeGreaterThan(60);
    expect(middle).toBeLessThan(30_000); // live, also on a machine that is busy: the figure is for the reader

    await page.leave();
    await server.call('POST', `/v1/recordings/${id}/stop`);
    const stoppedMs = performance.now();
    const recording = await server.recordingWhen(id, ({ state }) => state === 'completed');
    console.log(`everything in the bucket ${(performance.now() - stoppedMs).toFixed(0)} ms after the stop`);
    const kinds = recording.files.map(({ type, format, storage, state }) => `${type} ${format} ${storage} ${state}`).toSorted();
    expect(kinds).toEqual(['composite hls bucket complete', 'composite mp4 bucket complete', 'individual mp4 bucket complete']);
    for (const file of recording.files) {
      const path = join(bucket.folder, 'calls', file.key);
      expect(existsSync(path), file.key).toBe(true);
      if (file.format === 'mp4') expect((await decodeFile(path, nothing)).durationMs).toBeGreaterThan(8_000);
    }
  });
});
