import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFile, requirement } from '@tapedeck/testkit';
import { chromium as launcher, type Browser, type BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hearFile } from './src/heard.ts';
import { openTestPage } from './src/recorder-pages.ts';
import { serveWebPages, type WebPages } from './src/web-pages.ts';
import type { RecorderPage } from './web-pages/recorder-page.ts';

const chromium = requirement('chromium');
type TestRecorder = Awaited<ReturnType<RecorderPage['tapedeck']['createRecorder']>>;
declare const page: RecorderPage & { kept: { recorder: TestRecorder; device: MediaStream; marks: Record<string, number> } };
const tolerance = { lostPercent: 25, misplacedMs: 400, durationMs: 250, offsetMs: 200 };
const devices = ['camera', 'microphone'];
/** The processes of Chromium that hold the devices: when they die, the devices are gone for the page. */
const deviceProcesses = ['video_capture.mojom.VideoCaptureService', 'audio.mojom.AudioService'];

describe.skipIf(chromium === null)('a recorder and what it takes from', () => {
  let pages: WebPages;
  let browser: Browser;
  beforeAll(async () => {
    pages = await serveWebPages('recorder');
    browser = await openDevices();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  /** A browser whose camera and microphone have to be allowed. */
  const openDevices = (): Promise<Browser> =>
    launcher.launch({
      executablePath: chromium ?? '',
      args: [
        '--no-sandbox',
        '--headless=new',
        '--disable-gpu',
        '--use-fake-device-for-media-stream',
        '--autoplay-policy=no-user-gesture-required',
      ],
    });

  async function unplug(context: BrowserContext): Promise<void> {
    const { processInfo } = await (await context.browser()!.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
    const holders = processInfo.filter(({ type }) => deviceProcesses.includes(type));
    expect(holders).toHaveLength(2);
    for (const { id } of holders) process.kill(id, 'SIGKILL');
  }

  it.each([
    { what: 'unplugged', lose: unplug },
    { what: 'forbidden', lose: (context: BrowserContext) => context.clearPermissions() },
  ])('goes on when camera and microphone are $what, and takes them again', { timeout: 90_000 }, async ({ what, lose }) => {
    const own = await openDevices(); // a camera whose process died gives no pictures to the next page
    const context = await own.newContext();
    await context.grantPermissions(devices, { origin: pages.url });
    const opened = await openTestPage(context, pages);
    await opened.evaluate(async () => {
      const person = page.makePerson({ identity: 9, width: 320, height: 180, fps: 10 });
      const device = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 180 }, audio: true });
      const [video, audio] = [device.getVideoTracks()[0]!, device.getAudioTracks()[0]!];
      const recorder = await page.tapedeck.createRecorder({
        ...{
          sources: [
            { id: 'ada', ...person },
            { id: 'me', video, audio },
          ],
          layout: { name: 'grid', cells: 'nine-grid' },
        },
        video: { width: 640, height: 360, fps: 15 },
      });
      const marks: Record<string, number> = {};
      recorder.on('progress', ({ durationMs }) => (marks['now'] = durationMs));
      Object.assign(page.kept, { recorder, device, marks });
      await new Promise<void>((resolve) => recorder.on('progress', ({ durationMs }) => durationMs > 3000 && resolve()));
      marks['both'] = marks['now']!;
    });
    const ended = opened.evaluate(() =>
      Promise.all(
        page.kept.device.getTracks().map(
          (track) =>
            new Promise<string>((resolve) => {
              track.onended = () => resolve(track.kind);
              if (track.readyState === 'ended') resolve(track.kind);
            }),
        ),
      ),
    );
    await lose(context);
    expect(await ended).toEqual(['audio', 'video']);
    await opened.evaluate(async () => {
      const { recorder, marks } = page.kept;
      const lostMs = (marks['lost'] = marks['now']!);
      await new Promise<void>((resolve) => recorder.on('progress', ({ durationMs }) => durationMs > lostMs + 4000 && resolve()));
      marks['alone'] = marks['now']!;
    });
    await context.grantPermissions(devices, { origin: pages.url });
    const result = await opened.evaluate(async (name) => {
      const { recorder, marks } = page.kept;
      const device = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 180 }, audio: true });
      recorder.addSource({ id: 'me', video: device.getVideoTracks()[0]!, audio: device.getAudioTracks()[0]! });
      const againMs = (marks['again'] = marks['now']!);
      await new Promise<void>((resolve) => recorder.on('progress', ({ durationMs }) => durationMs > againMs + 3000 && resolve()));
      const { file, durationMs, endReason } = await recorder.stop();
      await page.upload(file, name);
      await page.tapedeck.removeRecording(recorder.id);
      return { durationMs, endReason, marks };
    }, `${what}.mp4`);
    const { marks } = result;
    console.log(JSON.stringify(result));
    expect(result.endReason).toBe('stopped');
    const beside = { x: 0, y: 90, width: 320, height: 180 };
    const spans = [
      { fromMs: 1000, toMs: marks['both']!, ...beside },
      { fromMs: marks['lost']! + 1000, toMs: marks['alone']! - 500, x: 0, y: 0, width: 640, height: 360 },
      { fromMs: marks['again']! + 1500, toMs: result.durationMs, ...beside },
    ];
    const report = await checkFile(pages.uploaded(`${what}.mp4`), {
      ...{ type: 'composite', people: [{ identity: 'ada', id: 9, fps: 10 }], durationMs: result.durationMs, tolerance },
      ...{ tiles: spans.map((span) => ({ identity: 'ada', ...span })), watch: spans },
    });
    console.log(what, JSON.stringify(report));
    expect(report.problems).toEqual([]);
    expect(report.people[0]?.video?.framesSeen).toBeGreaterThan(40);
    const heard = await hearFile(pages.uploaded(`${what}.mp4`));
    expect(heard.beeps(9).length).toBeGreaterThanOrEqual(Math.floor(result.durationMs / 1000) - 1);
    await own.close();
  });

  it('mixes tracks of audio contexts at 8000, 16000, 44100 and 96000 Hz in time', { timeout: 60_000 }, async () => {
    const opened = await openTestPage(browser, pages);
    const durations = await opened.evaluate(async () => {
      const rates = [8000, 16_000, 44_100, 96_000];
      const sources = rates.map((sampleRate, index) => {
        const context = new AudioContext({ sampleRate });
        const node = new AudioBufferSourceNode(context, { buffer: page.beepOf(index + 1), loop: true });
        const out = context.createMediaStreamDestination();
        node.connect(out);
        node.start();
        return { id: String(sampleRate), audio: out.stream.getAudioTracks()[0]! };
      });
      const { createAudioRecorder, createRecorder } = page.tapedeck;
      const recorders = await Promise.all([
        createAudioRecorder({ sources, format: 'wav', sampleRateHz: 16_000 }),
        createAudioRecorder({ sources, format: 'aac', sampleRateHz: 44_100 }),
        createRecorder({ sources, video: false, format: 'mp4' }),
      ]);
      await new Promise<void>((resolve) => recorders[2].on('progress', ({ durationMs }) => durationMs > 6000 && resolve()));
      const media = await Promise.all(recorders.map((recorder) => recorder.stop()));
      for (const [index, { file }] of media.entries()) await page.upload(file, `rates-${index}.${file.name.replace(/^.*\./, '')}`);
      return media.map(({ durationMs }) => durationMs);
    });
    for (const [index, extension] of ['wav', 'aac', 'mp4'].entries()) {
      const file = await hearFile(pages.uploaded(`rates-${index}.${extension}`));
      expect(Math.abs(file.durationS * 1000 - durations[index]!)).toBeLessThan(100);
      for (const id of [1, 2, 3, 4]) {
        const beeps = file.beeps(id);
        console.log(extension, id, beeps);
        expect(beeps.length, `${extension}: ${id}`).toBeGreaterThanOrEqual(Math.floor(file.durationS) - 1);
        const last = beeps.slice(2); // a track's clock is found out in its first seconds
        for (const [beep, at] of last.slice(1).entries())
          expect(Math.abs(at - last[beep]! - 1), `${extension}: ${id}: ${beeps.join()}`).toBeLessThan(0.12);
      }
    }
    await opened.close();
  });

  it('makes two recordings when it is started twice, and gives the same file when it is stopped twice', { timeout: 60_000 }, async () => {
    const opened = await openTestPage(browser, pages);
    const result = await opened.evaluate(async () => {
      const person = page.makePerson({ identity: 5, width: 320, height: 180, fps: 10 });
      const options = { sources: [{ id: 'ada', ...person }], video: { width: 320, height: 180, fps: 10 } };
      const { createAudioRecorder, createRecorder, listRecordings } = page.tapedeck;
      const sound = { sources: [{ id: 'ada', audio: person.audio }] };
      const recorders = [
        await createRecorder(options),
        await createRecorder(options),
        await createAudioRecorder(sound),
        await createAudioRecorder(sound),
      ];
      await new Promise<void>((resolve) => recorders[3]!.on('progress', ({ durationMs }) => durationMs > 2500 && resolve()));
      const ends = recorders.map(() => 0);
      for (const [index, recorder] of recorders.entries()) recorder.on('ended', () => ends[index]!++);
      const twice = await Promise.all(
        recorders.map(async (recorder) => ({ both: await Promise.all([recorder.stop(), recorder.stop()]), recorder })),
      );
      const same = await Promise.all(twice.map(async ({ both, recorder }) => both[0] === both[1] && (await recorder.stop()) === both[0]));
      for (const [index, { both }] of twice.entries())
        await page.upload(both[0].file, `twice-${index}.${both[0].file.name.replace(/^.*\./, '')}`);
      const after = recorders.map((recorder) => {
        recorder.pause();
        recorder.resume();
        return recorder.state;
      });
      return { same, ends, after, ids: new Set(recorders.map(({ id }) => id)).size, kept: (await listRecordings()).length };
    });
    expect(result).toEqual({
      ...{ same: [true, true, true, true], ends: [1, 1, 1, 1], ids: 4, kept: 4 },
      after: ['stopped', 'stopped', 'stopped', 'stopped'],
    });
    for (const name of ['twice-0.mp4', 'twice-1.mp4', 'twice-2.wav', 'twice-3.wav']) {
      const file = await hearFile(pages.uploaded(name));
      expect(file.beeps(5).length, name).toBeGreaterThanOrEqual(2);
    }
    await opened.close();
  });

  it('keeps the recording when the picked file may not be written any more, or is gone with its folder', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tapedeck-picked-'));
    await writeFile(join(folder, 'dropped.mp4'), 'as it was');
    const opened = await openTestPage(browser, pages);
    await opened.evaluate(() => {
      document.ondragover = (event) => event.preventDefault();
      document.ondrop = (event) => {
        event.preventDefault();
        const [item] = event.dataTransfer?.items ?? [];
        void (item as DataTransferItem & { getAsFileSystemHandle(): Promise<unknown> })
          .getAsFileSystemHandle()
          .then((handle) => Object.assign(page.kept, { handle }));
      };
    });
    const devtools = await opened.context().newCDPSession(opened);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await devtools.send('Input.dispatchDragEvent', {
        ...{ type, x: 50, y: 50, data: { items: [], files: [join(folder, 'dropped.mp4')], dragOperationsMask: 1 } },
      });
    await opened.waitForFunction(() => page.kept['handle'] !== undefined);
    const result = await opened.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const own = await (await root.getDirectoryHandle('own', { create: true })).getFileHandle('gone.mp4', { create: true });
      const dropped = page.kept['handle'] as FileSystemFileHandle & { queryPermission(mode: object): Promise<string> };
      const person = page.makePerson({ identity: 5, width: 320, height: 180, fps: 10 });
      const options = { sources: [{ id: 'ada', ...person }], video: { width: 320, height: 180, fps: 10 } };
      const recorders = await Promise.all([dropped, own].map((target) => page.tapedeck.createRecorder({ ...options, target })));
      const deck = new page.tapedeck.AudioDeck({ sources: () => [] });
      const told: string[] = [];
      deck.on('audioRecording', (code, path) => told.push(`${code} ${path}`));
      // The drop was a gesture of the user: as long as that counts, the browser asks and waits for an answer.
      await new Promise<void>((resolve) =>
        recorders[1]!.on('progress', ({ durationMs }) => durationMs > 2500 && !navigator.userActivation.isActive && resolve()),
      );
      await root.removeEntry('own', { recursive: true });
      deck.startAudioRecording(dropped, 16_000, 1); // .mp4: refused for its name before it is opened
      await deck.finish();
      const permission = await dropped.queryPermission({ mode: 'readwrite' });
      const media = await Promise.all(recorders.map((recorder) => recorder.stop()));
      for (const [index, { file }] of media.entries()) await page.upload(file, `refused-${index}.mp4`);
      const kept = (await page.tapedeck.listRecordings()).map(({ id }) => id);
      return {
        permission,
        told,
        saved: media.map(({ savedTo, targetError, endReason }) => ({ savedTo, endReason, hasError: (targetError ?? '') !== '' })),
        kept: recorders.map(({ id }) => kept.includes(id)),
        dropped: await (await dropped.getFile()).text(),
      };
    });
    const refused = { savedTo: 'private', endReason: 'stopped', hasError: true };
    expect(result).toEqual({
      permission: 'prompt',
      told: ['1 dropped.mp4'],
      saved: [refused, refused],
      kept: [true, true],
      dropped: 'as it was',
    });
    for (const index of [0, 1]) expect((await hearFile(pages.uploaded(`refused-${index}.mp4`))).beeps(5).length).toBeGreaterThanOrEqual(2);
    await opened.close();
    await rm(folder, { recursive: true });
  });
});
