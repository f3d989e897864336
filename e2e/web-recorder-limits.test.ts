import { checkFile, requirement } from '@tapedeck/testkit';
import { describe, expect, it } from 'vitest';
import { openPlainBrowser } from './src/plain-browser.ts';
import { openTestPage, useRecorderPages } from './src/recorder-pages.ts';
import type { RecorderPage } from './web-pages/recorder-page.ts';

const chromium = requirement('chromium');
declare const page: RecorderPage;
const hourMs = 3_600_000;

describe.skipIf(chromium === null)('the recorder’s limits', () => {
  const pages = useRecorderPages(chromium);

  it('the heap of an hour grows by less than 64 MB, from half a minute', { timeout: 180_000 }, async () => {
    const plain = await openPlainBrowser(chromium ?? '');
    const tab = await plain.open(`${pages.url}/recorder.html`);
    await tab.evaluate(
      'new Promise((resolve) => { const look = () => (globalThis.page ? resolve(true) : setTimeout(look, 20)); look(); })',
    );
    await tab.evaluate(`(async () => {
      const people = [1, 2, 3, 4].map((identity) => page.makePerson({ identity, width: 320, height: 180, fps: 10 }));
      const sources = people.map(({ video, audio }, index) => ({ id: String(index), video, audio }));
      page.kept.recorder = await page.tapedeck.createRecorder({ sources, video: { width: 640, height: 360, fps: 15 } });
    })()`);
    const until = (wantedMs: number): Promise<number> =>
      tab.evaluate(
        `new Promise((resolve) => page.kept.recorder.on('progress', ({ durationMs }) => durationMs > ${wantedMs} && resolve(durationMs)))`,
      );
    const at = async (wantedMs: number) => ({ ms: await until(wantedMs), bytes: (await tab.heap()).scriptBytes });
    const [first, second] = [await at(10_000), await at(50_000)];
    const perHour = ((second.bytes - first.bytes) / (second.ms - first.ms)) * hourMs;
    console.log(`heap ${(first.bytes / 1e6).toFixed(2)} → ${(second.bytes / 1e6).toFixed(2)} MB, ${(perHour / 1e6).toFixed(1)} MB an hour`);
    await plain.close();
    expect(perHour).toBeLessThan(64e6);
    expect(second.bytes).toBeLessThan(64e6);
  });

  it('without WebCodecs the MediaRecorder of the browser records, and the file has its duration', { timeout: 90_000 }, async () => {
    const context = await pages.browser.newContext();
    await context.addInitScript(() => {
      for (const name of ['VideoEncoder', 'AudioEncoder']) Reflect.deleteProperty(globalThis, name);
    });
    const opened = await openTestPage(context, pages);
    const result = await opened.evaluate(async () => {
      const person = page.makePerson({ identity: 6, width: 320, height: 180, fps: 20 });
      const recorder = await page.tapedeck.createRecorder({
        ...{ sources: [{ id: 'ada', ...person }], video: { width: 320, height: 180, fps: 20 }, format: 'webm' },
      });
      await new Promise<void>((resolve) => recorder.on('progress', ({ durationMs }) => durationMs > 6000 && resolve()));
      const { file, durationMs, savedTo } = await recorder.stop();
      await page.upload(file, 'fallback.webm');
      const player = document.createElement('video');
      player.src = URL.createObjectURL(file);
      await new Promise((resolve, reject) => Object.assign(player, { onloadedmetadata: resolve, onerror: reject }));
      return { durationMs, savedTo, playerS: player.duration };
    });
    expect(result.savedTo).toBe('private');
    expect(result.playerS).toBeCloseTo(result.durationMs / 1000, 0);
    const report = await checkFile(pages.uploaded('fallback.webm'), {
      ...{ type: 'composite', people: [{ identity: 'ada', id: 6, fps: 20 }] },
      tolerance: { lostPercent: 25, misplacedMs: 600, offsetMs: 300 },
    });
    console.log(JSON.stringify(report));
    expect(report.durationMs).toBeGreaterThan(5500);
    expect(report.people[0]?.video?.framesSeen).toBeGreaterThan(30);
    expect(report.people[0]?.audio?.beepsHeard).toBeGreaterThan(3);
    await context.close();
  });

  it('where tracks cannot be read, a worklet mixes and pictures are drawn in the page', { timeout: 90_000 }, async () => {
    const context = await pages.browser.newContext();
    await context.addInitScript(() => void Reflect.deleteProperty(globalThis, 'MediaStreamTrackProcessor'));
    const opened = await openTestPage(context, pages);
    const result = await opened.evaluate(async () => {
      const person = page.makePerson({ identity: 6, width: 320, height: 180, fps: 20 });
      const { createAudioRecorder, createRecorder } = page.tapedeck;
      const [sound, call] = await Promise.all([
        createAudioRecorder({ sources: [{ id: 'ada', audio: person.audio }], format: 'opus' }),
        createRecorder({ sources: [{ id: 'ada', ...person }], video: { width: 320, height: 180, fps: 20 }, format: 'webm' }),
      ]);
      await new Promise<void>((resolve) => sound.on('progress', ({ durationMs }) => durationMs > 5000 && resolve()));
      const media = await Promise.all([sound.stop(), call.stop()]);
      await page.upload(media[0].file, 'worklet.ogg');
      return media.map(({ file, durationMs }) => ({ type: file.type, durationMs }));
    });
    expect(result.map(({ type }) => type)).toEqual(['audio/ogg', 'video/webm']);
    expect(result[1]?.durationMs).toBeGreaterThan(4000);
    const report = await checkFile(pages.uploaded('worklet.ogg'), {
      ...{ type: 'composite', durationMs: result[0]!.durationMs, people: [{ identity: 'ada', id: 6, fps: 20, video: [] }] },
    });
    console.log(JSON.stringify(report));
    expect(report.durationErrorMs).toBeLessThan(150);
    expect(report.people[0]?.audio?.beepsHeard).toBeGreaterThanOrEqual(3);
    await context.close();
  });

  it('says what it cannot do: no tracks of a kind, odd sizes, unknown layouts, a source after the end', { timeout: 60_000 }, async () => {
    const opened = await pages.open();
    const codes = await opened.evaluate(async () => {
      const person = page.makePerson({ identity: 6, width: 320, height: 180, fps: 20 });
      const codeOf = async (act: () => unknown): Promise<string> => {
        try {
          await act();
          return '';
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      const { createRecorder, recover } = page.tapedeck;
      const sources = [{ id: 'ada', ...person }];
      const recorder = await createRecorder({ sources, video: { width: 320, height: 180 } });
      const found = {
        odd: await codeOf(() => createRecorder({ sources, video: { width: 321, height: 180 } })),
        nothing: await codeOf(() => createRecorder({ sources, video: false, audio: false })),
        layout: await codeOf(() => recorder.setLayout('circle' as 'grid')),
        running: await codeOf(() => recover(recorder.id)),
        unknown: await codeOf(() => recover('rec_none')),
      };
      await recorder.stop().catch(() => undefined);
      return { ...found, late: await codeOf(() => recorder.addSource({ id: 'late' })) };
    });
    expect(codes).toEqual({
      ...{ odd: 'INVALID_REQUEST', nothing: 'INVALID_REQUEST', layout: 'INVALID_REQUEST' },
      ...{ running: 'RECORDER_STATE', unknown: 'RECORDER_STATE', late: 'RECORDER_STATE' },
    });
    await opened.close();
  });
});
