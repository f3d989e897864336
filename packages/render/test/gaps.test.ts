import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFile, writeSyntheticLog } from '@tapedeck/testkit';
import type { SyntheticParticipant } from '@tapedeck/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';
import type { RenderedFile } from '../src/index.ts';
import { samplePictures } from './picture-samples.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-gaps-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const video = { width: 160, height: 90, fps: 15, bitrateKbps: 200 };
const camera = { width: 160, height: 90 };
const blackLuma = 18;

/** Mean luma of the pictures between two moments of a file. */
async function lumaBetween(
  path: string,
  fromMs: number,
  toMs: number,
): Promise<{ readonly least: number; readonly most: number; readonly frames: Set<number | null> }> {
  const pictures = (await samplePictures(path)).filter(({ ms }) => ms >= fromMs && ms < toMs);
  const lumas = pictures.map(({ luma }) => luma);
  return { least: Math.min(...lumas), most: Math.max(...lumas), frames: new Set(pictures.map(({ frame }) => frame)) };
}

describe('what stands in for a picture that is not there', { timeout: 120_000 }, () => {
  // Alice mutes her camera from 3 to 6 s; she is away from 9 to 12 s and comes back with other tracks.
  const alice: SyntheticParticipant[] = [
    { identity: 'alice', id: 1, video: camera, mutes: [{ kind: 'video', fromS: 3, toS: 6 }], leaveS: 9, blankFrames: true },
    { identity: 'alice', id: 1, video: camera, joinS: 12 },
  ];
  const dir = join(root, 'fill');
  const written = writeSyntheticLog({ dir, durationS: 15, loopS: 15, participants: alice });

  async function render(type: 'individual' | 'composite', fill: 'last-frame' | 'black' | 'placeholder'): Promise<string> {
    await written;
    const plan = planRender({ type, formats: ['mp4'], video: { ...video } }, 'rec_gaps', 0, { fill });
    const outDir = join(root, `${type}-${fill}`);
    const files = await renderLog(dir, plan, outDir, { follow: false });
    expect(files).toHaveLength(1);
    expect(files[0]).toMatchObject({ startMs: expect.any(Number) as number, width: 160, height: 90 });
    expect(Math.abs(files[0]!.durationMs - 15_000)).toBeLessThan(100);
    return join(outDir, files[0]!.path);
  }

  it.each(['individual', 'composite'] as const)('%s: the last picture stays through a mute', async (type) => {
    const path = await render(type, 'last-frame');
    const { frames } = await lumaBetween(path, 3500, 6000);
    expect(frames.size).toBe(1);
    expect([...frames][0]).toBeGreaterThan(40);
  });

  it('individual: the last picture stays while its person is away', async () => {
    const path = await render('individual', 'last-frame');
    const { frames } = await lumaBetween(path, 9300, 12_000);
    expect(frames.size).toBe(1);
    expect([...frames][0]).toBeGreaterThan(120);
  });

  it.each(['individual', 'composite'] as const)('%s: black through a mute, and the picture when it comes back', async (type) => {
    const path = await render(type, 'black');
    const muted = await lumaBetween(path, 3200, 6000);
    expect(muted.most).toBeLessThan(blackLuma);
    expect((await lumaBetween(path, 7000, 8800)).least).toBeGreaterThan(60);
    const away = await lumaBetween(path, 9300, 12_000);
    expect(away.most).toBeLessThan(blackLuma);
    expect((await lumaBetween(path, 13_000, 14_800)).least).toBeGreaterThan(60);
  });

  it.each(['individual', 'composite'] as const)('%s: the placeholder through a mute', async (type) => {
    const path = await render(type, 'placeholder');
    const muted = await lumaBetween(path, 3200, 6000);
    expect(muted.frames).toEqual(new Set([null]));
    expect(muted.least).toBeGreaterThan(blackLuma);
    expect(muted.most - muted.least).toBeLessThan(3);
  });

  it('individual: the placeholder from the beginning on, until the first picture comes', async () => {
    const late = join(root, 'late');
    await writeSyntheticLog({
      ...{ dir: late, durationS: 9, loopS: 15 },
      participants: [
        { identity: 'alice', id: 1, video: null },
        { identity: 'alice', id: 1, audio: null, joinS: 5.5, video: camera },
      ],
    });
    const plan = planRender({ type: 'individual', formats: ['hls'], video: { ...video } }, 'rec_gaps', 0, { fill: 'placeholder' });
    const outDir = join(root, 'late-out');
    const [file] = await renderLog(late, plan, outDir, { follow: false });
    const before = await lumaBetween(join(outDir, file!.path), 0, 5400);
    expect(before.least).toBeGreaterThan(blackLuma);
    expect(before.frames).toEqual(new Set([null]));
    expect((await lumaBetween(join(outDir, file!.path), 6000, 8800)).frames.size).toBeGreaterThan(30);
  });

  it('a render that is stopped in the middle of a gap goes on with the same picture', async () => {
    await written;
    const plan = planRender({ type: 'individual', formats: ['mp4'], video: { ...video } }, 'rec_gaps', 0);
    const outDir = join(root, 'stopped');
    const stop = new AbortController();
    // 8 s stand in the file: what was shown last came before that and is drawn anew from the log.
    const onProgress = ({ renderedMs }: { renderedMs: number }): void => (renderedMs >= 4000 ? stop.abort() : undefined);
    await expect(renderLog(dir, plan, outDir, { follow: false, signal: stop.signal, onProgress })).rejects.toThrow();
    const [file] = await renderLog(dir, plan, outDir, { follow: false });
    const { frames } = await lumaBetween(join(outDir, file!.path), 3500, 6000);
    expect(frames.size).toBe(1);
    expect([...frames][0]).toBeGreaterThan(40);
  });
});

