import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';

const client = createRequire(import.meta.url).resolve('livekit-client');

/** What a page publishes, by which encoder of the browser. */
export interface PublishedPicture {
  readonly codec: 'vp8' | 'vp9' | 'av1' | 'h264';
  /** WebRTC's name of the layers, e.g. `L3T3_KEY`; only for VP9 and AV1. */
  readonly scalabilityMode?: string;
  /** In the barcode. */
  readonly identity: number;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** A page whose camera is the testkit's picture, encoded by the browser. */
export interface TestPicturePage {
  /** Pictures that its encoder has made. */
  framesEncoded(): Promise<number>;
  /** Publishes anew with another codec, as a client does that changes its settings in the middle of a call. */
  republish(picture: PublishedPicture): Promise<void>;
  leave(): Promise<void>;
}

/** Joins from a page of `origin` (a secure context) and resolves when the picture is published. */
export async function publishFromPage(
  browser: Browser,
  origin: string,
  call: { readonly url: string; readonly token: string },
  picture: PublishedPicture,
): Promise<TestPicturePage> {
  const page = await browser.newPage();
  await page.goto(origin);
  await page.addScriptTag({ path: client });
  await page.addScriptTag({ content: painter() });
  await page.evaluate(connect, call);
  await page.evaluate(publish, picture);
  return {
    framesEncoded: () => framesEncoded(page),
    republish: (next) => page.evaluate(publish, next),
    async leave() {
      await page.evaluate(() => (window as unknown as PageState).room.disconnect());
      await page.close();
    },
  };
}

/** The testkit's painter as a plain script: the same source, types stripped. */
function painter(): string {
  const testkit = fileURLToPath(import.meta.resolve('@tapedeck/testkit'));
  return ['barcode', 'test-picture']
    .map((name) => readFileSync(new URL(`picture/${name}.ts`, `file://${testkit}`), 'utf8'))
    .map((source) =>
      stripTypeScriptTypes(source)
        .replace(/^import .*$/gm, '')
        .replace(/^export (?=function|const)/gm, ''),
    )
    .join('\n');
}

interface Publication {
  readonly trackSid: string;
  readonly track: { readonly sender: RTCRtpSender };
}
interface ClientRoom {
  connect(url: string, token: string): Promise<void>;
  disconnect(): Promise<void>;
  readonly localParticipant: {
    publishTrack(track: MediaStreamTrack, options: object): Promise<Publication>;
    unpublishTrack(track: MediaStreamTrack): Promise<unknown>;
  };
}
interface PageState {
  readonly LivekitClient: { Room: new () => ClientRoom };
  room: ClientRoom;
  publication: Publication | undefined;
  track: MediaStreamTrack | undefined;
  stopPainting: (() => void) | undefined;
  paintTestPicture(target: Uint8Array, picture: object): void;
}

async function connect({ url, token }: { url: string; token: string }): Promise<void> {
  const page = window as unknown as PageState;
  page.room = new page.LivekitClient.Room();
  await page.room.connect(url, token);
}

/** Runs in the page. */
async function publish({ codec, scalabilityMode, identity, width, height, fps }: PublishedPicture): Promise<void> {
  const page = window as unknown as PageState;
  page.stopPainting?.();
  if (page.track) await page.room.localParticipant.unpublishTrack(page.track);
  interface Generator extends MediaStreamTrack {
    readonly writable: WritableStream<VideoFrame>;
  }
  const { MediaStreamTrackGenerator } = window as unknown as { MediaStreamTrackGenerator: new (init: { kind: 'video' }) => Generator };
  const track = new MediaStreamTrackGenerator({ kind: 'video' });
  const writer = track.writable.getWriter();
  const bytes = new Uint8Array((width * height * 3) / 2);
  const begin = performance.now();
  let painted = 0;
  // Frame n belongs to n / fps: a late timer leaves numbers out.
  const timer = setInterval(() => {
    const frame = Math.floor(((performance.now() - begin) * fps) / 1000);
    if (frame < painted) return;
    painted = frame + 1;
    page.paintTestPicture(bytes, { identity, width, height, fps, frame });
    const format = 'I420' as const;
    void writer.write(
      new VideoFrame(bytes, { format, codedWidth: width, codedHeight: height, timestamp: Math.round((frame * 1e6) / fps) }),
    );
  }, 10);
  page.stopPainting = () => clearInterval(timer);
  page.track = track;
  const encoding = { maxBitrate: 800_000, maxFramerate: fps };
  const svc = scalabilityMode === undefined ? { simulcast: false } : { scalabilityMode };
  page.publication = await page.room.localParticipant.publishTrack(track, {
    ...{ videoCodec: codec, videoEncoding: encoding, source: 'camera', name: 'picture', backupCodec: false, ...svc },
  });
}

async function framesEncoded(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { publication } = window as unknown as PageState;
    const report = await publication?.track.sender.getStats();
    let frames = 0;
    report?.forEach((entry: { type: string; framesEncoded?: number }) => {
      if (entry.type === 'outbound-rtp') frames = Math.max(frames, entry.framesEncoded ?? 0);
    });
    return frames;
  });
}
