import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Recording } from '@tapedeck/protocol';
import { loadAudioLoop, loadVideoLoop, requirement, startLightPublisher } from '@tapedeck/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './src/browser.ts';
import { playThrough } from './src/playback.ts';
import { startTestServer, type TestServer } from './src/server.ts';

const chromium = requirement('chromium');
const livekit = requirement('livekit');
const isPossible = chromium !== null && livekit !== null;
const hlsScript = fileURLToPath(import.meta.resolve('hls.js/dist/hls.min.js'));
const recordedMs = 6000;

type RecordedFile = Recording['files'][number];

const types: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  webm: 'video/webm',
  flv: 'video/x-flv',
  hls: 'application/vnd.apple.mpegurl',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
};

/** A page of the server's origin, so that it may fetch the files. */
async function openPage(browser: Browser, server: TestServer, content: string): Promise<Page> {
  const page = await browser.newPage({ bypassCSP: true });
  await page.goto(server.url);
  await page.setContent(content);
  return page;
}

/** Length and loudest sample of a file as the browser's own decoder finds them. */
function decodeAudio(page: Page, url: string): Promise<{ readonly durationS: number; readonly peak: number }> {
  return page.evaluate(async (address) => {
    const bytes = await (await fetch(address)).arrayBuffer();
    const sound = await new AudioContext({ sampleRate: 48_000 }).decodeAudioData(bytes);
    return { durationS: sound.duration, peak: sound.getChannelData(0).reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0) };
  }, url);
}

describe.skipIf(!isPossible)('one recording in every format', { timeout: 180_000 }, () => {
  let server: TestServer;
  let browser: Browser;
  let files: Recording['files'] = [];
  const fileOf = (type: string, format: string): RecordedFile => files.find((file) => file.type === type && file.format === format)!;

  beforeAll(async () => {
    server = await startTestServer();
    browser = await openBrowser(chromium ?? '');
    const video = await loadVideoLoop({
      codec: 'vp8',
      width: 320,
      height: 180,
      fps: 15,
      bitrateKbps: 200,
      durationS: 10,
      gopS: 1,
      identity: 1,
    });
    const audio = await loadAudioLoop({ identity: 1, durationS: 10 });
    const { url, key, secret } = server;
    const person = await startLightPublisher({
      url: url.replace('http', 'ws'),
      key,
      secret,
      room: 'formats',
      identity: 'ada',
      video,
      audio,
    });
    const size = { width: 320, height: 180, fps: 15, bitrateKbps: 300 };
    const recording = await server.call<Recording>('POST', '/v1/recordings', {
      room: 'formats',
      outputs: [
        { type: 'composite', formats: Object.keys(types), video: size, hls: { segments: 'ts', privateTags: true } },
        { type: 'individual', formats: ['flv', 'mp3', 'ogg', 'hls'], video: size },
        { type: 'individual', formats: ['webm'], audio: null },
      ],
    });
    const { startedAt } = await server.recordingWhen(recording.id, (now) => now.startedAt !== null);
    await server.recordingWhen(recording.id, () => Date.now() - Date.parse(startedAt ?? '') > recordedMs);
    await server.call('POST', `/v1/recordings/${recording.id}/stop`);
    const ended = await server.recordingWhen(recording.id, ({ state }) => state === 'completed');
    files = ended.files;
    await person.stop();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('gives each file with its media type, its size and its checksum', async () => {
    const expected = [
      ...Object.keys(types).map((format) => `composite ${format}`),
      ...['flv', 'mp3', 'ogg', 'hls', 'webm'].map((format) => `individual ${format}`),
    ];
    expect(files.map(({ type, format }) => `${type} ${format}`).toSorted()).toEqual(expected.toSorted());
    for (const { format, url, sizeBytes, sha256, durationMs, key } of files) {
      expect(durationMs, key).toBeGreaterThan(recordedMs - 1500);
      const response = await fetch(url ?? '');
      expect([response.status, response.headers.get('content-type')], key).toEqual([200, types[format]]);
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(createHash('sha256').update(bytes).digest('hex'), key).toBe(sha256);
      if (format !== 'hls') expect(bytes.length, key).toBe(sizeBytes);
    }
    expect(fileOf('individual', 'webm')).toMatchObject({ videoCodec: 'vp8', audioCodec: null, participant: 'ada' });
    expect(fileOf('individual', 'mp3')).toMatchObject({ videoCodec: null, audioCodec: 'mp3', source: 'microphone' });
    expect(fileOf('individual', 'flv')).toMatchObject({ videoCodec: 'h264', audioCodec: 'aac', source: 'camera' });
  });

  it.each(['mp4', 'webm'])('%s plays in Chromium, and can be sought', async (format) => {
    const { url, durationMs } = fileOf('composite', format);
    const page = await openPage(browser, server, `<video src="${url}"></video>`);
    const played = await playThrough(page.locator('video'));
    expect(Math.abs(played.durationS * 1000 - durationMs)).toBeLessThan(70);
    expect(Math.abs(played.seekedToS - played.durationS / 2)).toBeLessThan(0.1);
    expect(played).toMatchObject({ width: 320, height: 180, hasEnded: true });
    expect(played.brightestLuma - played.darkestLuma).toBeGreaterThan(60);
    await page.close();
  });

  it.each(['composite', 'individual'])('HLS of the %s plays by hls.js', async (type) => {
    const { url, durationMs } = fileOf(type, 'hls');
    const page = await openPage(browser, server, '<video></video>');
    await page.addScriptTag({ path: hlsScript });
    await page.evaluate((address) => {
      interface Player {
        loadSource(url: string): void;
        attachMedia(element: Element): void;
      }
      const player = new (window as unknown as { Hls: new () => Player }).Hls();
      player.loadSource(address);
      player.attachMedia(document.querySelector('video')!);
    }, url ?? '');
    const played = await playThrough(page.locator('video'));
    expect(Math.abs(played.durationS * 1000 - durationMs)).toBeLessThan(100);
    expect(played).toMatchObject({ width: 320, height: 180, hasEnded: true });
    expect(played.brightestLuma - played.darkestLuma).toBeGreaterThan(60);
    await page.close();
  });

  it.each(['m4a', 'aac', 'mp3', 'wav', 'ogg'])('%s plays in Chromium, with its sound and its length', async (format) => {
    const { url, durationMs } = fileOf('composite', format);
    const page = await openPage(browser, server, `<audio src="${url}"></audio>`);
    const ended = await page.locator('audio').evaluate(async (element) => {
      const player = element as HTMLAudioElement;
      const until = (event: string): Promise<void> =>
        new Promise((resolve, reject) => {
          player.addEventListener(event, () => resolve(), { once: true });
          player.addEventListener('error', () => reject(new Error(player.error?.message ?? 'media error')), { once: true });
        });
      player.muted = true;
      player.playbackRate = 8;
      const end = until('ended');
      await player.play();
      await end;
      return player.currentTime;
    });
    expect(Math.abs(ended * 1000 - durationMs)).toBeLessThan(100);
    const decoded = await decodeAudio(page, url ?? '');
    expect(Math.abs(decoded.durationS * 1000 - durationMs)).toBeLessThan(format === 'aac' || format === 'm4a' ? 50 : 5);
    expect(decoded.peak).toBeGreaterThan(0.1);
    await page.close();
  });
});
