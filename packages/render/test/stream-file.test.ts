import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTestBeep } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { soundCodecOfFormat } from '../src/encode/encodings.ts';
import { SoundEncoder } from '../src/encode/sound-encoder.ts';
import { parameterSetsOf, splitAnnexB } from '../src/mux/annex-b.ts';
import { openOutput } from '../src/parts/output.ts';
import type { AudioTrackConfig, EncodedSample, Output, OutputOptions, Part, TrackConfig } from '../src/parts/types.ts';
import { decodeFile } from './decode-file.ts';
import { fps, partS, sampleMedia } from './sample-media.ts';

const durationS = 12;
const rateHz = 48_000;
const root = mkdtempSync(join(tmpdir(), 'tapedeck-stream-'));

afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Media {
  readonly tracks: readonly TrackConfig[];
  readonly parts: readonly Part[];
}

/** Beeps in the codec of a format (and test pictures for FLV), in parts of two seconds. */
async function mediaFor(format: 'flv' | 'aac' | 'mp3' | 'wav' | 'ogg'): Promise<Media> {
  const samples: EncodedSample[] = [];
  const codec = soundCodecOfFormat(format);
  const encoder = new SoundEncoder({ sampleRateHz: rateHz, channels: 1, bitrateKbps: 64 }, codec, ({ data, pts, duration }) =>
    samples.push({ data, pts, dts: pts, duration, isKeyframe: true }),
  );
  const sampleCount = durationS * rateHz;
  const sound = Float32Array.from(makeTestBeep({ identity: 7, firstSample: 0, sampleCount }), (value) => value / 32_768);
  encoder.push([sound], 0, sampleCount);
  encoder.flush();
  encoder.close();
  const { config, setup } = encoder;
  const audio: AudioTrackConfig = {
    ...{ kind: 'audio', codec, timescale: rateHz, sampleRateHz: rateHz, channels: 1 },
    ...{ codecConfig: codec === 'aac' ? config : null, leadTicks: setup.leadSamples },
  };
  const pictures = format === 'flv' ? await sampleMedia('h264', durationS) : null;
  const parts = Array.from({ length: durationS / partS }, (_, i): Part => {
    const from = samples.findIndex(({ pts }) => i === 0 || pts >= i * partS * rateHz);
    const end = samples.findIndex(({ pts }) => pts >= (i + 1) * partS * rateHz);
    return {
      index: i + 1,
      startUs: i * partS * 1e6,
      durationUs: partS * 1e6,
      video: pictures?.parts[i]?.video ?? [],
      audio: samples.slice(from, end < 0 ? samples.length : end),
      before: samples.slice(Math.max(0, from - 6), from),
    };
  });
  if (pictures === null) return { tracks: [audio], parts };
  const { sps, pps } = parameterSetsOf('h264', splitAnnexB(pictures.parts[0]!.video[0]!.data))!;
  const codecConfig = Buffer.concat([...sps, ...pps].map((unit) => Buffer.concat([Uint8Array.of(0, 0, 0, 1), unit])));
  return { tracks: [{ ...pictures.video, codecConfig, expectedFps: fps }, audio], parts };
}

function open({ tracks }: Media, name: string, format: OutputOptions['formats'][number], more: Partial<OutputOptions> = {}): Output {
  const fixed = { type: 'composite', participant: null, source: null, startMs: 0, startWallMs: null, sliceS: 14_400, partS } as const;
  return openOutput({ outDir: join(root, name), key: 'film', formats: [format], tracks, ...fixed, ...more });
}

