import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GrowingFile } from '../src/mux/growing-file.ts';
import { Mp4File } from '../src/mux/mp4/mp4-file.ts';
import { readFiles } from '../src/parts/files-journal.ts';
import { openOutput } from '../src/parts/output.ts';
import type { Output, OutputOptions, Part } from '../src/parts/types.ts';
import { decodeFile } from './decode-file.ts';
import { fps, partS, sampleMedia } from './sample-media.ts';
import type { SampleMedia } from './sample-media.ts';

const durationS = 20;
const cutsPerFormat = 40;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'growing-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function open(media: SampleMedia, name: string, formats: OutputOptions['formats'], sliceS = 14_400): Output {
  const fixed = { type: 'composite', participant: null, source: null, startMs: 0, startWallMs: null, partS } as const;
  return openOutput({ outDir: join(folder, name), key: 'film', formats, tracks: [media.video, media.audio], sliceS, ...fixed });
}

/** Where parts end in the growing file. */
function grow(media: SampleMedia, output: Output, path: string): number[] {
  return media.parts.map((part) => {
    output.append(part);
    return statSync(path).size;
  });
}

/** Repeatable numbers between 0 and 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

describe.each(['mp4', 'webm'] as const)('%s', (format) => {
  const name = `film.${format}`;
  let media: SampleMedia;
  let whole = '';
  let finished = '';
  let ends: number[] = [];
  beforeAll(async () => {
    media = await sampleMedia(format === 'mp4' ? 'h264' : 'vp8', durationS);
    const output = open(media, format, [format]);
    whole = join(folder, `whole.${format}`);
    finished = join(folder, format, name);
    ends = grow(media, output, finished);
    copyFileSync(finished, whole);
    output.finish();
    output.close();
  });

  it(`cut at ${cutsPerFormat} random bytes: earlier parts decode, and going on makes the same file`, { timeout: 120_000 }, async () => {
    const random = seeded(3);
    for (let run = 0; run < cutsPerFormat; run++) {
      const folderName = `${format}-cut-${run}`;
      const path = join(folder, folderName, name);
      mkdirSync(join(folder, folderName), { recursive: true });
      copyFileSync(whole, path);
      const cutAt = Math.floor(random() * (ends.at(-1)! - ends[0]!)) + ends[0]!;
      truncateSync(path, cutAt);
      const wholeParts = ends.filter((end) => end <= cutAt).length;
      // A few by eye of a decoder, all by index.
      if (run % 8 === 0) {
        const decoded = await decodeFile(path);
        expect(decoded.pictures.length).toBeGreaterThanOrEqual(wholeParts * partS * fps);
        expect(decoded.pictures[wholeParts * partS * fps - 1]?.number).toBe(wholeParts * partS * fps - 1);
      }
      const output = open(media, folderName, [format]);
      expect(output.completedParts).toBe(wholeParts);
      expect(output.completedUs).toBe(wholeParts * partS * 1e6);
      for (const part of media.parts.slice(wholeParts)) output.append(part);
      output.finish();
      output.close();
      expect(Buffer.compare(readFileSync(path), readFileSync(finished))).toBe(0);
      rmSync(join(folder, folderName), { recursive: true });
    }
  });

  it('starts anew when not even the head was written', () => {
    const path = join(folder, `${format}-head`, name);
    for (const bytes of [0, 7, 100]) {
      mkdirSync(join(folder, `${format}-head`), { recursive: true });
      copyFileSync(whole, path);
      truncateSync(path, bytes);
      const output = open(media, `${format}-head`, [format]);
      expect(output.completedParts).toBe(0);
      for (const part of media.parts) output.append(part);
      output.finish();
      output.close();
      expect(Buffer.compare(readFileSync(path), readFileSync(finished))).toBe(0);
    }
  });

  it('is finished only once: opening again says so and changes nothing', () => {
    const before = readFileSync(finished);
    const output = open(media, format, [format]);
    expect(output.isFinished).toBe(true);
    expect(output.completedParts).toBe(media.parts.length);
    expect(output.finish()).toMatchObject([{ key: 'film', state: 'complete', durationMs: durationS * 1000 }]);
    expect(() => output.append({ ...media.parts[0]!, index: media.parts.length + 1 })).toThrow(RangeError);
    output.close();
    expect(Buffer.compare(readFileSync(finished), before)).toBe(0);
  });

  it('goes on in a new file when a slice is full, also after a restart', async () => {
    for (const part of media.parts) {
      const output = open(media, `${format}-slices`, [format], 8);
      expect(output.completedParts).toBe(part.index - 1);
      output.append(part);
      if (part.index === media.parts.length) output.finish();
      output.close();
    }
    const files = readFiles(join(folder, `${format}-slices`));
    expect(files.map((file) => [file.key, file.state, file.startMs, file.durationMs])).toEqual([
      ['film', 'complete', 0, 8000],
      ['film.0002', 'complete', 8000, 8000],
      ['film.0003', 'complete', 16_000, 4000],
    ]);
    const third = await decodeFile(join(folder, `${format}-slices`, files[2]!.path));
    expect(third.pictures.map((picture) => picture.number)).toEqual(Array.from({ length: 4 * fps }, (_, i) => 16 * fps + i));
    expect(third.pictures[0]?.timeS).toBeCloseTo(0, 2);
  });
});

describe('HLS after a crash', () => {
  it('goes on behind the last whole part', async () => {
    const media = await sampleMedia('h264', durationS);
    const first = open(media, 'hls', ['mp4', 'hls']);
    for (const part of media.parts.slice(0, 6)) first.append(part);
    first.close();
    truncateSync(join(folder, 'hls/parts/film/00006.m4s'), 500);
    const second = open(media, 'hls', ['mp4', 'hls']);
    expect(second.completedParts).toBe(5);
    for (const part of media.parts.slice(5)) second.append(part);
    second.finish();
    second.close();
    for (const name of ['film.m3u8', 'film.mp4']) {
      const decoded = await decodeFile(join(folder, 'hls', name));
      expect(decoded.pictures.map((picture) => picture.number)).toEqual(Array.from({ length: durationS * fps }, (_, i) => i));
    }
  });
});

describe('a finish that is cut off', () => {
  it('leaves a file that plays and can be finished', { timeout: 60_000 }, async () => {
    const media = await sampleMedia('h264', durationS);
    const tracks = [media.video, media.audio];
    const path = join(folder, 'finish.mp4');
    for (const reserveBytes of [1 << 20, 64]) {
      for (let writes = 0; writes < 5; writes++) {
        rmSync(path, { force: true });
        const file = new Mp4File({ path, baseUs: 0, reserveBytes, compactBelowBytes: 0 });
        for (const part of media.parts) file.append(part, tracks);
        const { write } = GrowingFile.prototype;
        let left = writes;
        GrowingFile.prototype.write = function (this: GrowingFile, at: number, bytes: Uint8Array) {
          if (left-- <= 0) throw new Error('killed here');
          write.call(this, at, bytes);
        };
        let isKilled = false;
        try {
          file.finish(true);
        } catch {
          isKilled = true;
        } finally {
          GrowingFile.prototype.write = write;
          file.close();
        }
        expect((await decodeFile(path)).pictures).toHaveLength(media.pictures);
        const again = new Mp4File({ path, baseUs: 0, reserveBytes, compactBelowBytes: 0 });
        expect(again.isFinished).toBe(!isKilled);
        again.finish(true);
        again.close();
        const decoded = await decodeFile(path);
        expect(decoded.pictures).toHaveLength(media.pictures);
        expect(decoded.durationS).toBeCloseTo(durationS, 3);
      }
    }
  });
});

describe('a file of somebody else', () => {
  it('is kept aside', async () => {
    const media = await sampleMedia('vp8', durationS);
    for (const format of ['mp4', 'webm'] as const) {
      const outDir = join(folder, `foreign-${format}`);
      mkdirSync(outDir);
      writeFileSync(join(outDir, `film.${format}`), Buffer.alloc(100_000, 7));
      const output = open(media, `foreign-${format}`, [format]);
      expect(output.completedParts).toBe(0);
      output.append(media.parts[0]!);
      output.finish();
      output.close();
      expect(statSync(join(outDir, `film.${format}.unreadable`)).size).toBe(100_000);
      expect((await decodeFile(join(outDir, `film.${format}`))).pictures).toHaveLength(partS * fps);
    }
  });
});

describe('an hour', () => {
  it('is finished in place with less than 0.3 s of CPU', { timeout: 60_000 }, async () => {
    const media = await sampleMedia('h264', durationS);
    const path = join(folder, 'hour.mp4');
    const tracks = [media.video, media.audio];
    const file = new Mp4File({ path, baseUs: 0, reserveBytes: 16 << 20 });
    const stuffing = new Uint8Array(120_000).fill(1);
    for (let i = 0; i < 1800; i++) file.append(hourPart(media, i, stuffing), tracks);
    expect(file.sizeBytes).toBeGreaterThan(200 << 20);
    const before = { wallMs: performance.now(), cpu: process.cpuUsage() };
    file.finish(true);
    const wallMs = performance.now() - before.wallMs;
    const { user, system } = process.cpuUsage(before.cpu);
    file.close();
    const cpuMs = (user + system) / 1000;
    console.log(
      `60-minute MP4 (${Math.round(statSync(path).size / 2 ** 20)} MiB) finished in ${wallMs.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms of CPU`,
    );
    // The clock on the wall also counts what the disk still has to write of the media and whoever shares the processor.
    expect(cpuMs).toBeLessThan(300);
    expect(wallMs).toBeLessThan(2000);
    const scanned = performance.now();
    const again = new Mp4File({ path, baseUs: 0, reserveBytes: 0 });
    again.close();
    console.log(`and opened again in ${(performance.now() - scanned).toFixed(0)} ms`);
    expect(again.facts).toMatchObject({ lastPart: 1800, durationS: 3600 });
  });
});

/** The sample's parts over and over on the hour's clock, with padding behind one sound packet to give the file the size of a real one. */
function hourPart(media: SampleMedia, index: number, stuffing: Uint8Array): Part {
  const part = media.parts[index % media.parts.length]!;
  const shift = (index - (index % media.parts.length)) * partS;
  const move = (samples: Part['video'], timescale: number): Part['video'] =>
    samples.map((sample) => ({ ...sample, pts: sample.pts + shift * timescale, dts: sample.dts + shift * timescale }));
  const audio = move(part.audio, 48_000).map((sample, i) => (i === 0 ? { ...sample, data: stuffing } : sample));
  return { ...part, index: index + 1, startUs: index * partS * 1e6, video: move(part.video, 90_000), audio };
}
