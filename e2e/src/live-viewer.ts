import { createRequire } from 'node:module';
import type Hls from 'hls.js';
import type { ErrorData, Events } from 'hls.js';
import type { Browser } from 'playwright-core';

const hlsjs = createRequire(import.meta.url).resolve('hls.js');

/** What a viewer saw of a playlist that was still growing. */
export interface LiveView {
  /** Wall clock minus the wall clock of the picture on the screen (`EXT-X-PROGRAM-DATE-TIME`), once a second while it played. */
  readonly latenciesMs: readonly number[];
  /** How far the picture advanced while it was watched. */
  readonly playedS: number;
  /** Over the pictures seen: a black stream has no range. */
  readonly darkestLuma: number;
  readonly brightestLuma: number;
  readonly wasLive: boolean;
}

/**
 * Opens a playlist with hls.js in a page of its own and watches it for so many seconds of picture.
 *
 * @param syncParts How many target durations behind the newest part it plays (hls.js: 3).
 */
export async function watchLive(browser: Browser, url: string, seconds: number, syncParts: number): Promise<LiveView> {
  const page = await browser.newPage();
  await page.setContent('<video muted playsinline></video>');
  await page.addScriptTag({ path: hlsjs });
  const view = await page.evaluate(watch, { url, seconds, syncParts });
  await page.close();
  return view;
}

/** Runs in the page. */
async function watch({ url, seconds, syncParts }: { url: string; seconds: number; syncParts: number }): Promise<LiveView> {
  const { Hls: Player } = window as unknown as { Hls: typeof Hls };
  const video = document.querySelector('video');
  if (video === null) throw new Error('no video element');
  const hls = new Player({ liveSyncDurationCount: syncParts, enableWorker: false });
  const failed = new Promise<never>((_resolve, reject) => {
    hls.on('hlsError' as Events.ERROR, (_event, { fatal, details }: ErrorData) => {
      if (fatal) reject(new Error(`hls.js: ${details}`));
    });
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  const playing = new Promise<void>((resolve) => video.addEventListener('playing', () => resolve(), { once: true }));
  video.addEventListener('canplay', () => void video.play());
  await Promise.race([playing, failed]);
  const fromS = video.currentTime;
  const lumas: number[] = [];
  const latenciesMs: number[] = [];
  const pen = new OffscreenCanvas(64, 36).getContext('2d');
  let looked = 0;
  const look = (): void => {
    looked++;
    pen?.drawImage(video, 0, 0, 64, 36);
    const pixels = pen?.getImageData(0, 0, 64, 36).data ?? new Uint8ClampedArray();
    for (let at = 0; at < pixels.length; at += 4) lumas.push(((pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0)) / 3);
    if (hls.playingDate !== null) latenciesMs.push(Date.now() - hls.playingDate.getTime());
  };
  const watched = new Promise<void>((resolve) => {
    video.addEventListener('timeupdate', () => {
      if (video.currentTime - fromS >= looked) look();
      if (video.currentTime - fromS >= seconds) resolve();
    });
  });
  await Promise.race([watched, failed]);
  const view = {
    latenciesMs,
    playedS: video.currentTime - fromS,
    darkestLuma: Math.min(...lumas),
    brightestLuma: Math.max(...lumas),
    wasLive: hls.levels.some(({ details }) => details?.live === true),
  };
  hls.destroy();
  return view;
}