describe('a gap longer than allowed', { timeout: 120_000 }, () => {
  const dir = join(root, 'long');
  const bob = { identity: 'bob', id: 2, video: camera };
  const written = writeSyntheticLog({
    dir,
    durationS: 18,
    loopS: 15,
    participants: [
      { ...bob, leaveS: 4 },
      { ...bob, joinS: 6, leaveS: 9 },
      { ...bob, joinS: 14 },
      { identity: 'carol', id: 3, video: camera },
    ],
  });
  const spans = (files: readonly RenderedFile[]) =>
    files.filter(({ participant }) => participant === 'bob').map(({ startMs, durationMs }) => [Math.round(startMs / 200) / 5, Math.round((startMs + durationMs) / 200) / 5]); // prettier-ignore

  it.each(['mp4', 'webm'] as const)('begins a new %s file; a shorter one is filled', async (format) => {
    const log = await written;
    const plan = planRender({ type: 'individual', formats: [format] }, 'rec_gaps', 0, { maxGapS: 3 });
    const outDir = join(root, `long-${format}`);
    const files = await renderLog(dir, plan, outDir, { follow: false });
    expect(spans(files)).toEqual([[0, 9], [14, 18]]); // prettier-ignore
    expect(new Set(files.map(({ path }) => path)).size).toBe(3);
    const again = files.find(({ startMs, participant }) => participant === 'bob' && startMs > 10_000)!;
    const type = format === 'mp4' ? 'composite' : 'individual';
    const report = await checkFile(join(outDir, again.path), { type, people: [log.people[2]!], startMs: again.startMs });
    expect(report.problems).toEqual([]);
  });

  it('is filled when the limit is longer', async () => {
    await written;
    const plan = planRender({ type: 'individual', formats: ['mp4'] }, 'rec_gaps', 0, { fill: 'black' });
    const outDir = join(root, 'filled');
    const files = await renderLog(dir, plan, outDir, { follow: false });
    expect(spans(files)).toEqual([[0, 18]]); // prettier-ignore
    expect((await lumaBetween(join(outDir, files.find(({ participant }) => participant === 'bob')!.path), 9300, 14_000)).most).toBeLessThan(
      blackLuma,
    );
  });
});

describe('files of their own', { timeout: 120_000 }, () => {
  const dir = join(root, 'screen');
  const written = writeSyntheticLog({
    dir,
    durationS: 6,
    loopS: 15,
    participants: [
      { identity: 'dan', id: 4, video: camera },
      {
        identity: 'dan',
        id: 5,
        joinS: 1,
        leaveS: 5,
        video: { width: 320, height: 180, source: 'screen_share' },
        audio: { source: 'screen_share_audio' },
      },
    ],
  });

  it('a screen share and its sound are one file, camera and microphone another', async () => {
    const log = await written;
    const outDir = join(root, 'screen-out');
    const files = await renderLog(dir, planRender({ type: 'individual' }, 'rec_gaps', 0), outDir, { follow: false });
    expect(files.map(({ path, source, width }) => [path, source, width]).toSorted()).toEqual([
      ['dan.camera.mp4', 'camera', 160],
      ['dan.screen.mp4', 'screen_share', 320],
    ]);
    for (const file of files) {
      const person = log.people[file.source === 'camera' ? 0 : 1]!;
      const report = await checkFile(join(outDir, file.path), { type: 'composite', people: [person], startMs: file.startMs });
      expect(report.problems, file.path).toEqual([]);
    }
  });

  it('every track is a file without merge, and holds what was sent', async () => {
    const log = await written;
    const outDir = join(root, 'tracks-out');
    const files = await renderLog(dir, planRender({ type: 'individual', merge: false }, 'rec_gaps', 0), outDir, { follow: false });
    expect(
      files.map(({ path, source, type, videoCodec, audioCodec }) => [path, source, type, videoCodec ?? audioCodec]).toSorted(),
    ).toEqual([
      ['dan.camera.mp4', 'camera', 'track', 'h264'],
      ['dan.microphone.mp4', 'microphone', 'track', 'aac'],
      ['dan.screen-audio.mp4', 'screen_share_audio', 'track', 'aac'],
      ['dan.screen.mp4', 'screen_share', 'track', 'h264'],
    ]);
    for (const file of files) {
      const person = log.people[file.source === 'camera' || file.source === 'microphone' ? 0 : 1]!;
      const half = file.videoCodec === null ? { ...person, video: [] } : { ...person, audio: [] };
      const report = await checkFile(join(outDir, file.path), { type: 'composite', people: [half], startMs: file.startMs });
      expect(report.problems, file.path).toEqual([]);
      expect(
        file.videoCodec === null ? report.people[0]?.audio?.beepsHeard : report.people[0]?.video?.framesSeen,
        file.path,
      ).toBeGreaterThanOrEqual(3);
    }
  });
});
