import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VideoCodec } from '@tapedeck/rtp';
import { Mp4File } from '../src/mux/mp4/mp4-file.ts';
import { openOutput } from '../src/parts/output.ts';
import type { OutputOptions } from '../src/parts/types.ts';
import { decodeFile } from './decode-file.ts';
import { fps, partS, sampleMedia } from './sample-media.ts';
import type { SampleMedia } from './sample-media.ts';

const durationS = 10;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'containers-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function options(media: SampleMedia, name: string, formats: OutputOptions['formats']): OutputOptions {
  const fixed = { type: 'composite', participant: null, source: null, startMs: 0, startWallMs: null, sliceS: 14_400, partS } as const;
  return { outDir: join(folder, name), key: 'film', formats, tracks: [media.video, media.audio], ...fixed };
}

/** Reads a file with a demuxer that is not FFmpeg's. */
async function readWithMediabunny(path: string) {
  using input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  const video = (await input.getPrimaryVideoTrack())!;
  const audio = (await input.getPrimaryAudioTrack())!;
  const sink = new EncodedPacketSink(video);
  const atSeven = await sink.getKeyPacket(7.1);
  const pictures = (await video.computePacketStats()).packetCount;
  const sounds = (await audio.computePacketStats()).packetCount;
  return {
    durationS: await input.computeDuration(),
    keyAtSevenS: atSeven?.timestamp,
    pictures,
    sounds,
    codecs: [video.codec, audio.codec],
  };
}

const cases: readonly (readonly [VideoCodec, 'mp4' | 'webm'])[] = [
  ['h264', 'mp4'],
  ['h265', 'mp4'],
  ['av1', 'mp4'],
  ['vp9', 'mp4'],
  ['vp8', 'webm'],
  ['vp9', 'webm'],
  ['av1', 'webm'],
];

describe.each(cases)('%s in %s', (codec, format) => {
  let media: SampleMedia;
  let finished = '';
  let growing = '';
  beforeAll(async () => {
    media = await sampleMedia(codec, durationS);
    const output = openOutput(options(media, `${codec}-${format}`, [format]));
    finished = join(folder, `${codec}-${format}`, `film.${format}`);
    growing = join(folder, `${codec}-${format}`, `growing.${format}`);
    for (const part of media.parts) {
      output.append(part);
      if (part.index === 3) copyFileSync(finished, growing);
    }
    output.finish();
    output.close();
  });

  it('decodes whole in FFmpeg, every frame at its time', async () => {
    const decoded = await decodeFile(finished);
    expect(decoded.errors).toBe(0);
    expect(decoded.pictures).toHaveLength(media.pictures);
    // A coarse encoder may blur a barcode; no picture may carry another one's.
    expect(decoded.pictures.filter((picture, i) => picture.number === i).length).toBeGreaterThan(media.pictures - 4);
    expect(decoded.pictures.filter((picture, i) => picture.number !== null && picture.number !== i)).toEqual([]);
    for (const [i, { timeS }] of decoded.pictures.entries()) expect(Math.abs(timeS - i / fps)).toBeLessThan(0.001);
    expect(decoded.sounds).toHaveLength(media.sounds);
    for (const [i, { timeS }] of decoded.sounds.entries()) expect(Math.abs(timeS - i * 0.02)).toBeLessThan(0.001);
    expect(Math.abs(decoded.durationS - durationS)).toBeLessThan(0.001);
  });

  it('seeks to the keyframe in front', async () => {
    const decoded = await decodeFile(finished, 7.1);
    expect(decoded.pictures[0]?.timeS).toBeCloseTo(6, 2);
    expect(decoded.pictures).toHaveLength(4 * fps);
  });

  it('reads the same in mediabunny', async () => {
    const codecs = [codec === 'h264' ? 'avc' : codec === 'h265' ? 'hevc' : codec, 'opus'];
    const read = await readWithMediabunny(finished);
    expect(read).toMatchObject({ pictures: media.pictures, sounds: media.sounds, codecs });
    expect(read.keyAtSevenS).toBeCloseTo(6, 2);
    // It counts to the start of a WebM's last block: those carry no duration of their own.
    expect(Math.abs(read.durationS - durationS)).toBeLessThan(format === 'webm' ? 0.021 : 0.001);
  });

  it('plays while it grows', async () => {
    const decoded = await decodeFile(growing);
    expect(decoded.pictures).toHaveLength(3 * partS * fps);
    expect(decoded.sounds).toHaveLength(3 * partS * 50);
    expect(decoded.pictures.at(-1)?.timeS).toBeCloseTo(3 * partS - 1 / fps, 2);
  });
});

