import { checkFile, requirement } from '@tapedeck/testkit';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openPlainBrowser } from './src/plain-browser.ts';
import { useLastingPages } from './src/recorder-pages.ts';
import type { RecorderPage } from './web-pages/recorder-page.ts';

const chromium = requirement('chromium');
declare const page: RecorderPage;
const tolerance = { lostPercent: 6, misplacedMs: 300, durationMs: 200, offsetMs: 150 };

describe.skipIf(chromium === null)('a recorder in trouble', () => {
  const pages = useLastingPages(chromium);

  /** Begins a recording that the page keeps under `recorder`, and resolves when it lasts so long. */
  async function record(opened: Page, format: 'mp4' | 'webm', untilMs: number): Promise<number> {
    return opened.evaluate(
      async ({ format, untilMs }) => {
        const person = page.makePerson({ identity: 9, width: 320, height: 180, fps: 20 });
        const recorder = await page.tapedeck.createRecorder({
          ...{ sources: [{ id: 'ada', ...person }], video: { width: 320, height: 180, fps: 15, bitrateKbps: 2000 }, format },
        });
        Object.assign(page.kept, { person, recorder });
        return new Promise<number>((resolve) =>
          recorder.on('progress', ({ durationMs }) => {
            page.kept['durationMs'] = durationMs;
            if (durationMs > untilMs) resolve(durationMs);
          }),
        );
      },
      { format, untilMs },
    );
  }

  it.each(['mp4', 'webm'] as const)(
    'a killed renderer process costs a %s recording less than two seconds',
    { timeout: 120_000 },
    async (format) => {
      const opened = await pages.open();
      await record(opened, format, 9000);
      const devtools = await pages.browser.newCDPSession(opened);
      const crashed = new Promise((resolve) => opened.once('crash', resolve));
      const elapsedMs = await opened.evaluate(() => page.kept['durationMs'] as number);
      void devtools.send('Page.crash').catch(() => undefined);
      await crashed;
      const next = await pages.open();
      const recovered = await next.evaluate(async () => {
        const [unfinished] = await page.tapedeck.listUnfinished();
        const { file, durationMs } = await page.tapedeck.recover(unfinished?.id ?? '');
        await page.upload(file, file.name.endsWith('mp4') ? 'crashed.mp4' : 'crashed.webm');
        const left = await page.tapedeck.listUnfinished();
        const kept = await page.tapedeck.listRecordings();
        await page.tapedeck.removeRecording(unfinished?.id ?? '');
        return { durationMs, left: left.length, kept: kept.map(({ id }) => id).includes(unfinished?.id ?? '') };
      });
      expect(recovered).toMatchObject({ left: 0, kept: true });
      expect(recovered.durationMs).toBeGreaterThanOrEqual(elapsedMs - 2000);
      const report = await checkFile(pages.uploaded(`crashed.${format}`), {
        ...{ type: 'composite', people: [{ identity: 'ada', id: 9, fps: 20 }], durationMs: recovered.durationMs, tolerance },
      });
      console.log(format, elapsedMs, JSON.stringify(report));
      expect(report.problems).toEqual([]);
      await Promise.all([opened.close(), next.close()]);
    },
  );

  it('a reload leaves a recording that can be recovered', { timeout: 60_000 }, async () => {
    const opened = await pages.open();
    const elapsedMs = await record(opened, 'mp4', 5000);
    await opened.reload();
    await opened.waitForFunction('globalThis.page');
    const durationMs = await opened.evaluate(async () => {
      const [unfinished] = await page.tapedeck.listUnfinished();
      const media = await page.tapedeck.recover(unfinished?.id ?? '');
      await page.tapedeck.removeRecording(media.id);
      return media.durationMs;
    });
    expect(durationMs).toBeGreaterThanOrEqual(elapsedMs - 2000);
    await opened.close();
  });

  it('a full disk ends the recording and keeps everything until then', { timeout: 90_000 }, async () => {
    const opened = await pages.open();
    const devtools = await pages.browser.newCDPSession(opened);
    await record(opened, 'mp4', 3000);
    const usage = await opened.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: pages.url, quotaSize: usage + 10_000 });
    const ended = await opened.evaluate(async () => {
      const recorder = page.kept['recorder'] as Awaited<ReturnType<RecorderPage['tapedeck']['createRecorder']>>;
      const reason = await new Promise<string>((resolve) => recorder.on('ended', resolve));
      const { file, durationMs, endReason } = await recorder.stop();
      await page.upload(file, 'full.mp4');
      await page.tapedeck.removeRecording(recorder.id);
      return { reason, endReason, durationMs, state: recorder.state };
    });
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: pages.url });
    expect(ended).toMatchObject({ reason: 'storage-full', endReason: 'storage-full', state: 'stopped' });
    expect(ended.durationMs).toBeGreaterThan(3000);
    const report = await checkFile(pages.uploaded('full.mp4'), {
      ...{ type: 'composite', people: [{ identity: 'ada', id: 9, fps: 20 }], durationMs: ended.durationMs, tolerance },
    });
    expect(report.problems).toEqual([]);
    await opened.close();
  });

  it.each([1000, 2000])('a worker that stands still for %i ms loses no sound', { timeout: 60_000 }, async (stillMs) => {
    const opened = await pages.open();
    await record(opened, 'mp4', 3000);
    const worker = opened.workers().find((one) => one.url().includes('recorder-worker'));
    await worker?.evaluate((ms) => {
      const endMs = performance.now() + ms;
      while (performance.now() < endMs);
    }, stillMs);
    const durationMs = await opened.evaluate(async () => {
      const recorder = page.kept['recorder'] as Awaited<ReturnType<RecorderPage['tapedeck']['createRecorder']>>;
      const beganMs = page.kept['durationMs'] as number;
      await new Promise<void>((resolve) => recorder.on('progress', (now) => now.durationMs > beganMs + 6000 && resolve()));
      const media = await recorder.stop();
      await page.upload(media.file, 'stalled.mp4');
      await page.tapedeck.removeRecording(recorder.id);
      return media.durationMs;
    });
    const { people } = await checkFile(pages.uploaded('stalled.mp4'), {
      ...{ type: 'composite', people: [{ identity: 'ada', id: 9, fps: 20 }], durationMs, tolerance: { holeMs: 100 } },
    });
    expect(worker).toBeDefined();
    expect(people[0]?.audio?.holes).toEqual([]);
    expect(people[0]?.audio?.beepsHeard).toBe(people[0]?.audio?.beepsExpected);
    await opened.close();
  });

  it('goes on when a track ends and when a picture turns', { timeout: 60_000 }, async () => {
    const opened = await pages.open();
    await record(opened, 'mp4', 3000);
    const marks = await opened.evaluate(async () => {
      const { recorder, person } = page.kept as unknown as {
        recorder: Awaited<ReturnType<RecorderPage['tapedeck']['createRecorder']>>;
        person: ReturnType<RecorderPage['makePerson']>;
      };
      const until = (ms: number): Promise<number> =>
        new Promise((resolve) => recorder.on('progress', ({ durationMs }) => durationMs >= ms && resolve(durationMs)));
      person.resize(180, 320);
      const turnedMs = await until(3500);
      const endedMs = await until(turnedMs + 3000);
      person.video.stop();
      await until(endedMs + 1500);
      const { file, durationMs } = await recorder.stop();
      await page.upload(file, 'turned.mp4');
      await page.tapedeck.removeRecording(recorder.id);
      return { turnedMs, endedMs, durationMs };
    });
    expect(marks.durationMs).toBeGreaterThan(marks.endedMs + 1400);
    const people = [{ identity: 'ada', id: 9, fps: 20 }];
    const span = { fromMs: marks.turnedMs + 500, toMs: marks.endedMs - 200 };
    const turned = await checkFile(pages.uploaded('turned.mp4'), {
      ...{ type: 'composite', people, aspect: 180 / 320, watch: [span], durationMs: marks.durationMs, tolerance },
      tiles: [{ identity: 'ada', x: 108, y: 0, width: 102, height: 180, ...span }],
    });
    console.log(JSON.stringify(turned));
    expect(turned.people[0]?.video?.framesSeen).toBeGreaterThan(10);
    await opened.close();
  });

  it('loses nothing in a hidden tab', { timeout: 90_000 }, async () => {
    const plain = await openPlainBrowser(chromium ?? '');
    const tab = await plain.open(`${pages.url}/recorder.html`);
    const loaded = `new Promise((resolve) => { const look = () => globalThis.page ? resolve(true) : setTimeout(look, 20); look(); })`;
    await tab.evaluate(loaded);
    await tab.evaluate(`(async () => {
      const person = page.makePerson({ identity: 11, width: 320, height: 180, fps: 20 });
      page.kept.recorder = await page.tapedeck.createRecorder({
        sources: [{ id: 'ada', video: person.video, audio: person.audio }], video: { width: 320, height: 180, fps: 15 } });
    })()`);
    const other = await plain.open('about:blank');
    await other.toFront();
    const seen = await tab.evaluate<{ readonly hidden: string; readonly durationMs: number }>(`(async () => {
      while (document.visibilityState !== 'hidden') await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
      const beganMs = performance.now();
      await new Promise((resolve) => page.kept.recorder.on('progress', () => performance.now() - beganMs > 8000 && resolve()));
      const { file, durationMs } = await page.kept.recorder.stop();
      await page.upload(file, 'hidden.mp4');
      return { hidden: document.visibilityState, durationMs };
    })()`);
    expect(seen.hidden).toBe('hidden');
    expect(seen.durationMs).toBeGreaterThan(7500);
    const report = await checkFile(pages.uploaded('hidden.mp4'), {
      ...{ type: 'composite', people: [{ identity: 'ada', id: 11, fps: 20 }], durationMs: seen.durationMs, tolerance },
    });
    console.log(JSON.stringify(report));
    expect(report.problems).toEqual([]);
    await plain.close();
  });
});
