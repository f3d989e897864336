import { checkFile, requirement, type FileExpectation, type FileReport } from '@tapedeck/testkit';
import { describe, expect, it } from 'vitest';
import { useRecorderPages } from './src/recorder-pages.ts';
import type { RecorderPage } from './web-pages/recorder-page.ts';

const chromium = requirement('chromium');
declare const page: RecorderPage;

/** One picture is drawn from a picture that may be as old as one of the source's; a busy machine loses some. */
const tolerance = { lostPercent: 5, durationMs: 150, misplacedMs: 250, offsetMs: 150 };

describe.skipIf(chromium === null)('createRecorder', () => {
  const pages = useRecorderPages(chromium);

  async function check(name: string, expectation: Omit<FileExpectation, 'type' | 'tolerance'>): Promise<FileReport> {
    const report = await checkFile(pages.uploaded(name), { type: 'composite', tolerance, ...expectation });
    console.log(name, JSON.stringify(report));
    expect(report.problems, name).toEqual([]);
    for (const { identity, sync } of report.people)
      for (const { offsetMs, videoUncertaintyMs } of sync)
        expect(Math.abs(offsetMs ?? 0), `${name}: ${identity}`).toBeLessThanOrEqual(20 + videoUncertaintyMs);
    return report;
  }

  it.each(['mp4', 'webm'] as const)('writes one person to a playable %s file in time', { timeout: 90_000 }, async (format) => {
    const opened = await pages.open();
    const result = await opened.evaluate(async (format) => {
      const person = page.makePerson({ identity: 7, width: 640, height: 360, fps: 20 });
      const recorder = await page.tapedeck.createRecorder({
        sources: [{ id: 'ada', video: person.video, audio: person.audio }],
        video: { width: 640, height: 360, fps: 30, bitrateKbps: 1500 },
        format,
      });
      await new Promise<void>((resolve) => recorder.on('progress', ({ durationMs }) => durationMs > 8000 && resolve()));
      const stopping = performance.now();
      const first = recorder.stop();
      const { file, ...facts } = await first;
      const stopMs = performance.now() - stopping;
      const again = await recorder.stop();
      await page.upload(file, `one.${format}`);
      const player = document.createElement('video');
      player.muted = true;
      player.src = URL.createObjectURL(file);
      await new Promise((resolve, reject) => Object.assign(player, { onloadedmetadata: resolve, onerror: reject }));
      const playerDurationS = player.duration;
      player.currentTime = playerDurationS / 2;
      await new Promise((resolve) => (player.onseeked = resolve));
      return {
        ...facts,
        name: file.name,
        type: file.type,
        stopMs,
        isSame: again.file === file,
        state: recorder.state,
        playerDurationS,
        seekedToS: player.currentTime,
      };
    }, format);
    expect(result.type).toBe(`video/${format}`);
    expect(result.name).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\d .*\\.${format}$`));
    expect([result.isSame, result.state, result.endReason, result.savedTo]).toEqual([true, 'stopped', 'stopped', 'private']);
    expect(result.playerDurationS).toBeCloseTo(result.durationMs / 1000, 0);
    expect(result.seekedToS).toBeCloseTo(result.playerDurationS / 2, 1);
    expect(result.stopMs).toBeLessThan(1000);
    await check(`one.${format}`, { width: 640, height: 360, people: [{ identity: 'ada', id: 7, fps: 20 }], durationMs: result.durationMs });
    await opened.close();
  });

  it('records several at once, each with its own sources, layout and codecs', { timeout: 120_000 }, async () => {
    const opened = await pages.open();
    const durations = await opened.evaluate(async () => {
      const [ada, bo] = [1, 2].map((identity) => page.makePerson({ identity, width: 320, height: 180, fps: 10 }));
      const video = { width: 640, height: 360, fps: 15 };
      const { createRecorder } = page.tapedeck;
      const recorders = await Promise.all([
        createRecorder({
          sources: [
            { id: 'ada', ...ada },
            { id: 'bo', ...bo },
          ],
          layout: { name: 'grid', cells: 'nine-grid' },
          video,
        }),
        createRecorder({
          sources: [{ id: 'bo', ...bo }],
          video: { ...video, width: 320, height: 180, codec: 'vp9' },
          audio: { codec: 'aac' },
        }),
      ]);
      await new Promise<void>((resolve) => recorders[1]!.on('progress', ({ durationMs }) => durationMs > 6000 && resolve()));
      const media = await Promise.all(recorders.map((recorder) => recorder.stop()));
      await Promise.all(media.map(({ file }, index) => page.upload(file, `several-${index}.mp4`)));
      return media.map(({ durationMs }) => durationMs);
    });
    const people = ['ada', 'bo'].map((identity, index) => ({ identity, id: index + 1, fps: 10 }));
    const tiles = [0, 320].map((x, index) => ({ identity: people[index]!.identity, x, y: 90, width: 320, height: 180 }));
    await check('several-0.mp4', { people, tiles, durationMs: durations[0]! });
    const second = await check('several-1.mp4', { people: [people[1]!], durationMs: durations[1]! });
    expect([second.videoCodec, second.audioCodec]).toEqual(['vp9', 'aac']);
    await opened.close();
  });

  it('takes sources in and out, changes the layout and cuts a pause out while it runs', { timeout: 120_000 }, async () => {
    const opened = await pages.open();
    const marks = await opened.evaluate(async () => {
      const [ada, bo] = [3, 4].map((identity) => page.makePerson({ identity, width: 320, height: 180, fps: 10 }));
      const video = { width: 640, height: 360, fps: 15 };
      const recorder = await page.tapedeck.createRecorder({ sources: [{ id: 'ada', ...ada }], video });
      const until = (ms: number): Promise<number> =>
        new Promise((resolve) => recorder.on('progress', ({ durationMs }) => durationMs >= ms && resolve(durationMs)));
      await until(3000);
      recorder.addSource({ id: 'bo', ...bo });
      const bothMs = await until(6000);
      recorder.setLayout({ name: 'single', main: { identity: 'bo' } });
      const singleMs = await until(9000);
      recorder.pause();
      await new Promise((resolve) => setTimeout(resolve, 2500)); // the pause itself
      const paused = recorder.state;
      recorder.resume();
      await until(singleMs + 3000);
      recorder.removeSource('bo');
      const { file, durationMs } = await recorder.stop();
      await page.upload(file, 'live.mp4');
      return { bothMs, singleMs, paused, durationMs };
    });
    expect(marks.paused).toBe('paused');
    expect(marks.durationMs).toBeLessThan(marks.singleMs + 4500);
    const ada = { identity: 'ada', id: 3, fps: 10 };
    const bo = { identity: 'bo', id: 4, fps: 10 };
    const report = await checkFile(pages.uploaded('live.mp4'), {
      ...{ type: 'composite', people: [ada, bo], durationMs: marks.durationMs, tolerance: { ...tolerance, misplacedMs: 400 } },
      tiles: [
        { identity: 'ada', x: 0, y: 0, width: 640, height: 360, fromMs: 0, toMs: 2900 },
        { identity: 'bo', x: 0, y: 0, width: 640, height: 360, fromMs: marks.bothMs + 500, toMs: marks.singleMs - 200 },
      ],
      watch: [
        { fromMs: 0, toMs: 2900 },
        { fromMs: marks.bothMs + 500, toMs: marks.singleMs - 200 },
      ],
    });
    console.log(JSON.stringify(report));
    expect(report.durationErrorMs).toBeLessThan(150);
    for (const { video } of report.people) {
      expect(video?.framesSeen).toBeGreaterThan(15);
      expect(video?.framesMisplaced).toBe(0);
    }
    await opened.close();
  });
});
