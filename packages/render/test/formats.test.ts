import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layoutTiles } from '@tapedeck/layout';
import type { Person } from '@tapedeck/layout';
import { checkFile, writeSyntheticLog } from '@tapedeck/testkit';
import type { FileReport } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';
import type { ContainerFormat, OutputRequest, RenderedFile } from '../src/index.ts';
import { decodeFile } from './decode-file.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-formats-'));
const video = { width: 640, height: 360, fps: 15, bitrateKbps: 800 };
const canvas = { width: 640, height: 360 };
const durationS = 11.4;
const frameMs = 1000 / video.fps;
const dir = join(root, 'log');
const written = writeSyntheticLog({
  dir,
  durationS,
  participants: [
    { identity: 'alice', driftPpm: -80 },
    { identity: 'bob', video: { codec: 'h264' } },
  ],
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function tilesOf(identities: readonly string[]) {
  const people = identities.map((identity, joinedOrder): Person => ({
    identity,
    hasVideo: true,
    aspect: null,
    isSpeaking: false,
    isScreen: false,
    joinedOrder,
  }));
  return layoutTiles('grid', canvas, people).map(({ identity, x, y, width, height }) => ({ identity, x, y, width, height }));
}

const codecs: Readonly<Record<ContainerFormat, readonly [string | null, string]>> = {
  mp4: ['h264', 'aac'],
  hls: ['h264', 'aac'],
  flv: ['h264', 'aac'],
  webm: ['vp9', 'opus'],
  m4a: [null, 'aac'],
  aac: [null, 'aac'],
  mp3: [null, 'mp3'],
  wav: [null, 'pcm'],
  ogg: [null, 'opus'],
};
const all = Object.keys(codecs) as ContainerFormat[];

describe('a composite in every format at once', { timeout: 120_000 }, () => {
  const outDir = join(root, 'composite');
  const plan = planRender({ type: 'composite', formats: all, video }, 'rec_formats', 0);
  let files: readonly RenderedFile[] = [];
  const reports = new Map<ContainerFormat, FileReport>();

  beforeAll(async () => {
    const { people } = await written;
    files = await renderLog(dir, plan, outDir, { follow: false });
    const tiles = tilesOf(['alice', 'bob']);
    for (const { format, path } of files)
      reports.set(format, await checkFile(join(outDir, path), { type: 'composite', people, tiles, durationMs: durationS * 1000 }));
  }, 120_000);

  it('names each file with its codecs, its length and its size', () => {
    expect(files.map(({ format }) => format)).toEqual(all);
    for (const { format, state, durationMs, sizeBytes, videoCodec, audioCodec, width, path } of files) {
      expect([format, state, videoCodec, audioCodec]).toEqual([format, 'complete', ...codecs[format]]);
      expect([format, width]).toEqual([format, videoCodec === null ? null : 640]);
      expect(Math.abs(durationMs - durationS * 1000), format).toBeLessThanOrEqual(frameMs);
      expect(sizeBytes).toBeGreaterThan(10_000);
      expect(path).toBe(`composite.${format === 'hls' ? 'm3u8' : format}`);
    }
  });

  it.each(all)('%s: everybody is seen and heard, whole and in time', (format) => {
    const report = reports.get(format)!;
    expect(report.problems).toEqual([]);
    expect(Math.abs(report.durationErrorMs!)).toBeLessThanOrEqual(frameMs);
    expect(report.pictures).toBe(codecs[format][0] === null ? 0 : Math.round(durationS * video.fps));
    for (const person of report.people) {
      const inMp4 = reports.get('mp4')!.people.find(({ identity }) => identity === person.identity)!;
      expect(person.audio!.beepsHeard).toBe(person.audio!.beepsExpected);
      expect(person.audio!.beepsExpected).toBeGreaterThan(8);
      for (const [i, sync] of person.sync.entries()) {
        if (person.video === null) expect(Math.abs(sync.audioDelayMs! - inMp4.sync[i]!.audioDelayMs!)).toBeLessThanOrEqual(20);
        else expect(Math.abs(sync.offsetMs! - inMp4.sync[i]!.offsetMs!)).toBeLessThanOrEqual(20);
      }
      if (codecs[format][0] !== null)
        expect(person.video).toMatchObject({ framesLost: inMp4.video!.framesLost, framesMisplaced: 0, strangers: [] });
    }
  });
});

describe('what a composite may leave out or choose', { timeout: 120_000 }, () => {
  const render = async (name: string, request: Partial<OutputRequest>) => {
    await written;
    const outDir = join(root, name);
    const files = await renderLog(dir, planRender({ type: 'composite', video, ...request }, 'rec_formats', 0), outDir, { follow: false });
    return { files, path: (format: ContainerFormat) => join(outDir, files.find((file) => file.format === format)!.path) };
  };
  const expectation = async () => ({
    type: 'composite' as const,
    people: (await written).people,
    tiles: tilesOf(['alice', 'bob']),
    durationMs: durationS * 1000,
  });

  it('HLS in MPEG-TS: segments that play as one stream and alone, with private tags', async () => {
    const { files, path } = await render('ts', { formats: ['hls'], hls: { segments: 'ts', privateTags: true } });
    const [file] = files;
    expect(file).toMatchObject({ format: 'hls', videoCodec: 'h264', audioCodec: 'aac', width: 640 });
    expect(file!.parts).toEqual([1, 2, 3, 4, 5, 6].map((index) => `parts/composite/0000${index}.ts`));
    const report = await checkFile(path('hls'), await expectation());
    expect(report.problems).toEqual([]);
    expect(report.pictures).toBe(Math.round(durationS * video.fps));
    for (const { worstOffsetMs, audio, video: pictures } of report.people) {
      expect(worstOffsetMs!).toBeLessThanOrEqual(40);
      expect(audio!.beepsHeard).toBe(audio!.beepsExpected);
      expect(pictures!.framesLost).toBeLessThanOrEqual(1);
    }
    const text = readFileSync(path('hls'), 'utf8');
    expect(text.match(/#EXT-X-TRTC-FILE-ATTR:\d{13},\d+\n#EXTINF/g)).toHaveLength(6);
    expect(text).not.toContain('EXT-X-MAP');
    // The second segment alone: it carries its tables and parameter sets, and its frames begin where the first one's end.
    const alone = await decodeFile(join(root, 'ts', file!.parts[1]!));
    expect(alone.errors).toBe(0);
    expect(alone.pictures).toHaveLength(2 * video.fps);
    expect(alone.pictures[0]!.timeS).toBeCloseTo(12, 3);
  });

  it('VP8 in WebM', async () => {
    const { files, path } = await render('vp8', { formats: ['webm'], webm: { codec: 'vp8' } });
    expect(files[0]).toMatchObject({ format: 'webm', videoCodec: 'vp8', audioCodec: 'opus' });
    expect((await checkFile(path('webm'), await expectation())).problems).toEqual([]);
  });

  it.each([
    { sampleRateHz: 44_100, channels: 2, formats: ['mp4', 'mp3', 'wav', 'aac'] },
    { sampleRateHz: 32_000, channels: 2, formats: ['mp4', 'mp3', 'aac', 'flv', 'hls'] },
    { sampleRateHz: 16_000, channels: 1, formats: ['flv', 'mp3', 'wav', 'ogg', 'm4a', 'hls'] },
  ] as const)('sound at $sampleRateHz Hz, $channels channels, without a picture', async ({ formats, ...sound }) => {
    const { files, path } = await render(`sound-${sound.sampleRateHz}`, { formats, video: null, audio: { ...sound, bitrateKbps: 96 } });
    expect(files.map(({ format, videoCodec }) => [format, videoCodec])).toEqual(formats.map((format) => [format, null]));
    for (const format of formats) {
      const report = await checkFile(path(format), await expectation());
      expect([format, report.problems]).toEqual([format, []]);
      expect(Math.abs(report.durationErrorMs!), format).toBeLessThanOrEqual(frameMs);
      expect(
        report.people.map(({ audio }) => audio!.beepsHeard),
        format,
      ).toEqual(report.people.map(({ audio }) => audio!.beepsExpected));
    }
  });

  it('a keyframe every ten seconds', async () => {
    const { path } = await render('gop', { formats: ['mp4'], video: { ...video, gopS: 10 } });
    const [first, second] = [await decodeFile(path('mp4'), 9.9), await decodeFile(path('mp4'), 10.1)];
    expect([first.pictures[0]!.timeS, second.pictures[0]!.timeS]).toEqual([0, 10]);
  });

  it('pictures without sound', async () => {
    const { files, path } = await render('silent', { formats: ['mp4', 'flv', 'webm', 'hls'], hls: { segments: 'ts' }, audio: null });
    expect(files.map(({ audioCodec }) => audioCodec)).toEqual([null, null, null, null]);
    for (const { format } of files) {
      const report = await checkFile(path(format), await expectation());
      expect([format, report.problems]).toEqual([format, []]);
      expect([format, report.audioCodec, report.pictures]).toEqual([format, null, Math.round(durationS * video.fps)]);
    }
  });
});

describe('individual files in every format that is encoded', { timeout: 120_000 }, () => {
  const people = join(root, 'people');
  const log = writeSyntheticLog({
    dir: people,
    durationS: 8,
    participants: [
      { identity: 'ada', video: { width: 320, height: 180 } },
      { identity: 'bo', joinS: 2, leaveS: 7, video: null },
      { identity: 'cy', video: { width: 320, height: 180 }, audio: null },
    ],
  });
  // WebM is copied (`remux.test.ts`), and HLS gives everybody a picture, for a camera that may still come.
  const formats = all.filter((format) => format !== 'webm' && format !== 'hls');
  const small = { fps: 15, bitrateKbps: 400 };

  it('each person is seen and heard in each of them', async () => {
    const { people: written } = await log;
    const outDir = join(root, 'individual');
    const plan = planRender({ type: 'individual', formats, video: small }, 'rec_formats', 0);
    const files = await renderLog(people, plan, outDir, { follow: false });
    for (const identity of ['ada', 'bo']) {
      const own = files.filter(({ participant }) => participant === identity);
      expect(own.map(({ format }) => format)).toEqual(formats);
      const person = written.find((candidate) => candidate.identity === identity)!;
      const mp4 = own.find(({ format }) => format === 'mp4')!;
      for (const { format, path, startMs, durationMs, videoCodec, audioCodec, source } of own) {
        const hasPicture = identity === 'ada' && codecs[format][0] !== null;
        expect([format, videoCodec, audioCodec]).toEqual([format, hasPicture ? 'h264' : null, codecs[format][1]]);
        expect([format, source]).toEqual([format, hasPicture ? 'camera' : 'microphone']);
        expect(startMs).toBe(mp4.startMs);
        expect(Math.abs(durationMs - mp4.durationMs), format).toBeLessThanOrEqual(frameMs);
        const tiles = [{ identity, x: 0, y: 0, width: 320, height: 180 }];
        const report = await checkFile(join(outDir, path), { type: 'composite', people: [person], tiles, startMs, durationMs });
        expect([path, report.problems]).toEqual([path, []]);
        expect(report.people[0]!.audio!.beepsHeard).toBe(report.people[0]!.audio!.beepsExpected);
      }
    }
  });

  it('a track of a camera gives no file of sound, one of a microphone gives all', async () => {
    await log;
    const plan = planRender({ type: 'individual', formats: ['mp4', 'wav', 'mp3'], merge: false, video: small }, 'rec_formats', 0);
    const files = await renderLog(people, plan, join(root, 'tracks'), { follow: false });
    expect(files.map(({ path }) => path).sort()).toEqual([
      ...['ada.camera.mp4', 'ada.microphone.mp3', 'ada.microphone.mp4', 'ada.microphone.wav'],
      ...['bo.microphone.mp3', 'bo.microphone.mp4', 'bo.microphone.wav', 'cy.camera.mp4'],
    ]);
  });

  it('formats of sound alone leave out who has none', async () => {
    await log;
    const plan = planRender({ type: 'individual', formats: ['m4a', 'ogg'] }, 'rec_formats', 0);
    const files = await renderLog(people, plan, join(root, 'sounds'), { follow: false });
    expect(files.map(({ path }) => path).sort()).toEqual(['ada.camera.m4a', 'ada.camera.ogg', 'bo.camera.m4a', 'bo.camera.ogg']);
  });
});
