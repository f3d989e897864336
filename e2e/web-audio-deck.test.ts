import { readFile, stat } from 'node:fs/promises';
import { requirement } from '@tapedeck/testkit';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hearFile, type Heard } from './src/heard.ts';
import { useLastingPages } from './src/recorder-pages.ts';
import type { RecorderPage } from './web-pages/recorder-page.ts';

const chromium = requirement('chromium');
declare const page: RecorderPage & {
  kept: { deck: InstanceType<RecorderPage['tapedeck']['AudioDeck']>; told: string[] };
};

/** A track's clock is found out in its first seconds: so far a beep may stand from its second. */
const settling = 0.12;

describe.skipIf(chromium === null)('AudioDeck', () => {
  const pages = useLastingPages(chromium);

  /** Opens a page with a deck that hears person 1 as its own and person 2 as somebody else. */
  async function open(): Promise<Page> {
    const opened = await pages.open();
    await opened.evaluate(() => {
      const [me, you] = [1, 2].map((identity) => page.makePerson({ identity, width: 16, height: 16, fps: 1 }));
      const sources = [
        { id: 'me', audio: me!.audio, isLocal: true },
        { id: 'you', audio: you!.audio },
      ];
      const told: string[] = [];
      const deck = new page.tapedeck.AudioDeck({ sources: () => sources });
      deck.on('audioRecording', (code, path) => told.push(`${code} ${path}`));
      Object.assign(page.kept, { deck, told, sources });
    });
    return opened;
  }

  /** Sends a file of the private file system to the test. */
  async function hear(opened: Page, path: string): Promise<Heard> {
    const name = path.replaceAll('/', '-');
    await opened.evaluate(
      async ({ path, name }) => {
        const names = path.split('/');
        let folder = await navigator.storage.getDirectory();
        for (const part of names.slice(0, -1)) folder = await folder.getDirectoryHandle(part);
        await page.upload(await (await folder.getFileHandle(names.at(-1)!)).getFile(), name);
      },
      { path, name },
    );
    return hearFile(pages.uploaded(name));
  }

  it(
    'records everybody, this device or the others at each rate, larger with quality, every beep in its second',
    { timeout: 90_000 },
    async () => {
      const opened = await open();
      const result = await opened.evaluate(async () => {
        const { sources } = page.kept as unknown as { sources: [] };
        await (await navigator.storage.getDirectory()).getDirectoryHandle('calls', { create: true });
        const configs = [
          { filePath: 'calls/all.wav', sampleRate: 48_000 },
          { filePath: '/own.wav', position: 1, sampleRate: 16_000 },
          { filePath: 'others.WAV', position: 2, sampleRate: 44_100 }, // at 48000 FFmpeg takes one person's hum for MPEG-TS
          { filePath: 'low.aac', quality: 0 },
          { filePath: 'medium.aac' },
          { filePath: 'high.aac', quality: 2, sampleRate: 44_100 },
        ] as const;
        const decks = configs.map(() => new page.tapedeck.AudioDeck({ sources: () => sources }));
        const told: string[] = [];
        const started = new Promise<void>((resolve) =>
          decks.forEach((deck) =>
            deck.on('audioRecording', (code, path) => {
              told.push(`${code} ${path}`);
              if (told.length === decks.length) resolve();
            }),
          ),
        );
        const codes = decks.map((deck, index) => deck.startAudioRecordingWithConfig(configs[index]!));
        await started;
        const fromMs = performance.now();
        // A running WAV counts what is there, whenever it is looked at.
        const running = await (await navigator.storage.getDirectory()).getDirectoryHandle('tapedeck-recordings');
        const looks: { counted: number; riff: number; there: number }[] = [];
        while (performance.now() - fromMs < 6000) {
          await new Promise((resolve) => setTimeout(resolve, 500));
          for await (const folder of running.values()) {
            const media = await (folder as FileSystemDirectoryHandle).getFileHandle('media');
            for (let isRead = false; !isRead;) {
              try {
                const file = await media.getFile();
                const bytes = await file.slice(0, 80).arrayBuffer();
                const head = new DataView(bytes);
                isRead = true;
                if (new TextDecoder().decode(bytes.slice(0, 4)) !== 'RIFF') continue;
                looks.push({ counted: head.getUint32(76, true), riff: head.getUint32(4, true), there: file.size });
              } catch (error) {
                if ((error as DOMException).name !== 'NotReadableError') throw error; // written between the two: a File does not outlive that
              }
            }
          }
        }
        const stops = decks.map((deck) => deck.stopAudioRecording());
        await Promise.all(decks.map((deck) => deck.finish()));
        const left = (await page.tapedeck.listRecordings()).length + (await page.tapedeck.listUnfinished()).length;
        return { codes, stops, told, looks, left, again: decks[0]!.stopAudioRecording() };
      });
      expect([...result.codes, ...result.stops, result.again]).toEqual([...Array.from({ length: 12 }, () => 0), 30_005]);
      const names = ['calls/all.wav', '/own.wav', 'others.WAV', 'low.aac', 'medium.aac', 'high.aac'];
      expect(result.told.toSorted()).toEqual(names.flatMap((name) => [`3 ${name}`, `5 ${name}`]).toSorted());
      expect(result.left).toBe(0);
      expect(result.looks.length).toBeGreaterThan(10);
      for (const { counted, riff, there } of result.looks) {
        expect(riff).toBe(counted + 72);
        expect(there).toBeGreaterThanOrEqual(counted + 80);
      }
      const counts = result.looks.map(({ counted }) => counted);
      expect(Math.max(...counts)).toBeGreaterThan(5 * 96_000 * 0.9);
      for (const name of names) {
        const heard = await hear(opened, name.replace(/^\//, ''));
        console.log(name, heard.durationS, heard.beeps(1), heard.beeps(2));
        expect(heard.durationS, name).toBeGreaterThan(5.9);
        for (const id of [1, 2]) {
          const beeps = heard.beeps(id);
          if ((name === '/own.wav' && id === 2) || (name === 'others.WAV' && id === 1)) expect(beeps, name).toEqual([]);
          else expect(beeps.length, name).toBeGreaterThanOrEqual(5);
          for (const [index, at] of beeps.slice(1).entries())
            expect(Math.abs(at - beeps[index]! - 1), `${name}: ${beeps.join()}`).toBeLessThan(settling);
        }
      }
      const rates = await Promise.all(
        names
          .slice(0, 3)
          .map(async (name) => (await readFile(pages.uploaded(name.replace(/^\//, '').replaceAll('/', '-')))).readUInt32LE(60)),
      );
      expect(rates).toEqual([48_000, 16_000, 44_100]);
      const sizes = await Promise.all(['low', 'medium', 'high'].map(async (name) => (await stat(pages.uploaded(`${name}.aac`))).size));
      expect(sizes[0]).toBeLessThan(sizes[1]! * 0.8);
      expect(sizes[1]).toBeLessThan(sizes[2]!);
      await opened.close();
    },
  );

  it(
    'one at a time: a new start saves the running one, also under the same name, and nothing is lost between them',
    { timeout: 60_000 },
    async () => {
      const opened = await open();
      const passedS = await opened.evaluate(async () => {
        const { deck, told } = page.kept;
        const until = (line: string): Promise<void> =>
          new Promise((resolve) => {
            const off = deck.on('audioRecording', () => {
              if (!told.includes(line)) return;
              off();
              resolve();
            });
          });
        const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
        deck.startAudioRecording('first.wav', 48_000, 1);
        await until('3 first.wav');
        const fromMs = performance.now();
        await wait(2000);
        deck.startAudioRecording('second.aac', 44_100, 2);
        await until('3 second.aac');
        await wait(2000);
        deck.stopAudioRecording();
        const passedS = (performance.now() - fromMs) / 1000;
        await deck.finish();
        deck.startAudioRecording('same.wav', 16_000, 1);
        deck.startAudioRecording('same.wav', 48_000, 1);
        await deck.finish();
        return passedS;
      });
      expect(await opened.evaluate(() => page.kept.told)).toEqual([
        ...['3 first.wav', '5 first.wav', '3 second.aac', '5 second.aac'],
        ...['3 same.wav', '5 same.wav', '3 same.wav', '5 same.wav'],
      ]);
      const [first, second] = [await hear(opened, 'first.wav'), await hear(opened, 'second.aac')];
      console.log(passedS, first.durationS, second.durationS, first.beeps(1), second.beeps(1));
      expect(first.durationS + second.durationS).toBeGreaterThan(passedS - 0.05);
      expect(first.durationS + second.durationS).toBeLessThan(passedS + 0.5);
      await hear(opened, 'same.wav');
      expect((await readFile(pages.uploaded('same.wav'))).readUInt32LE(60)).toBe(48_000);
      await opened.close();
    },
  );

  it('says 30003 for values, 1 and 2 for files that cannot be, and stops what ran', { timeout: 60_000 }, async () => {
    const opened = await open();
    const result = await opened.evaluate(async () => {
      const { deck, told } = page.kept;
      const root = await navigator.storage.getDirectory();
      await root.getDirectoryHandle('folder.wav', { create: true });
      const locked = await root.getFileHandle('locked.wav', { create: true });
      const holder = new Worker(
        URL.createObjectURL(
          new Blob(['onmessage = async ({ data }) => { self.kept = await data.createSyncAccessHandle(); postMessage(0); }']),
        ),
      );
      await new Promise((resolve) => {
        holder.onmessage = resolve;
        holder.postMessage(locked);
      });
      const wrong = [
        ...[{ sampleRate: 22_050 }, { quality: 3 }, { position: 3 }, { cycleTime: 30 }, { filePath: '' }, { filePath: 7 }],
        ...[{ sampleRate: '32000' }, { position: null }, { filePath: root }, { filePath: null }],
      ].map((values) => deck.startAudioRecordingWithConfig({ filePath: 'x.wav', ...values } as { filePath: string }));
      wrong.push(deck.startAudioRecordingWithConfig(null as unknown as { filePath: string }));
      deck.startAudioRecording('runs.wav', 16_000, 1);
      const files = ['a.mp3', 'wav', 'missing/a.wav', 'missing/a.aac', 'folder.wav', 'locked.wav', '../a.wav', 'a//b.wav'];
      const codes = files.map((filePath) => deck.startAudioRecordingWithConfig({ filePath, cycleTime: filePath === 'a.mp3' ? 10 : 0 }));
      await deck.finish();
      holder.terminate();
      const names: string[] = [];
      for await (const name of root.keys()) names.push(name);
      return { wrong, codes, told, names };
    });
    expect(result.wrong).toEqual(result.wrong.map(() => 30_003));
    expect(result.codes).toEqual(result.codes.map(() => 0));
    expect(result.told).toEqual([
      ...['3 runs.wav', '5 runs.wav', '1 a.mp3', '1 wav', '2 missing/a.wav', '2 missing/a.aac', '2 folder.wav'],
      ...['2 locked.wav', '2 ../a.wav', '2 a//b.wav'],
    ]);
    expect(result.names).not.toContain('x.wav');
    expect(result.names).not.toContain('a.mp3');
    await opened.close();
  });

  it('with a cycle holds the last ten seconds, in WAV and AAC, and until then the file is as it was', { timeout: 90_000 }, async () => {
    const opened = await open();
    const result = await opened.evaluate(async () => {
      const { sources } = page.kept as unknown as { sources: { id: string; audio: MediaStreamTrack }[] };
      const old = await (await navigator.storage.getDirectory()).getFileHandle('cycle.wav', { create: true });
      const writable = await old.createWritable();
      await writable.write('as it was');
      await writable.close();
      const files = ['cycle.wav', 'cycle.aac', 'short.wav'];
      const heard = [...sources];
      const decks = files.map(() => new page.tapedeck.AudioDeck({ sources: () => heard }));
      const told: string[] = [];
      const started = new Promise<void>((resolve) =>
        decks.forEach((deck) => deck.on('audioRecording', (code, path) => told.push(`${code} ${path}`) === files.length && resolve())),
      );
      decks.forEach((deck, index) =>
        deck.startAudioRecordingWithConfig({ filePath: files[index]!, cycleTime: index === 2 ? 60 : 10, sampleRate: 16_000 }),
      );
      await started;
      const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
      await wait(2500);
      heard.splice(1, 1); // person 2 leaves: what was heard of it will be overwritten
      decks.forEach((deck) => deck.follow());
      await wait(7500);
      const late = page.makePerson({ identity: 3, width: 16, height: 16, fps: 1 });
      heard.push({ id: 'late', audio: late.audio });
      decks.forEach((deck) => deck.follow());
      await wait(3500);
      const before = await (await old.getFile()).text();
      await Promise.all(decks.map((deck) => deck.finish()));
      return { told, before };
    });
    expect(result.before).toBe('as it was');
    expect(result.told.toSorted()).toEqual(
      ['cycle.aac', 'cycle.wav', 'short.wav'].flatMap((name) => [`3 ${name}`, `5 ${name}`]).toSorted(),
    );
    for (const name of ['cycle.wav', 'cycle.aac']) {
      const heard = await hear(opened, name);
      const [own, gone, late] = [1, 2, 3].map((id) => heard.beeps(id));
      console.log(name, heard.durationS, own, gone, late);
      expect(Math.abs(heard.durationS - 10), name).toBeLessThan(0.1);
      expect(own!.length, name).toBeGreaterThanOrEqual(9);
      expect(gone, name).toEqual([]);
      expect(late!.length, name).toBeGreaterThanOrEqual(2);
      expect(late![0], name).toBeGreaterThan(5.5);
    }
    expect((await stat(pages.uploaded('cycle.wav'))).size).toBe(80 + 10 * 32_000);
    const short = await hear(opened, 'short.wav');
    expect(short.durationS).toBeGreaterThan(13);
    expect(short.beeps(2).length).toBeGreaterThanOrEqual(2);
    await opened.close();
  });

  it('a full disk is told as 4, once, and what fitted is in the file, from the beginning or of a cycle', { timeout: 90_000 }, async () => {
    const opened = await open();
    const devtools = await pages.browser.newCDPSession(opened);
    await opened.evaluate(async () => {
      const { sources } = page.kept as unknown as { sources: [] };
      const decks = [0, 1].map(() => new page.tapedeck.AudioDeck({ sources: () => sources }));
      const { told } = page.kept;
      for (const deck of decks) deck.on('audioRecording', (code, path) => told.push(`${code} ${path}`));
      decks[0]!.startAudioRecording('full.wav', 48_000, 0);
      decks[1]!.startAudioRecordingWithConfig({ filePath: 'full-cycle.wav', cycleTime: 60, sampleRate: 48_000 });
      Object.assign(page.kept, { decks });
      await new Promise<void>((resolve) =>
        decks.forEach((deck) => deck.on('audioRecording', () => told.length === 2 && setTimeout(resolve, 2500))),
      );
    });
    const usage = await opened.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: pages.url, quotaSize: usage + 10_000 });
    const result = await opened.evaluate(async () => {
      const { decks } = page.kept as unknown as { decks: (typeof page.kept.deck)[] };
      const { told } = page.kept;
      await new Promise<void>((resolve) => decks.forEach((deck) => deck.on('audioRecording', () => told.length === 4 && resolve())));
      await Promise.all(decks.map((deck) => deck.finish()));
      return { told: told.toSorted(), stops: decks.map((deck) => deck.stopAudioRecording()) };
    });
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: pages.url });
    expect(result.told).toEqual(['3 full-cycle.wav', '3 full.wav', '4 full-cycle.wav', '4 full.wav']);
    expect(result.stops).toEqual([30_005, 30_005]);
    for (const name of ['full.wav', 'full-cycle.wav']) {
      const heard = await hear(opened, name);
      console.log(name, heard.durationS, heard.beeps(1));
      expect(heard.durationS, name).toBeGreaterThan(2.4);
      expect(heard.beeps(1).length, name).toBeGreaterThanOrEqual(Math.floor(heard.durationS) - 1);
    }
    await opened.close();
  });

  it('without any room it is 2 or 4, leaves no file and the page goes on', { timeout: 60_000 }, async () => {
    const opened = await open();
    const devtools = await pages.browser.newCDPSession(opened);
    const usage = await opened.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: pages.url, quotaSize: usage + 1000 });
    const names = ['none.wav', 'none-cycle.wav'];
    const told = await opened.evaluate(async (names) => {
      const { deck, told } = page.kept;
      for (const [index, filePath] of names.entries()) {
        const before = told.length;
        deck.startAudioRecordingWithConfig({ filePath, cycleTime: index === 0 ? 0 : 10 });
        await new Promise<void>((resolve) => {
          const off = deck.on('audioRecording', (code) => {
            if (code === 3) return;
            off();
            resolve();
          });
        });
        if (told.length === before) throw new Error('nothing was told');
      }
      await deck.finish();
      return told;
    }, names);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: pages.url });
    console.log(told);
    for (const name of names) expect(told.filter((line) => /^[24] /.test(line) && line.endsWith(name))).toHaveLength(1);
    const after = await opened.evaluate(async () => {
      const { deck, told } = page.kept;
      deck.startAudioRecording('after.wav', 16_000, 0);
      await new Promise<void>((resolve) => deck.on('audioRecording', () => setTimeout(resolve, 500)));
      await deck.finish();
      const found: string[] = [];
      for await (const name of (await navigator.storage.getDirectory()).keys()) found.push(name);
      return { told: told.slice(-2), found };
    });
    expect(after.told).toEqual(['3 after.wav', '5 after.wav']);
    expect(after.found.filter((name) => name.startsWith('none'))).toEqual([]);
    await opened.close();
  });

  it('goes into a file that was picked, and a reload leaves what can be put there', { timeout: 60_000 }, async () => {
    const opened = await open();
    const told = await opened.evaluate(async () => {
      const { deck, told } = page.kept;
      const picked = await (await navigator.storage.getDirectory()).getFileHandle('picked.aac', { create: true }); // a picker gives the same kind of handle
      deck.startAudioRecording(picked, 48_000, 2);
      await new Promise<void>((resolve) => deck.on('audioRecording', () => setTimeout(resolve, 2500)));
      await deck.finish();
      deck.startAudioRecording('reloaded.wav', 48_000, 2);
      await new Promise<void>((resolve) => deck.on('audioRecording', () => setTimeout(resolve, 3500)));
      return told;
    });
    expect(told).toEqual(['3 picked.aac', '5 picked.aac', '3 reloaded.wav']);
    expect((await hear(opened, 'picked.aac')).beeps(1).length).toBeGreaterThanOrEqual(2);
    await opened.reload();
    await opened.waitForFunction('globalThis.page');
    const found = await opened.evaluate(async () => {
      const unfinished = (await page.tapedeck.listUnfinished()).find(({ name }) => name === 'reloaded.wav');
      const target = await (await navigator.storage.getDirectory()).getFileHandle(unfinished!.name);
      const emptyBytes = (await target.getFile()).size;
      const { savedTo } = await page.tapedeck.recover(unfinished!.id, target);
      const left = (await page.tapedeck.listRecordings()).length;
      return { name: unfinished!.name, emptyBytes, savedTo, left };
    });
    expect(found).toEqual({ name: 'reloaded.wav', emptyBytes: 0, savedTo: 'picked', left: 0 });
    const heard = await hear(opened, 'reloaded.wav');
    expect(heard.durationS).toBeGreaterThan(2.5);
    expect(heard.beeps(2).length).toBeGreaterThanOrEqual(2);
    await opened.close();
  });
});
