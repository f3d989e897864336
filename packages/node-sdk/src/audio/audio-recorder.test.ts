import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beepHz, decodeFile, makeTestBeep } from '@tapedeck/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loudness, onsets, readWav } from '../../test/support/wav.ts';
import { createAudioRecorder, type AudioRecorder } from './audio-recorder.ts';
import type { AudioRecordingConfig } from './recording-plan.ts';

const rateHz = 48_000;
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tapedeck-audio-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Everything that a recorder tells, as `code name`. */
function listen(recorder: AudioRecorder): string[] {
  const told: string[] = [];
  recorder.on('audioRecording', (code, path) => told.push(`${code} ${path.slice(folder.length + 1)}`));
  return told;
}

const beep = (identity: number, firstSample: number, sampleCount: number): Int16Array =>
  makeTestBeep({ identity, firstSample, sampleCount, hasHum: false });

/** Person 1 on the own side and person 2 on the other one, from second to second, in blocks of a length that divides nothing. */
async function speak(recorder: AudioRecorder, fromS: number, toS: number): Promise<void> {
  for (let at = fromS * rateHz; at < toS * rateHz;) {
    const count = Math.min(1777, toS * rateHz - at);
    await recorder.write(beep(1, at, count), beep(2, at, count));
    at += count;
  }
}

async function record(name: string, config: Partial<AudioRecordingConfig>, seconds = 3): Promise<string> {
  const recorder = createAudioRecorder();
  const told = listen(recorder);
  expect(recorder.startAudioRecordingWithConfig({ filePath: join(folder, name), ...config })).toBe(0);
  await speak(recorder, 0, seconds);
  expect(recorder.stopAudioRecording()).toBe(0);
  await recorder.close();
  expect(told).toEqual([`3 ${name}`, `5 ${name}`]);
  return join(folder, name);
}

const heard = (path: string): number[][] => {
  const { samples, sampleRateHz } = readWav(path);
  return [1, 2].map((identity) => onsets(samples, sampleRateHz, beepHz(identity)).map((s) => Math.round(s)));
};

