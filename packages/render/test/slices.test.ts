import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFile, writeSyntheticLog } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';
import type { ContainerFormat, RecordingRequest, RenderedFile } from '../src/index.ts';
import { decodeFile } from './decode-file.ts';
import { decodeSound } from './decode-sound.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-slices-'));
const video = { width: 320, height: 180, fps: 15, bitrateKbps: 400 };
const durationS = 13.4;
const dir = join(root, 'log');
const written = writeSyntheticLog({ dir, durationS, participants: [{ identity: 'alice', video: { width: 320, height: 180 } }] });
const formats: readonly ContainerFormat[] = ['mp4', 'webm', 'flv', 'm4a', 'aac', 'mp3', 'wav', 'ogg'];
const rateHz = 48_000;

afterAll(() => rmSync(root, { recursive: true, force: true }));

async function render(name: string, wanted: readonly ContainerFormat[], recording: RecordingRequest): Promise<readonly RenderedFile[]> {
  await written;
  const plan = planRender({ type: 'composite', formats: wanted, video }, 'rec_slices', 0, recording);
  return await renderLog(dir, plan, join(root, name), { follow: false });
}

describe('slices by time', { timeout: 120_000 }, () => {
  let whole: readonly RenderedFile[] = [];
  let sliced: readonly RenderedFile[] = [];
  const ofFormat = (format: ContainerFormat) => sliced.filter((file) => file.format === format);

  beforeAll(async () => {
    whole = await render('whole', formats, {});
    sliced = await render('by-time', [...formats, 'hls'], { sliceS: 6 });
  }, 120_000);

  it.each(formats)('%s: names, starts and lengths are right', (format) => {
    const names = ['composite', 'composite.0002', 'composite.0003'];
    expect(ofFormat(format).map(({ key, path, startMs }) => [key, path, startMs])).toEqual(
      names.map((name, i) => [name, `${name}.${format}`, i * 6000]),
    );
    for (const [i, { durationMs, state }] of ofFormat(format).entries()) {
      expect(state).toBe('complete');
      expect(Math.abs(durationMs - [6000, 6000, 1400][i]!)).toBeLessThanOrEqual(1000 / video.fps);
    }
  });

  it('HLS is not cut', () => {
    expect(ofFormat('hls').map(({ path, parts, durationMs }) => [path, parts.length, durationMs])).toEqual([
      ['composite.m3u8', 1 + 7, 13_400],
    ]);
  });

  it.each(['mp4', 'webm', 'flv'] as const)('%s: each slice begins with a keyframe at 0, no picture is lost or doubled', async (format) => {
    const { people } = await written;
    const numbers: (number | null)[] = [];
    for (const { path, startMs } of ofFormat(format)) {
      const decoded = await decodeFile(join(root, 'by-time', path));
      expect([decoded.errors, decoded.pictures[0]?.timeS]).toEqual([0, 0]);
      numbers.push(...decoded.pictures.map(({ number }) => number));
      const report = await checkFile(join(root, 'by-time', path), {
        type: 'composite',
        people,
        startMs,
        tiles: [{ identity: 'alice', x: 0, y: 0, width: 320, height: 180 }],
      });
      expect(report.problems).toEqual([]);
    }
    const inWhole = await decodeFile(join(root, 'whole', `composite.${format}`));
    expect(numbers).toHaveLength(Math.round(durationS * video.fps));
    expect(numbers.filter((number, i) => number !== inWhole.pictures[i]?.number && number !== null)).toEqual([]);
  });

  it('aac and wav: the slices behind one another are the whole file, byte for byte', () => {
    const bytes = (folder: string, path: string): Buffer => readFileSync(join(root, folder, path));
    const headBytes = { aac: 0, wav: 44 };
    for (const format of ['aac', 'wav'] as const) {
      const joined = Buffer.concat(ofFormat(format).map(({ path }) => bytes('by-time', path).subarray(headBytes[format])));
      expect(joined.equals(bytes('whole', `composite.${format}`).subarray(headBytes[format])), format).toBe(true);
    }
  });

  it.each(['mp4', 'm4a', 'mp3', 'webm', 'ogg', 'wav'] as const)(
    '%s: the slices’ sound is the whole file’s, sample for sample',
    async (format) => {
      const expected = await decodeSound(join(root, 'whole', whole.find((file) => file.format === format)!.path));
      let worst = 0;
      let loudest = 0;
      for (const [i, { path }] of ofFormat(format).entries()) {
        const samples = await decodeSound(join(root, 'by-time', path));
        const from = i * 6 * rateHz;
        const until = Math.min(from + 6 * rateHz, Math.round(durationS * rateHz));
        expect(samples.length, `${format} ${i}`).toBeGreaterThanOrEqual(until - from);
        for (let at = from; at < until; at++) {
          worst = Math.max(worst, Math.abs(samples[at - from]! - expected[at]!));
          loudest = Math.max(loudest, Math.abs(expected[at]!));
        }
      }
      expect(loudest).toBeGreaterThan(0.1);
      // Opus decoders forget what they began with, but never wholly; AAC decoders make up their own noise.
      expect(worst).toBeLessThan(format === 'wav' || format === 'mp3' ? 1e-6 : 0.005);
    },
  );
});

describe('slices by size', { timeout: 120_000 }, () => {
  // Each has room for two parts of four seconds, not for three.
  it.each([
    [500_000, ['mp4', 'webm', 'flv']],
    [45_000, ['m4a', 'aac']],
    [80_000, ['mp3']],
    [110_000, ['ogg']],
    [900_000, ['wav']],
  ] as const)('%i bytes: no file of %j is larger, none ends before it must, and they follow one another', async (maxFileBytes, wanted) => {
    const files = await render(`by-size-${maxFileBytes}`, wanted, { maxFileBytes });
    for (const format of wanted) {
      const slices = files.filter((file) => file.format === format);
      expect(slices.map(({ key }) => key)).toEqual(['composite', 'composite.0002']);
      let endMs = 0;
      for (const { startMs, durationMs, sizeBytes } of slices) {
        expect(Math.abs(startMs - endMs), format).toBeLessThanOrEqual(22);
        expect(sizeBytes, format).toBeLessThanOrEqual(maxFileBytes);
        endMs = startMs + durationMs;
      }
      expect(Math.abs(slices[1]!.startMs - 8000), format).toBeLessThanOrEqual(1);
      expect(Math.abs(endMs - durationS * 1000), format).toBeLessThanOrEqual(1000 / video.fps);
    }
  });

  it('a file has one part at least', async () => {
    const files = await render('by-size-tiny', ['wav'], { maxFileBytes: 65_536 });
    expect(files.map(({ startMs, durationMs }) => [startMs, durationMs])).toEqual([0, 1, 2, 3].map((i) => [i * 4000, i < 3 ? 4000 : 1400]));
  });
});
