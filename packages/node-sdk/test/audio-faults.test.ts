import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAudioRecorder } from '../src/index.ts';
import { loudness, readWav } from './support/wav.ts';

const child = fileURLToPath(new URL('support/record-until-killed.ts', import.meta.url));
let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'tapedeck-faults-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

describe('a process that is killed', () => {
  it.each([1, 2, 3])('leaves a WAV whose header counts what is there (time %i)', { timeout: 30_000 }, async (time) => {
    const path = join(folder, `killed-${time}.wav`);
    const recording = spawn(process.execPath, [child, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(recording.stdout, 'data');
    expect(readWav(path).samples.length).toBeGreaterThanOrEqual(0);
    await vi.waitFor(() => expect(sizeOf(path)).toBeGreaterThan(96_000 * time * 0.7), { timeout: 20_000, interval: 5 });
    recording.kill('SIGKILL');
    await once(recording, 'exit');
    const { samples, surplusBytes } = readWav(path);
    expect(samples.length / 48_000).toBeGreaterThan(0.7 * time - 0.5);
    expect(surplusBytes / 96_000).toBeLessThan(1.1);
    expect(loudness(samples, 48_000, 440, 0, samples.length / 48_000)).toBeCloseTo(8000 / 32_768, 2);
  });

  it('leaves the path of a cycle as it was', { timeout: 30_000 }, async () => {
    const path = join(folder, 'cycle.wav');
    writeFileSync(path, 'the file of before');
    const recording = spawn(process.execPath, [child, path, '10'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(recording.stdout, 'data');
    await vi.waitFor(() => expect(sizeOf(join(folder, '.cycle.wav.ring'))).toBeGreaterThan(50_000), { timeout: 20_000, interval: 5 });
    recording.kill('SIGKILL');
    await once(recording, 'exit');
    expect(sizeOf(path)).toBe(18);
  });
});

/** A file system of its own. Needs root; where that is not possible the test says so and is skipped. */
function mountSmallDisk(path: string): boolean {
  try {
    mkdirSync(path, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=755', 'tapedeck-test', path], { stdio: 'pipe' });
    return true;
  } catch (error) {
    console.warn(`SKIPPED TESTS: a tmpfs cannot be mounted here (run as root): ${String(error).split('\n')[0]}`);
    return false;
  }
}
const disk = mkdtempSync(join(tmpdir(), 'tapedeck-small-'));
const isMounted = mountSmallDisk(disk);

afterAll(() => {
  if (isMounted) execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

describe.skipIf(!isMounted)('a disk that is full', () => {
  it.each([
    ['full.wav', 0],
    ['full.aac', 0],
    ['full-cycle.wav', 60],
    ['full-cycle.aac', 60],
  ] as const)('is told as 4, once, and what fitted of %s is kept', { timeout: 30_000 }, async (name, cycleTime) => {
    const recorder = createAudioRecorder();
    const codes: number[] = [];
    recorder.on('audioRecording', (code) => codes.push(code));
    const filePath = join(disk, name);
    recorder.startAudioRecordingWithConfig({ filePath, cycleTime, sampleRate: 48_000, quality: 2 });
    for (let second = 0; second < 240 && codes.length < 2; second++) await recorder.write(noise(second));
    expect(codes).toEqual([3, 4]);
    expect(recorder.stopAudioRecording()).toBe(30_005);
    await recorder.close();
    expect(codes).toEqual([3, 4]);
    if (name.endsWith('.wav')) expect(readWav(filePath).samples.length / 48_000).toBeGreaterThan(9);
    else if (cycleTime === 0) expect(sizeOf(filePath)).toBeGreaterThan(900_000);
    expect(readdirSync(disk).filter((left) => left.startsWith('.'))).toEqual([]);
    rmSync(filePath, { force: true });
  });
});

describe.skipIf(!isMounted)('a disk with room for one cycle', () => {
  it('is enough for a WAV that came round', async () => {
    const recorder = createAudioRecorder();
    const codes: number[] = [];
    recorder.on('audioRecording', (code) => codes.push(code));
    const filePath = join(disk, 'round.wav');
    recorder.startAudioRecordingWithConfig({ filePath, cycleTime: 10, sampleRate: 48_000 }); // 0.96 of 1 MiB
    for (let second = 0; second < 33; second++) await recorder.write(new Int16Array(48_000).fill(second + 1));
    await recorder.write(new Int16Array(777).fill(34));
    await recorder.close();
    expect(codes).toEqual([3, 5]);
    const { samples } = readWav(filePath);
    expect([samples.length, samples[0], samples.indexOf(25), samples.indexOf(34)]).toEqual([480_000, 24, 48_000 - 777, 480_000 - 777]);
    expect(samples.every((sample, at) => at === 0 || sample - samples[at - 1]! >= 0)).toBe(true);
    rmSync(filePath);
  });
});

describe('a cycle of 15 minutes', () => {
  it('after 20 minutes holds minutes 5 to 20, with little memory', { timeout: 60_000 }, async () => {
    const recorder = createAudioRecorder({ sampleRate: 16_000 });
    const path = join(folder, 'quarter.wav');
    expect(recorder.startAudioRecordingWithConfig({ filePath: path, cycleTime: 900, sampleRate: 16_000 })).toBe(0);
    const before = heldBytes();
    for (let second = 0; second < 1200; second++) {
      await recorder.write(new Int16Array(16_000).fill(second + 1));
      if (second % 400 === 399) await vi.waitFor(() => expect(heldBytes() - before).toBeLessThan(4 * 1024 ** 2)); // up to 38 MB went through
    }
    await recorder.close();
    const { samples } = readWav(path);
    expect(samples.length).toBe(900 * 16_000);
    const seconds = Array.from({ length: 900 }, (_, second) => [samples[second * 16_000], samples[second * 16_000 + 15_999]]);
    expect(seconds).toEqual(Array.from({ length: 900 }, (_, second) => [301 + second, 301 + second]));
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that something still needs, sound included. What nothing needs is given back a moment after the first call. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** A second of loud noise, which no encoder makes small. */
function noise(seed: number): Int16Array {
  let state = seed + 1;
  return Int16Array.from({ length: 48_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state >> 12) % 20_000;
  });
}