describe('a recorder of PCM', () => {
  it.each([16_000, 32_000, 44_100, 48_000] as const)('writes a WAV of %i Hz with every sample in its place', async (sampleRate) => {
    const { samples, sampleRateHz, surplusBytes } = readWav(await record('a.wav', { sampleRate }));
    expect([sampleRateHz, samples.length, surplusBytes]).toEqual([sampleRate, 3 * sampleRate, 0]);
    for (const identity of [1, 2]) {
      const starts = onsets(samples, sampleRateHz, beepHz(identity));
      expect(starts).toHaveLength(3);
      for (const [second, start] of starts.entries()) expect(Math.abs(start - second)).toBeLessThan(0.01);
      expect(loudness(samples, sampleRateHz, beepHz(identity), 1.02, 1.08)).toBeCloseTo(3600 / 32_768, 3);
    }
  });

  it('passes samples of the own rate unchanged', async () => {
    const { samples } = readWav(await record('same.wav', { sampleRate: 48_000, position: 1 }));
    expect(isSame(samples, beep(1, 0, 3 * rateHz))).toBe(true);
  });

  it('has 32000 Hz, medium quality, everybody and no cycle when nothing is said', async () => {
    const path = await record('plain.wav', {});
    expect(readWav(path).sampleRateHz).toBe(32_000);
    expect(heard(path)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  it('records the side that is asked for', async () => {
    expect(heard(await record('local.wav', { position: 1 }))).toEqual([[0, 1, 2], []]);
    expect(heard(await record('remote.wav', { position: 2 }))).toEqual([[], [0, 1, 2]]);
  });

  it('makes AAC by the extension, larger with quality, with every second in its place', async () => {
    const sizes: number[] = [];
    for (const [name, quality] of [
      ['low.aac', 0],
      ['medium.AAC', 1],
      ['high.aac', 2],
    ] as const) {
      const path = await record(name, { quality, sampleRate: 32_000 }, 5);
      const starts: number[] = [];
      const sound = await decode(path);
      starts.push(...onsets(sound, 48_000, beepHz(2)));
      expect(Math.abs(sound.length / 48_000 - 5)).toBeLessThan(0.06);
      expect(starts.map((s) => Math.round(s))).toEqual([0, 1, 2, 3, 4]);
      for (const [second, start] of starts.entries()) if (second > 0) expect(Math.abs(start - second)).toBeLessThan(0.02);
      sizes.push(statSync(path).size);
    }
    expect(sizes[0]).toBeLessThan(sizes[1]! * 0.8);
    expect(sizes[1]).toBeLessThan(sizes[2]!);
  });

  it.each([16_000, 44_100, 48_000] as const)('makes AAC of %i Hz in every quality', async (sampleRate) => {
    for (const quality of [0, 2] as const) {
      const sound = await decode(await record(`${sampleRate}-${quality}.aac`, { quality, sampleRate }, 3));
      expect(Math.abs(sound.length / 48_000 - 3)).toBeLessThan(0.07);
      const starts = onsets(sound, 48_000, beepHz(1));
      expect(starts).toHaveLength(3);
      for (const [second, start] of starts.entries()) expect(Math.abs(start - second)).toBeLessThan(second === 0 ? 0.05 : 0.02);
    }
  });

  it('is told as 4 when the writer does not wait for the disk', async () => {
    const recorder = createAudioRecorder();
    const told = listen(recorder);
    recorder.startAudioRecording(join(folder, 'flood.wav'), 48_000, 0);
    await Promise.all(Array.from({ length: 70 }, async () => await recorder.write(new Int16Array(rateHz))));
    await recorder.close();
    expect(told).toEqual(['3 flood.wav', '4 flood.wav']);
  });

  it('brings people who are too loud together into 16 bits without clipping', async () => {
    const recorder = createAudioRecorder();
    recorder.startAudioRecordingWithConfig({ filePath: join(folder, 'loud.wav'), sampleRate: 48_000 });
    const tone = Int16Array.from({ length: rateHz }, (_, at) => Math.round(30_000 * Math.sin((2 * Math.PI * 440 * at) / rateHz)));
    await recorder.write(tone, tone);
    await recorder.close();
    const { samples } = readWav(join(folder, 'loud.wav'));
    expect(samples.length).toBe(rateHz);
    const steepest = samples.reduce((most, sample, at) => Math.max(most, Math.abs(sample - (samples[at - 1] ?? 0))), 0);
    expect(loudness(samples, rateHz, 440, 0.2, 0.8)).toBeGreaterThan(0.95);
    expect(loudness(samples, rateHz, 3 * 440, 0.2, 0.8)).toBeLessThan(0.002); // clipping would be heard here
    expect(steepest).toBeLessThan(2500);
  });
});

describe('one recording at a time', () => {
  it('saves the running one when a new one starts, and nothing is lost or heard twice between them', async () => {
    const recorder = createAudioRecorder();
    const told = listen(recorder);
    recorder.startAudioRecording(join(folder, 'first.wav'), 48_000, 0);
    await speak(recorder, 0, 2);
    expect(recorder.startAudioRecording(join(folder, 'second.wav'), 48_000, 0)).toBe(0);
    await speak(recorder, 2, 5);
    await recorder.close();
    expect(told).toEqual(['3 first.wav', '5 first.wav', '3 second.wav', '5 second.wav']);
    expect(['first.wav', 'second.wav'].map((name) => readWav(join(folder, name)).samples.length / rateHz)).toEqual([2, 3]);
    expect(heard(join(folder, 'second.wav'))[0]).toEqual([0, 1, 2]);
  });

  it('may have the path of the one before', async () => {
    const recorder = createAudioRecorder();
    const told = listen(recorder);
    recorder.startAudioRecording(join(folder, 'same.wav'), 48_000, 0);
    await speak(recorder, 0, 3);
    recorder.startAudioRecording(join(folder, 'same.wav'), 16_000, 0);
    await speak(recorder, 3, 4);
    await recorder.close();
    expect(told).toEqual(['3 same.wav', '5 same.wav', '3 same.wav', '5 same.wav']);
    expect(readWav(join(folder, 'same.wav')).samples.length).toBe(16_000);
  });

  it('is stopped once, with the sound of that moment', async () => {
    const recorder = createAudioRecorder();
    const told = listen(recorder);
    expect(recorder.stopAudioRecording()).toBe(30_005);
    recorder.startAudioRecording(join(folder, 'once.wav'), 48_000, 0);
    await speak(recorder, 0, 1);
    expect([recorder.stopAudioRecording(), recorder.stopAudioRecording()]).toEqual([0, 30_005]);
    await speak(recorder, 1, 2);
    await recorder.close();
    expect(told).toEqual(['3 once.wav', '5 once.wav']);
    expect(readWav(join(folder, 'once.wav')).samples.length).toBe(rateHz);
    expect(recorder.startAudioRecording(join(folder, 'late.wav'), 48_000, 0)).toBe(30_005);
  });

  it('with nothing in it is an empty file of its kind', async () => {
    const recorder = createAudioRecorder();
    const told = listen(recorder);
    recorder.startAudioRecording(join(folder, 'empty.wav'), 48_000, 0);
    recorder.startAudioRecording(join(folder, 'empty.aac'), 48_000, 0);
    await recorder.close();
    expect(told).toEqual(['3 empty.wav', '5 empty.wav', '3 empty.aac', '5 empty.aac']);
    expect(readWav(join(folder, 'empty.wav')).samples.length).toBe(0);
  });
});

describe('what is refused', () => {
  it.each([
    { sampleRate: 22_050 },
    { quality: 3 },
    { position: 3 },
    { cycleTime: 30 },
    { filePath: '' },
    { filePath: 7 },
    { sampleRate: '32000' },
    { position: null },
  ])('%j is 30003 and starts nothing', async (wrong) => {
    const recorder = createAudioRecorder();
    const told = listen(recorder);
    const config = { filePath: join(folder, 'x.wav'), ...wrong } as unknown as AudioRecordingConfig;
    expect(recorder.startAudioRecordingWithConfig(config)).toBe(30_003);
    await recorder.close();
    expect([told, readdirSync(folder)]).toEqual([[], []]);
  });

  it('a path that no file can be made of is told as 1 or 2, and stops what ran', async () => {
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(join(folder, 'nowhere', 'a.wav'), join(folder, 'dangling.wav'));
    for (const [path, code] of [
      ['a.mp3', 1],
      ['wav', 1],
      ['missing/a.wav', 2],
      ['missing/a.aac', 2],
      ['file/a.wav', 2],
      ['dangling.wav', 2],
    ] as const)
      for (const cycleTime of [0, 10] as const) {
        const recorder = createAudioRecorder();
        const told = listen(recorder);
        expect(recorder.startAudioRecordingWithConfig({ filePath: join(folder, path), cycleTime })).toBe(0);
        await speak(recorder, 0, 1);
        await recorder.close();
        expect(told).toEqual([`${code} ${path}`]);
      }
    expect(readdirSync(folder).toSorted()).toEqual(['dangling.wav', 'file']);
  });

  it('a relative path is told as 2', async () => {
    const recorder = createAudioRecorder();
    const codes: number[] = [];
    recorder.on('audioRecording', (code) => codes.push(code));
    expect(recorder.startAudioRecording('relative.wav', 48_000, 0)).toBe(0);
    await recorder.close();
    expect([codes, existsSync('relative.wav')]).toEqual([[2], false]);
  });
});

describe('a cycle', () => {
  it('keeps the last ten seconds, to the sample, and leaves nothing else behind', async () => {
    const path = await record('last.wav', { cycleTime: 10, sampleRate: 48_000, position: 1 }, 25);
    const { samples, surplusBytes } = readWav(path);
    expect([samples.length, surplusBytes]).toEqual([10 * rateHz, 0]);
    expect(isSame(samples, beep(1, 15 * rateHz, 10 * rateHz))).toBe(true);
    expect(readdirSync(folder)).toEqual(['last.wav']);
  });

  it('is all there is when it did not come round', async () => {
    expect(readWav(await record('short.wav', { cycleTime: 60, sampleRate: 16_000 }, 3)).samples.length).toBe(3 * 16_000);
    expect(readdirSync(folder)).toEqual(['short.wav']);
  });

  it('becomes AAC too', async () => {
    const sound = await decode(await record('last.aac', { cycleTime: 10, sampleRate: 32_000 }, 14));
    expect(Math.abs(sound.length / 48_000 - 10)).toBeLessThan(0.06);
    expect(readdirSync(folder)).toEqual(['last.aac']);
  });

  it('leaves the file of before alone until it is written', async () => {
    const path = await record('kept.wav', { sampleRate: 48_000 }, 1);
    const recorder = createAudioRecorder();
    recorder.startAudioRecordingWithConfig({ filePath: path, cycleTime: 10, sampleRate: 48_000 });
    await speak(recorder, 0, 5);
    expect(readWav(path).samples.length).toBe(rateHz);
    await recorder.close();
    expect(readWav(path).samples.length).toBe(5 * rateHz);
  });
});

const isSame = (a: Int16Array, b: Int16Array): boolean => a.length === b.length && a.every((sample, at) => sample === b[at]);

async function decode(path: string): Promise<Int16Array> {
  const pieces: Float32Array[] = [];
  await decodeFile(path, { picture: () => undefined, sound: (_first, samples) => void pieces.push(samples.slice()) });
  return Int16Array.from(pieces.flatMap((piece) => Array.from(piece, (sample) => Math.round(sample * 32_767))));
}
