import type { Locator } from 'playwright-core';

/** What a video element of a page showed. */
export interface Playback {
  readonly durationS: number;
  readonly width: number;
  readonly height: number;
  /** Where the element stood after a jump to the middle. */
  readonly seekedToS: number;
  /** Reached its end when played from one second before it. */
  readonly hasEnded: boolean;
  /** Over a few pictures of the file: a black file has no range. */
  readonly darkestLuma: number;
  readonly brightestLuma: number;
}

/** Loads the element's file, looks at some pictures, jumps to the middle, then plays the last second to its end. */
export function playThrough(video: Locator): Promise<Playback> {
  return video.evaluate(async (element) => {
    const player = element as HTMLVideoElement;
    const until = (event: string): Promise<void> =>
      new Promise((resolve, reject) => {
        player.addEventListener(event, () => resolve(), { once: true });
        player.addEventListener('error', () => reject(new Error(player.error?.message ?? 'media error')), { once: true });
      });
    player.muted = true;
    if (player.readyState < player.HAVE_METADATA) await until('loadedmetadata');
    const seek = async (timeS: number): Promise<void> => {
      const seeked = until('seeked');
      player.currentTime = timeS;
      await seeked;
    };
    const lumas: number[] = [];
    const look = (): void => {
      const canvas = new OffscreenCanvas(64, 36);
      const pen = canvas.getContext('2d');
      pen?.drawImage(player, 0, 0, 64, 36);
      const pixels = pen?.getImageData(0, 0, 64, 36).data ?? new Uint8ClampedArray();
      for (let i = 0; i < pixels.length; i += 4) lumas.push(((pixels[i] ?? 0) + (pixels[i + 1] ?? 0) + (pixels[i + 2] ?? 0)) / 3);
    };
    for (const share of [0.25, 0.75]) {
      await seek(player.duration * share);
      look();
    }
    await seek(player.duration / 2);
    const seekedToS = player.currentTime;
    await seek(Math.max(0, player.duration - 1));
    const ended = until('ended');
    await player.play();
    await ended;
    return {
      durationS: player.duration,
      width: player.videoWidth,
      height: player.videoHeight,
      seekedToS,
      hasEnded: player.ended,
      darkestLuma: Math.min(...lumas),
      brightestLuma: Math.max(...lumas),
    };
  });
}