describe('MP4 finished in place', () => {
  it.each([
    ['with its index in the reserve', 1 << 20],
    ['with its index at the end when the reserve is too small', 64],
  ])('%s', async (name, reserveBytes) => {
    const media = await sampleMedia('h264', durationS);
    const path = join(folder, `${reserveBytes}.mp4`);
    const messages: string[] = [];
    const file = new Mp4File({ path, baseUs: 0, reserveBytes, compactBelowBytes: 0, log: (message) => messages.push(message) });
    for (const part of media.parts) file.append(part, [media.video, media.audio]);
    file.finish(true);
    file.close();
    const decoded = await decodeFile(path);
    expect(decoded.pictures.map((picture) => picture.number)).toEqual(Array.from({ length: media.pictures }, (_, i) => i));
    expect(decoded.sounds).toHaveLength(media.sounds);
    expect(decoded.durationS).toBeCloseTo(durationS, 3);
    expect(await readWithMediabunny(path)).toMatchObject({ pictures: media.pictures, sounds: media.sounds });
    expect(messages).toHaveLength(name.includes('too small') ? 1 : 0);
    const again = new Mp4File({ path, baseUs: null, reserveBytes });
    expect(again.isFinished).toBe(true);
    expect(again.facts).toEqual({ firstPart: 1, lastPart: 5, startUs: 0, endUs: 10e6, isLast: true, durationS: 10 });
    again.close();
  });
});

describe('G.711 in MP4', () => {
  it.each(['pcmu', 'pcma'] as const)('%s keeps its times and its silence', async (codec) => {
    const outDir = join(folder, codec);
    const audio = { kind: 'audio', codec, timescale: 8000, sampleRateHz: 8000, channels: 1, codecConfig: null } as const;
    const fixed = {
      type: 'track',
      participant: 'alice',
      source: 'microphone',
      startMs: 0,
      startWallMs: null,
      sliceS: 14_400,
      partS,
    } as const;
    const output = openOutput({ outDir, key: 'sound', formats: ['mp4'], tracks: [audio], ...fixed });
    for (let index = 1; index <= 3; index++) {
      const samples = Array.from({ length: 100 }, (_, i) => {
        // A mute in the middle: the second part comes ten seconds later.
        const pts = (i + (index - 1) * 100) * 160 + (index > 1 ? 80_000 : 0);
        return { data: new Uint8Array(160).fill(i), pts, dts: pts, duration: 160, isKeyframe: true };
      });
      output.append({ index, startUs: (index - 1) * 2e6, durationUs: 2e6, video: [], audio: samples });
    }
    output.finish();
    output.close();
    const { sounds, durationS: total, errors } = await decodeFile(join(outDir, 'sound.mp4'));
    expect(errors).toBe(0);
    expect(sounds.reduce((sum, { samples }) => sum + samples, 0)).toBe(48_000);
    expect(sounds[0]?.timeS).toBe(0);
    expect(sounds.some(({ timeS }) => Math.abs(timeS - 12) < 0.021)).toBe(true);
    expect(total).toBeCloseTo(16, 3);
  });
});

describe('HLS', () => {
  it('is a playlist of parts that FFmpeg plays, and a VOD at the end', async () => {
    const media = await sampleMedia('h264', durationS);
    const output = openOutput({ ...options(media, 'hls', ['hls', 'mp4']), startWallMs: 1_700_000_000_000 });
    for (const part of media.parts.slice(0, 3)) output.append(part);
    const path = join(folder, 'hls', 'film.m3u8');
    expect(readFileSync(path, 'utf8')).toContain('#EXT-X-PLAYLIST-TYPE:EVENT');
    for (const part of media.parts.slice(3)) output.append(part);
    const files = output.finish();
    const text = readFileSync(path, 'utf8');
    for (const line of [
      '#EXT-X-TARGETDURATION:2',
      '#EXT-X-PLAYLIST-TYPE:VOD',
      '#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.000Z',
      '#EXT-X-ENDLIST',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(files.map((file) => [file.key, file.state, file.durationMs])).toEqual([
      ['film.hls', 'complete', 10_000],
      ['film', 'complete', 10_000],
    ]);
    const decoded = await decodeFile(path);
    expect(decoded.pictures).toHaveLength(media.pictures);
    expect(decoded.sounds).toHaveLength(media.sounds);
  });
});