/** Repeatable numbers between 0 and 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

describe.each(['flv', 'aac', 'mp3', 'wav', 'ogg'] as const)('%s', (format) => {
  const file = `film.${format}`;
  const journal = join('parts', `${file}.jsonl`);
  let media: Media;
  let finished: Buffer;
  /** Where parts end in the growing file, and their lines in the journal. */
  const ends: { media: number; journal: number }[] = [];

  beforeAll(async () => {
    media = await mediaFor(format);
    const output = open(media, format, format);
    for (const part of media.parts) {
      output.append(part);
      ends.push({ media: statSync(join(root, format, file)).size, journal: statSync(join(root, format, journal)).size });
    }
    cpSync(join(root, format), join(root, `${format}-whole`), { recursive: true });
    output.finish();
    output.close();
    finished = readFileSync(join(root, format, file));
  });

  /** A copy of the file as it stood before it was finished, changed by `damage`: goes on, and must end as the undisturbed one did. */
  function goOn(name: string, wholeParts: number, damage: (dir: string) => void): void {
    const dir = join(root, `${format}-${name}`);
    cpSync(join(root, `${format}-whole`), dir, { recursive: true });
    damage(dir);
    const output = open(media, `${format}-${name}`, format);
    expect([output.completedParts, output.completedUs]).toEqual([wholeParts, wholeParts * partS * 1e6]);
    for (const part of media.parts.slice(wholeParts)) output.append(part);
    output.finish();
    output.close();
    expect(readFileSync(join(dir, file)).equals(finished)).toBe(true);
    rmSync(dir, { recursive: true });
  }

  it('cut at any byte, of the file or of its journal, it goes on and ends as the same file', () => {
    const random = seeded(5);
    for (let run = 0; run < 20; run++) {
      for (const [what, path] of [['media', file] as const, ['journal', journal] as const]) {
        const cutAt = Math.floor(random() * (ends.at(-1)![what] - ends[0]![what])) + ends[0]![what];
        // A line counts once its last letter is there; its line end may be missing.
        const wholeParts = ends.filter((end) => end[what] - (what === 'journal' ? 1 : 0) <= cutAt).length;
        goOn(`${what}-${run}`, wholeParts, (dir) => truncateSync(join(dir, path), cutAt));
      }
    }
  });

  it('begins anew when nothing of it was written, or its journal is lost', () => {
    goOn('empty', 0, (dir) => truncateSync(join(dir, file), 0));
    goOn('no-journal', 0, (dir) => rmSync(join(dir, journal)));
  });

  it('killed while it is finished, it is finished again', () => {
    goOn('finishing', media.parts.length, (dir) => writeFileSync(join(dir, file), finished));
  });

  it('is finished only once', () => {
    const output = open(media, format, format);
    expect(output.isFinished).toBe(true);
    const [row] = output.finish();
    expect(row).toMatchObject({ key: 'film', state: 'complete', sizeBytes: finished.length, audioCodec: soundCodecOfFormat(format) });
    expect(Math.abs(row!.durationMs - durationS * 1000)).toBeLessThanOrEqual(22);
    output.close();
    expect(readFileSync(join(root, format, file)).equals(finished)).toBe(true);
  });

  it('plays while it grows, and tells its length so far', async () => {
    const dir = `${format}-growing`;
    const output = open(media, dir, format);
    for (const part of media.parts.slice(0, 3)) output.append(part);
    const decoded = await decodeFile(join(root, dir, file));
    output.close();
    expect(decoded.errors).toBe(0);
    const samples = decoded.sounds.reduce((sum, { samples: count }) => sum + count, 0);
    expect(Math.abs(samples / rateHz - 3 * partS)).toBeLessThan(0.04);
    if (format === 'flv')
      expect(decoded.pictures.map(({ number }) => number)).toEqual(Array.from({ length: 3 * partS * fps }, (_, i) => i));
    if (format !== 'aac') expect(Math.abs(decoded.durationS - 3 * partS)).toBeLessThan(0.04);
  });
});

describe('FLV', () => {
  it('can be sought by its index of keyframes', async () => {
    const media = await mediaFor('flv');
    const output = open(media, 'flv-seek', 'flv');
    for (const part of media.parts) output.append(part);
    output.finish();
    output.close();
    const decoded = await decodeFile(join(root, 'flv-seek', 'film.flv'), 7.1);
    expect(decoded.pictures[0]?.timeS).toBeCloseTo(6, 2);
    expect(decoded.pictures).toHaveLength(6 * fps);
  });
});

describe('FLV of sound alone', () => {
  it('has no index of keyframes: FFmpeg takes an empty one for a broken one', async () => {
    const { tracks, parts } = await mediaFor('flv');
    const output = open({ tracks: tracks.filter(({ kind }) => kind === 'audio'), parts }, 'flv-sound', 'flv');
    for (const part of parts) output.append({ ...part, video: [] });
    output.finish();
    output.close();
    const bytes = readFileSync(join(root, 'flv-sound', 'film.flv'));
    expect(bytes.includes('filepositions')).toBe(false);
    const { errors, durationS: found } = await decodeFile(join(root, 'flv-sound', 'film.flv'));
    expect([errors, Math.abs(found - durationS) < 0.04]).toEqual([0, true]);
  });
});

describe('HLS in MPEG-TS', () => {
  it('goes on behind the last whole segment, counters and all', async () => {
    const media = await mediaFor('flv');
    const ts = { hls: { segments: 'ts', privateTags: false } } as const;
    const whole = open(media, 'ts-whole', 'hls', ts);
    for (const part of media.parts) whole.append(part);
    whole.finish();
    const first = open(media, 'ts-cut', 'hls', ts);
    for (const part of media.parts.slice(0, 4)) first.append(part);
    first.close();
    expect(readFileSync(join(root, 'ts-cut', 'film.m3u8'), 'utf8')).toMatch(/PLAYLIST-TYPE:EVENT[^]*00004\.ts\n$/);
    truncateSync(join(root, 'ts-cut/parts/film/00004.ts'), 1880);
    const second = open(media, 'ts-cut', 'hls', ts);
    expect(second.completedParts).toBe(3);
    for (const part of media.parts.slice(3)) second.append(part);
    second.finish();
    const names = readdirSync(join(root, 'ts-whole/parts/film'));
    expect(names).toHaveLength(media.parts.length);
    for (const name of names)
      expect(readFileSync(join(root, 'ts-cut/parts/film', name)).equals(readFileSync(join(root, 'ts-whole/parts/film', name)))).toBe(true);
    const decoded = await decodeFile(join(root, 'ts-cut', 'film.m3u8'));
    expect(decoded.errors).toBe(0);
    expect(decoded.pictures.map(({ number }) => number)).toEqual(Array.from({ length: durationS * fps }, (_, i) => i));
  });
});
