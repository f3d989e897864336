import { decodeFile, requirement } from '@tapedeck/testkit';
import { describe, expect, it } from 'vitest';
import { useRecorderPages } from './src/recorder-pages.ts';
import type { RecorderPage } from './web-pages/recorder-page.ts';

const chromium = requirement('chromium');
declare const page: RecorderPage;

/** The same red as bytes of each kind of picture, two by two pixels; and what BT.709 makes of it. */
const red = { rgba: [180, 60, 30], bt709: [88, 103, 182], bt601: [95, 97, 183] };
const kinds = ['I420 bt709', 'I420 smpte170m', 'NV12 bt709', 'RGBA'] as const;

describe.skipIf(chromium === null)('the recorder’s colours', () => {
  const pages = useRecorderPages(chromium);

  it('a colour stays the same whatever kind of picture brings it, side by side and alone', { timeout: 90_000 }, async () => {
    const opened = await pages.open();
    await opened.evaluate(
      async ({ kinds, red }) => {
        const track = (kind: string): MediaStreamTrack => {
          const [format, matrix] = kind.split(' ') as ['I420' | 'NV12' | 'RGBA', VideoMatrixCoefficients | undefined];
          const [width, height] = [640, 360];
          const samples = matrix === 'smpte170m' ? red.bt601 : red.bt709;
          const [y = 0, u = 0, v = 0] = samples;
          const bytes = new Uint8Array(format === 'RGBA' ? width * height * 4 : (width * height * 3) / 2).fill(y);
          if (format === 'I420') bytes.fill(u, width * height).fill(v, (width * height * 5) / 4);
          if (format === 'NV12') for (let at = width * height; at < bytes.length; at += 2) bytes.set([u, v], at);
          if (format === 'RGBA') for (let at = 0; at < bytes.length; at += 4) bytes.set([...red.rgba, 255], at);
          const generator = new MediaStreamTrackGenerator({ kind: 'video' });
          const writer = generator.writable.getWriter();
          let timestamp = 0;
          const colours = matrix && { colorSpace: { matrix, fullRange: false, primaries: 'bt709', transfer: 'bt709' } as const };
          setInterval(() => {
            const frame = new VideoFrame(bytes, {
              format,
              codedWidth: width,
              codedHeight: height,
              timestamp: (timestamp += 50_000),
              ...colours,
            });
            void writer.write(frame).catch(() => undefined);
          }, 50);
          return generator;
        };
        const sources = kinds.map((kind) => ({ id: kind, video: track(kind) }));
        const jobs = [sources, ...sources.map((source) => [source])];
        const video = { width: 640, height: 360, fps: 10, bitrateKbps: 1500 };
        await Promise.all(
          jobs.map(async (job, index) => {
            const recorder = await page.tapedeck.createRecorder({ sources: job, video, audio: false });
            await new Promise<void>((resolve) => recorder.on('progress', ({ durationMs }) => durationMs > 3000 && resolve()));
            await page.upload((await recorder.stop()).file, `${index}.mp4`);
          }),
        );
      },
      { kinds: [...kinds], red },
    );
    for (let file = 0; file <= kinds.length; file++) {
      const seen = await lastColours(pages.uploaded(`${file}.mp4`), file === 0 ? 2 : 1);
      for (const samples of seen)
        for (const [at, sample] of samples.entries()) expect(Math.abs(sample - red.bt709[at]!), `${file}: ${samples}`).toBeLessThan(5);
    }
    await opened.close();
  });
});

/** Y, U and V in the middle of each of `columns`² tiles of the last picture. */
async function lastColours(path: string, columns: number): Promise<number[][]> {
  let colours: number[][] = [];
  await decodeFile(path, {
    picture({ width, height, planes, strides }) {
      colours = Array.from({ length: columns * columns }, (_, tile) => {
        const x = Math.floor(((tile % columns) + 0.5) * (width / columns));
        const y = Math.floor((Math.floor(tile / columns) + 0.5) * (height / columns));
        return planes.map((plane, index) => plane[(y >> Math.min(1, index)) * (strides[index] ?? 0) + (x >> Math.min(1, index))] ?? 0);
      });
    },
    sound: () => undefined,
  });
  return colours;
}
