import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';

const client = createRequire(import.meta.url).resolve('livekit-client');

/** One encoded picture as it left a browser. */
export interface SentFrame {
  /** Tells the layers of simulcast apart. */
  readonly ssrc: number;
  /** SHA-1 of the encoded picture, hexadecimal. */
  readonly hash: string;
  readonly width: number;
  readonly height: number;
}

/** A page in a room: unmodified `livekit-client`, default options, camera and microphone. */
export interface CallPage {
  /** Resolves when that many pictures have been sent in some layer. */
  untilSent(frames: number): Promise<void>;
  /** Leaves the room; returns every picture sent since publishing, in order. */
  leave(): Promise<readonly SentFrame[]>;
}

/** Joins from a page of `origin` (a secure context) and resolves when camera and microphone are published. */
export async function joinFromPage(browser: Browser, origin: string, url: string, token: string): Promise<CallPage> {
  const page = await browser.newPage();
  await page.goto(origin);
  await page.addScriptTag({ path: client });
  await page.evaluate(publishCameraAndMicrophone, { url, token });
  return { untilSent: (frames) => untilSent(page, frames), leave: () => leave(page) };
}

async function untilSent(page: Page, frames: number): Promise<void> {
  const isEnough = (count: number): boolean => {
    const { sent } = window as unknown as { sent: SentFrame[] };
    const bySsrc = Map.groupBy(sent, ({ ssrc }) => ssrc);
    return [...bySsrc.values()].some((layer) => layer.length >= count);
  };
  await page.waitForFunction(isEnough, frames, { timeout: 150_000, polling: 200 });
}

async function leave(page: Page): Promise<readonly SentFrame[]> {
  const sent = await page.evaluate(async () => {
    const { room, sent: frames } = window as unknown as { room: { disconnect(): Promise<void> }; sent: SentFrame[] };
    await room.disconnect();
    return frames;
  });
  await page.close();
  return sent;
}

/** Runs in the page. The transform only looks at what passes; it has to be there before the first picture, so it is set where the client makes its sender. */
async function publishCameraAndMicrophone({ url, token }: { url: string; token: string }): Promise<void> {
  interface ClientRoom {
    connect(url: string, token: string): Promise<void>;
    readonly localParticipant: { enableCameraAndMicrophone(): Promise<void> };
  }
  const page = window as unknown as { LivekitClient: { Room: new () => ClientRoom }; room: ClientRoom; sent: SentFrame[] };
  page.sent = [];
  const look = `onrtctransform = ({ transformer: { readable, writable } }) => readable.pipeThrough(new TransformStream({
    async transform(frame, controller) {
      const { synchronizationSource: ssrc, width, height } = frame.getMetadata();
      const digest = await crypto.subtle.digest('SHA-1', frame.data);
      postMessage({ ssrc, width, height, hash: [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('') });
      controller.enqueue(frame);
    } })).pipeTo(writable);`;
  const address = URL.createObjectURL(new Blob([look], { type: 'text/javascript' }));
  const { prototype } = RTCPeerConnection;
  const addTransceiver = Object.getOwnPropertyDescriptor(prototype, 'addTransceiver')?.value as RTCPeerConnection['addTransceiver'];
  prototype.addTransceiver = function (...args) {
    const transceiver = addTransceiver.apply(this, args);
    if (transceiver.sender.track?.kind === 'video') {
      const worker = new Worker(address);
      worker.onmessage = ({ data }) => page.sent.push(data as SentFrame);
      transceiver.sender.transform = new RTCRtpScriptTransform(worker);
    }
    return transceiver;
  };
  page.room = new page.LivekitClient.Room();
  await page.room.connect(url, token);
  await page.room.localParticipant.enableCameraAndMicrophone();
}
