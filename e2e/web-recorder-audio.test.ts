import { readFile } from 'node:fs/promises';
import { checkFile, requirement } from '@tapedeck/testkit';
import { describe, expect, it } from 'vitest';
import { useRecorderPages } from './src/recorder-pages.ts';
import type { RecorderPage } from './web-pages/recorder-page.ts';

const chromium = requirement('chromium');
declare const page: RecorderPage;
const tolerance = { durationMs: 150, holeMs: 400 };

describe.skipIf(chromium === null)('createAudioRecorder', () => {
  const pages = useRecorderPages(chromium);

  it('writes WAV, AAC, MP3 and Opus at once, each at its rate, local or remote or both', { timeout: 120_000 }, async () => {
    const opened = await pages.open();
    const durations = await opened.evaluate(async () => {
      const [me, you] = [
        page.makePerson({ identity: 1, width: 16, height: 16, fps: 1 }),
        page.makePerson({ identity: 2, width: 16, height: 16, fps: 1 }),
      ];
      const sources = [
        { id: 'me', audio: me.audio, isLocal: true },
        { id: 'you', audio: you.audio },
      ];
      const { createAudioRecorder } = page.tapedeck;
      const recorders = await Promise.all([
        createAudioRecorder({ sources, format: 'wav', sampleRateHz: 16_000, position: 'mixed', channels: 2 }),
        createAudioRecorder({ sources, format: 'aac', sampleRateHz: 44_100, position: 'local', quality: 'high' }),
        createAudioRecorder({ sources, format: 'mp3', sampleRateHz: 32_000, position: 'remote' }),
        createAudioRecorder({ sources, format: 'opus', position: 'mixed', quality: 'low' }),
      ]);
      await new Promise<void>((resolve) => recorders[3]!.on('progress', ({ durationMs }) => durationMs > 7000 && resolve()));
      const media = await Promise.all(recorders.map((recorder) => recorder.stop()));
      for (const { file } of media) await page.upload(file, file.name.replace(/^.*\./, 'sound.'));
      return Object.fromEntries(media.map(({ file, durationMs }) => [file.name.replace(/^.*\./, ''), durationMs]));
    });
    const heard: Readonly<Record<string, readonly number[]>> = { wav: [1, 2], aac: [1], mp3: [2], ogg: [1, 2] };
    for (const [format, ids] of Object.entries(heard)) {
      const report = await checkFile(pages.uploaded(`sound.${format}`), {
        ...{ type: 'composite', durationMs: durations[format]!, tolerance },
        people: ids.map((id) => ({ identity: String(id), id, fps: 1, video: [] })),
      });
      console.log(format, JSON.stringify(report));
      expect(report.problems, format).toEqual([]);
      for (const { audio } of report.people) expect(audio?.beepsHeard, format).toBeGreaterThanOrEqual(5);
      const others = [1, 2].filter((id) => !ids.includes(id));
      for (const id of others) {
        const silent = await checkFile(pages.uploaded(`sound.${format}`), {
          type: 'composite',
          people: [{ identity: 'other', id, fps: 1, video: [] }],
        });
        expect(silent.people[0]?.audio?.beepsHeard, format).toBe(0);
      }
    }
    const wav = new DataView((await readFile(pages.uploaded('sound.wav'))).buffer);
    expect([wav.getUint16(58, true), wav.getUint32(60, true)]).toEqual([2, 16_000]);
    await opened.close();
  });

  it('keeps the last seconds only when it goes in a circle', { timeout: 120_000 }, async () => {
    const opened = await pages.open();
    const result = await opened.evaluate(async () => {
      const person = page.makePerson({ identity: 3, width: 16, height: 16, fps: 1 });
      const sources = [{ id: 'me', audio: person.audio, isLocal: true }];
      const recorders = await Promise.all(
        (['wav', 'aac'] as const).map((format) => page.tapedeck.createAudioRecorder({ sources, format, sampleRateHz: 16_000, cycleS: 4 })),
      );
      const beganMs = performance.now();
      await new Promise<void>((resolve) => recorders[0]!.on('progress', () => performance.now() - beganMs > 9500 && resolve()));
      const media = await Promise.all(recorders.map((recorder) => recorder.stop()));
      for (const { file } of media) await page.upload(file, file.name.replace(/^.*\./, 'cycle.'));
      return media.map(({ durationMs, sizeBytes }) => ({ durationMs, sizeBytes }));
    });
    expect(result[0]).toEqual({ durationMs: 4000, sizeBytes: 80 + 4 * 32_000 });
    for (const format of ['wav', 'aac']) {
      const report = await checkFile(pages.uploaded(`cycle.${format}`), {
        ...{
          type: 'composite',
          durationMs: 4000,
          people: [{ identity: 'me', id: 3, fps: 1, video: [] }],
          tolerance: { ...tolerance, settleMs: 300 },
        },
      });
      expect(report.problems, format).toEqual([]);
    }
    await opened.close();
  });

  it('writes to a file that the user picked, and a WAV file is whole at every moment', { timeout: 60_000 }, async () => {
    const opened = await pages.open();
    const result = await opened.evaluate(async () => {
      const person = page.makePerson({ identity: 3, width: 16, height: 16, fps: 1 });
      const folder = await navigator.storage.getDirectory();
      const target = await folder.getFileHandle('picked.wav', { create: true }); // a picker gives the same kind of handle
      const recorder = await page.tapedeck.createAudioRecorder({ sources: [{ id: 'me', audio: person.audio }], target });
      const sizes: number[][] = [];
      await new Promise<void>((resolve) =>
        recorder.on('progress', ({ durationMs }) => {
          if (durationMs < 2500) return;
          void (async () => {
            const own = await (await folder.getDirectoryHandle('tapedeck-recordings')).getDirectoryHandle(recorder.id);
            const file = await (await own.getFileHandle('media')).getFile();
            const head = new DataView(await file.slice(0, 80).arrayBuffer());
            sizes.push([head.getUint32(76, true), head.getUint32(4, true)]);
            resolve();
          })();
        }),
      );
      const { savedTo, targetError, sizeBytes } = await recorder.stop();
      const left = await page.tapedeck.listRecordings();
      return {
        savedTo,
        targetError,
        sizeBytes,
        pickedBytes: (await target.getFile()).size,
        sizes,
        kept: left.some(({ id }) => id === recorder.id),
      };
    });
    expect(result).toMatchObject({ savedTo: 'picked', targetError: null, kept: false });
    expect(result.pickedBytes).toBe(result.sizeBytes);
    const [data = 0, riff = 0] = result.sizes[0] ?? [];
    expect(data).toBeGreaterThan(2.4 * 64_000);
    expect(riff).toBe(data + 72);
    await opened.close();
  });
});
