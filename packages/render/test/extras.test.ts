import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeFile, readTestPicture, writeSyntheticLog } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planRender, renderLog, startExtras } from '../src/index.ts';
import type { JournaledFile } from '../src/index.ts';
import { thumbnailIntervalS } from '../src/extras/thumbnails.ts';
import { readFiles } from '../src/parts/files-journal.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-extras-'));
const extras = ['thumbnails', 'waveform', 'timeline'] as const;
const camera = { width: 160, height: 90 };
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Readable JPEG: FFmpeg gives full-range planes of it. */
async function readJpeg(
  path: string,
  x: number,
  y: number,
  width: number,
  height: number,
): Promise<{ identity: number; frame: number } | null> {
  let read: { identity: number; frame: number } | null = null;
  await decodeFile(path, {
    picture: ({ planes, strides }) => (read = readTestPicture({ luma: planes[0]!, lumaStride: strides[0]!, x, y, width, height })),
    sound: () => undefined,
  });
  return read;
}

describe('extras of a recording', { timeout: 120_000 }, () => {
  const dir = join(root, 'log');
  const outDir = join(root, 'out');
  let files: JournaledFile[] = [];
  const json = <T>(name: string): T => JSON.parse(readFileSync(join(outDir, `${name}.json`), 'utf8')) as T;

  beforeAll(async () => {
    await writeSyntheticLog({
      dir,
      durationS: 24,
      loopS: 12,
      participants: [
        { identity: 'alice', id: 1, name: 'Alice A', video: { ...camera }, mutes: [{ kind: 'audio', fromS: 6, toS: 9 }] },
        { identity: 'bob', id: 2, joinS: 3, leaveS: 10, video: null },
        { identity: 'alice', name: 'Alice A', id: 3, joinS: 12, leaveS: 16, video: { ...camera, source: 'screen_share' }, audio: null },
      ],
      pauses: [{ fromS: 18, toS: 20 }],
      speakers: [
        { atS: 4, identity: 'bob' },
        { atS: 8, identity: 'alice' },
      ],
      layouts: [{ atS: 5, layout: { name: 'speaker' } }],
    });
    const plan = planRender({ type: 'composite', formats: ['mp4', 'hls'], video: { width: 320, height: 180 } }, 'rec_extras', 0, {
      extras,
    });
    const making = startExtras(dir, plan, outDir, { follow: true });
    await renderLog(dir, plan, outDir, { follow: true });
    await making.finish();
    files = readFiles(outDir).filter(({ state }) => state === 'complete');
  }, 60_000);

  it('stand in the list of files with type, format and what they cover', () => {
    const extra = files.filter(({ type }) => type !== 'composite');
    expect(extra.map(({ type, format, path }) => [type, format, path]).toSorted()).toEqual([
      ['thumbnails', 'vtt', 'composite.thumbnails/index.vtt'],
      ['timeline', 'json', 'timeline.json'],
      ['waveform', 'json', 'waveform.json'],
    ]);
    for (const file of extra) {
      expect(Math.abs(file.durationMs - 22_000)).toBeLessThan(100);
      expect(file.sizeBytes).toBeGreaterThan(100);
    }
  });

  it('timeline.json says who was there, spoke, shared and was muted, and when it was paused, in recording time', () => {
    const timeline = json<{ participants: { identity: string }[] }>('timeline');
    const span = (fromMs: number, toMs: number) => ({ fromMs, toMs });
    const [alice, bob] = timeline.participants;
    expect(timeline).toMatchObject({
      version: 1,
      recordingId: 'rec_extras',
      room: 'synthetic',
      durationMs: 22_000,
      screenShares: [{ identity: 'alice', ...span(12_000, 16_000) }],
      pauses: [{ atMs: 18_000 }],
      layouts: [{ atMs: 5000, layout: { name: 'speaker' } }],
    });
    expect(timeline.participants).toHaveLength(2);
    expect(alice).toMatchObject({ identity: 'alice', name: 'Alice A', present: [span(0, 22_000)], speaking: [span(8000, 22_000)] });
    expect(bob).toMatchObject({ identity: 'bob', present: [span(3000, 10_000)], speaking: [span(4000, 8000)], speakingMs: 4000 });
    expect(alice).toMatchObject({
      tracks: [
        { kind: 'audio', source: 'microphone', muted: [span(6000, 9000)] },
        { kind: 'video', source: 'camera', muted: [] },
        { kind: 'video', source: 'screen_share', ...span(12_000, 16_000) },
      ],
    });
  });

  it('waveform.json has a peak each 100 ms for everybody and the mix', () => {
    const waveform = json<{
      intervalMs: number;
      mix: { peaks: number[] };
      participants: { identity: string; peaks: number[] }[];
    }>('waveform');
    expect(waveform.intervalMs).toBe(100);
    const { mix, participants } = waveform;
    expect(participants.map(({ identity }) => identity)).toEqual(['alice', 'bob']);
    for (const { peaks } of [mix, ...participants]) expect(peaks).toHaveLength(220);
    const [alice, bob] = participants.map(({ peaks }) => peaks);
    // A beep of 0.11 each full second (media comes 20 ms late), a hum in between, nothing while muted or away.
    for (const second of [1, 2, 4, 11, 14])
      expect(Math.max(...alice!.slice(second * 10, second * 10 + 2)), `alice at ${second} s`).toBeGreaterThan(0.09);
    expect(Math.max(...alice!.slice(14, 19))).toBeLessThan(0.03);
    expect(Math.min(...alice!.slice(14, 19))).toBeGreaterThan(0.002);
    expect(Math.max(...alice!.slice(63, 89))).toBe(0);
    expect(Math.max(...bob!.slice(0, 30), ...bob!.slice(103))).toBe(0);
    expect(Math.max(...bob!.slice(40, 42))).toBeGreaterThan(0.09);
    expect(Math.max(...mix.peaks.slice(40, 42))).toBeGreaterThan(Math.max(...bob!.slice(40, 42)) * 1.3);
  });

  it('thumbnails show the file at their time', async () => {
    const row = files.find(({ type }) => type === 'thumbnails')!;
    expect(row).toMatchObject({ width: 160, height: 90, parts: ['composite.thumbnails/0001.jpg'] });
    const vtt = readFileSync(join(outDir, row.path), 'utf8');
    const cues = [...vtt.matchAll(/^(\d\d):(\d\d):(\d\d)\.(\d{3}) --> .*\n(\d{4}\.jpg)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm)];
    expect(vtt.startsWith('WEBVTT\n\n')).toBe(true);
    expect(cues).toHaveLength(22);
    for (const index of [2, 3]) {
      const [, , , seconds, , sheet, x, y, width, height] = cues[index]!;
      expect(Number(seconds)).toBe(index);
      const read = await readJpeg(join(outDir, 'composite.thumbnails', sheet!), Number(x), Number(y), Number(width), Number(height));
      // A GOP lasts 2 s: the keyframe at or before that time, alice alone.
      expect(read?.identity, `${index} s`).toBe(1);
      expect(Math.abs((read?.frame ?? -99) - 30)).toBeLessThanOrEqual(1);
    }
  });

  it('go with every output that has a picture, each file its own; what the log tells goes with the first output alone', async () => {
    const plan = planRender({ type: 'individual', formats: ['webm'] }, 'rec_extras', 1, { extras });
    expect(plan.extras).toEqual(['thumbnails']);
    const other = join(root, 'individual');
    const making = startExtras(dir, plan, other, { follow: false });
    await renderLog(dir, plan, other, { follow: false });
    await making.finish();
    const made = readFiles(other).filter(({ type }) => type === 'thumbnails');
    expect(made.map(({ path, participant, source, width, height }) => [path, participant, source, width, height])).toEqual([
      ['alice.camera.thumbnails/index.vtt', 'alice', 'camera', 160, 90],
      ['alice.screen.thumbnails/index.vtt', 'alice', 'screen_share', 160, 90],
    ]);
  });

  it('do not keep the process of a render that failed while it followed the log', async () => {
    const open = join(root, 'open');
    await writeSyntheticLog({
      dir: open,
      durationS: 6,
      loopS: 12,
      participants: [{ identity: 'alice', id: 1, video: camera }],
      seal: false,
    });
    const failing = join(root, 'failing');
    // A folder stands where the file should be.
    mkdirSync(join(failing, 'composite.mp4'), { recursive: true });
    const planPath = join(root, 'failing.json');
    writeFileSync(
      planPath,
      JSON.stringify(planRender({ type: 'composite', video: { width: 160, height: 90 } }, 'rec_extras', 0, { extras })),
    );
    const worker = fileURLToPath(new URL('../src/worker.ts', import.meta.url));
    const request = JSON.stringify({ recordingDir: open, planPath, outDir: failing, follow: true });
    const child = spawn(process.execPath, [worker, request], { stdio: 'ignore' });
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(1);
  });

  it('thumbnails are about a hundred, one to ten seconds apart', () => {
    expect([5, 60, 101, 450, 3600, 86_400].map(thumbnailIntervalS)).toEqual([1, 1, 2, 5, 10, 10]);
  });
});
