import type { Recording } from '@tapedeck/protocol';
import { decodeFile, readTestPicture, requirement } from '@tapedeck/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './src/browser.ts';
import { startTestServer, type TestServer } from './src/server.ts';
import { publishFromPage, type PublishedPicture } from './src/test-picture-page.ts';

const chromium = requirement('chromium');
const livekit = requirement('livekit');
const size = { width: 640, height: 360, fps: 15 };
/** Pictures that a browser has encoded before it leaves. */
const FRAMES = 60;

const published: readonly (PublishedPicture & { readonly name: string })[] = [
  { name: 'vp9-key-svc', identity: 1, codec: 'vp9', scalabilityMode: 'L3T3_KEY', ...size },
  { name: 'vp9-full-svc', identity: 2, codec: 'vp9', scalabilityMode: 'L3T3', ...size },
  { name: 'av1-svc', identity: 3, codec: 'av1', scalabilityMode: 'L3T3_KEY', ...size },
  { name: 'h264', identity: 4, codec: 'h264', ...size },
];

/** What the pictures of a file show. */
interface Shown {
  readonly sizes: ReadonlySet<string>;
  readonly identities: ReadonlySet<number | null>;
  /** Frame numbers in order. */
  readonly frames: readonly number[];
}

async function whatIsShown(url: string): Promise<Shown> {
  const sizes = new Set<string>();
  const identities = new Set<number | null>();
  const frames: number[] = [];
  await decodeFile(url, {
    picture: ({ width, height, planes, strides }) => {
      sizes.add(`${width}x${height}`);
      const read = readTestPicture({ luma: planes[0]!, lumaStride: strides[0]!, x: 0, y: 0, width, height });
      identities.add(read?.identity ?? null);
      if (read !== null) frames.push(read.frame);
    },
    sound: () => undefined,
  });
  return { sizes, identities, frames };
}

describe('a browser’s own encoders through LiveKit', () => {
  const isPossible = chromium !== null && livekit !== null;
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    if (isPossible) [server, browser] = await Promise.all([startTestServer(), openBrowser(chromium ?? '')]);
  }, 120_000);
  afterAll(async () => {
    if (!isPossible) return;
    await browser.close();
    await server.stop();
  });

  async function join(room: string, picture: PublishedPicture & { readonly name: string }) {
    const call = await server.call<{ url: string; token: string }>('POST', '/v1/tokens', { room, identity: picture.name });
    return publishFromPage(browser, server.url, call, picture);
  }
  const encoded = (page: Awaited<ReturnType<typeof join>>): Promise<void> =>
    expect.poll(() => page.framesEncoded(), { timeout: 60_000, interval: 100 }).toBeGreaterThanOrEqual(FRAMES);

  it.skipIf(!isPossible)('VP9 and AV1 in spatial layers and H.264 are copied and decoded whole', { timeout: 240_000 }, async () => {
    const { id } = await server.call<Recording>('POST', '/v1/recordings', {
      room: 'codecs',
      idleTimeoutS: 60,
      outputs: [{ type: 'individual', formats: ['webm'] }, { type: 'individual' }],
    });
    // One after the other: the encoders of four at once are too much for two cores.
    for (const picture of published) {
      const page = await join('codecs', picture);
      await encoded(page);
      await page.leave();
    }
    await server.call('POST', `/v1/recordings/${id}/stop`);
    const { files } = await server.recordingWhen(id, ({ state }) => state === 'completed');
    for (const { name, identity, codec } of published) {
      const mine = files.filter(({ participant, width }) => participant === name && width !== null);
      expect(mine.map(({ videoCodec }) => videoCodec).toSorted(), name).toEqual([codec, 'h264'].toSorted());
      for (const file of mine) {
        const what = `${name} ${file.key}`;
        expect([file.width, file.height], what).toEqual([640, 360]);
        const { sizes, identities, frames } = await whatIsShown(file.url ?? '');
        console.log(what, frames.length, 'pictures,', new Set(frames).size, 'frames', frames[0], 'to', frames.at(-1));
        // Every picture is whole, nobody else's, and the highest layer; each packet of a copied file is one picture.
        expect(identities, what).toEqual(new Set([identity]));
        expect(sizes, what).toEqual(new Set(['640x360']));
        expect(frames, what).toEqual(frames.toSorted((a, b) => a - b));
        const isCopied = file.audioCodec !== 'aac';
        if (isCopied) expect(new Set(frames).size, what).toBe(frames.length);
        expect(new Set(frames).size, what).toBeGreaterThan(15);
      }
      const [copied, composed] = [mine.find(({ audioCodec }) => audioCodec !== 'aac'), mine.find(({ audioCodec }) => audioCodec === 'aac')];
      const numbers = new Set((await whatIsShown(copied?.url ?? '')).frames);
      const shown = new Set((await whatIsShown(composed?.url ?? '')).frames);
      // Re-encoded at 15 pictures a second: what arrived in step is all there.
      expect(shown.size / numbers.size, name).toBeGreaterThan(0.85);
    }
  });

  it.skipIf(!isPossible)('a change of the codec in the middle of the call costs no file its picture', { timeout: 240_000 }, async () => {
    const { id } = await server.call<Recording>('POST', '/v1/recordings', {
      room: 'change',
      idleTimeoutS: 60,
      outputs: [
        { type: 'composite', video: { width: 640, height: 360 } },
        { type: 'individual', formats: ['webm'] },
        { type: 'individual' },
      ],
    });
    const begin = { name: 'ada', identity: 7, codec: 'vp8', ...size } as const;
    const page = await join('change', begin);
    await encoded(page);
    await page.republish({ ...begin, identity: 8, codec: 'h264' });
    await encoded(page);
    await page.leave();
    await server.call('POST', `/v1/recordings/${id}/stop`);
    const { files } = await server.recordingWhen(id, ({ state }) => state === 'completed');
    const pictures = files.filter(({ width }) => width !== null);
    expect(pictures.map(({ type, videoCodec, audioCodec }) => [type, videoCodec, audioCodec].join(' ')).toSorted()).toEqual([
      'composite h264 aac',
      'individual h264 ',
      'individual h264 aac',
      'individual vp8 ',
    ]);
    for (const file of pictures) {
      const { identities } = await whatIsShown(file.url ?? '');
      const wanted = file.audioCodec === 'aac' ? [7, 8] : [file.videoCodec === 'vp8' ? 7 : 8];
      for (const identity of wanted) expect(identities, file.key).toContain(identity);
    }
  });
});
