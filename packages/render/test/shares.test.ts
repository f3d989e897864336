import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layoutTiles } from '@tapedeck/layout';
import { checkFile, writeSyntheticLog } from '@tapedeck/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { joinRanges, planRender, renderLog, splitRender } from '../src/index.ts';
import type { RenderShare } from '../src/index.ts';
import { decodeFile } from './decode-file.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-shares-'));
const canvas = { width: 640, height: 360 };
const output = { type: 'composite', formats: ['mp4', 'hls'], video: { ...canvas, fps: 15, bitrateKbps: 800 } } as const;

afterAll(() => rmSync(root, { recursive: true, force: true }));

const rangeOf = (fromS: number, untilS: number | null): RenderShare => ({
  range: { fromUs: fromS * 1e6, untilUs: untilS === null ? null : untilS * 1e6 },
  keys: null,
  fromMs: fromS * 1000,
  untilMs: (untilS ?? fromS) * 1000,
});
const only = (key: string): RenderShare => ({ range: null, keys: [key], fromMs: 4300, untilMs: 10_300 });
const grid = (identities: readonly string[]) =>
  layoutTiles(
    'grid',
    canvas,
    identities.map((identity, joinedOrder) => ({
      identity,
      hasVideo: true,
      aspect: null,
      isSpeaking: false,
      isScreen: false,
      joinedOrder,
    })),
  ).map(({ identity, x, y, width, height }) => ({ identity, x, y, width, height }));

describe('a composite made in ranges', { timeout: 180_000 }, () => {
  const dir = join(root, 'log');
  const plan = planRender({ ...output, formats: ['mp4', 'hls', 'mp3', 'wav'] }, 'rec_shares', 0, { sliceS: 10 });
  const written = writeSyntheticLog({
    dir,
    durationS: 13,
    loopS: 10,
    participants: [
      { identity: 'alice', driftPpm: -100 },
      { identity: 'bob', driftPpm: 100, mutes: [{ kind: 'audio', fromS: 5, toS: 6 }] },
    ],
    jitterMs: 20,
  });

  it('is the same picture for picture and sample for sample as one made at once', async () => {
    const { people } = await written;
    const wholeDir = join(root, 'whole');
    await renderLog(dir, plan, wholeDir, { follow: false, encoderThreads: 1 });
    // In any order, with an empty range behind the end.
    const shares = [rangeOf(0, 3.5), rangeOf(3.5, 8), rangeOf(8, 20), rangeOf(20, null)];
    const shareDirs = shares.map((_, index) => join(root, `share-${index}`));
    for (const index of [2, 0, 3, 1]) {
      const share = shares[index] as RenderShare;
      expect(await renderLog(dir, plan, shareDirs[index] as string, { follow: false, encoderThreads: 1, share })).toEqual([]);
    }
    const joinedDir = join(root, 'joined');
    const files = await joinRanges(shareDirs, joinedDir);
    // The last frame of AAC may reach over the end of its slice.
    expect(files.map(({ path, state, durationMs }) => [path, state, Math.round(durationMs / 100)])).toEqual([
      ['composite.mp4', 'complete', 100],
      ['composite.0002.mp4', 'complete', 30],
      ['composite.m3u8', 'complete', 130],
      ['composite.mp3', 'complete', 100],
      ['composite.0002.mp3', 'complete', 30],
      ['composite.wav', 'complete', 100],
      ['composite.0002.wav', 'complete', 30],
    ]);
    const path = join(joinedDir, 'composite.mp4');
    const report = await checkFile(path, { type: 'composite', people, tiles: grid(['alice', 'bob']), durationMs: 10_000, ...canvas });
    expect(report.problems).toEqual([]);
    const [whole, joined] = [await decodeFile(join(wholeDir, 'composite.mp4')), await decodeFile(path)];
    expect(joined.pictures.map((picture) => picture.timeS)).toEqual(whole.pictures.map((picture) => picture.timeS));
    expect(joined.sounds).toEqual(whole.sounds);
    expect(joined.errors).toBe(0);
    for (const name of ['composite.wav', 'composite.0002.wav'])
      expect(readFileSync(join(joinedDir, name)).equals(readFileSync(join(wholeDir, name))), name).toBe(true);
    const [wholeMp3, joinedMp3] = [
      await decodeFile(join(wholeDir, 'composite.0002.mp3')),
      await decodeFile(join(joinedDir, 'composite.0002.mp3')),
    ];
    expect(joinedMp3.sounds).toEqual(wholeMp3.sounds);
  });
});

describe('a render of a part of a recording', { timeout: 180_000 }, () => {
  const dir = join(root, 'part-log');
  const written = writeSyntheticLog({
    dir,
    durationS: 12,
    loopS: 10,
    participants: [{ identity: 'alice' }, { identity: 'bob' }, { identity: 'carol' }, { identity: 'dora', leaveS: 3 }],
    speakers: [{ atS: 1, identity: 'carol' }],
    layouts: [{ atS: 7, layout: { name: 'speaker' } }],
  });
  const window = { fromMs: 4300, toMs: 10_300 };
  const everybody = { allow: ['*'], deny: [] };
  const withoutCarol = { audio: { allow: ['*'], deny: ['carol'] }, video: { allow: ['*'], deny: ['carol'] } };

  it('holds the wanted time and people, and the layout changes of the session', async () => {
    const { people } = await written;
    const out = join(root, 'window');
    const plan = planRender({ ...output, formats: ['mp4'] }, 'rec_part', 0, { window, subscribe: withoutCarol });
    const [file] = await renderLog(dir, plan, out, { follow: false });
    expect(file).toMatchObject({ startMs: 4300, durationMs: 6000, state: 'complete' });
    const wanted = people.filter(({ identity }) => identity === 'alice' || identity === 'bob');
    const tiles = [
      ...grid(['alice', 'bob']).map((tile) => ({ ...tile, toMs: 2600 })),
      // Nobody who is left out is the speaker.
      { identity: 'alice', x: 0, y: 0, width: 640, height: 288, fromMs: 2800 },
    ];
    const report = await checkFile(join(out, 'composite.mp4'), { type: 'composite', people: wanted, tiles, startMs: 4300, ...canvas });
    const alice = report.people.find(({ identity }) => identity === 'alice');
    expect(alice?.video).toMatchObject({ strangers: [], holes: [] });
    // Those of the 200 ms around the change.
    expect(alice?.video?.framesLost).toBeLessThanOrEqual(4);
    expect(report.people.map(({ audio }) => audio?.holes)).toEqual([[], []]);
    expect(report.people.every(({ worstOffsetMs }) => Math.abs(worstOffsetMs ?? 999) <= 40)).toBe(true);
    // Carol is not heard: her beeps are of a pitch of her own.
    const carol = people.filter(({ identity }) => identity === 'carol');
    const heard = await checkFile(join(out, 'composite.mp4'), { type: 'composite', people: carol, tiles: [], startMs: 4300 });
    expect(heard.people[0]?.audio?.beepsHeard).toBe(0);
  });

  it('keeps one layout when the request names it', async () => {
    const { people } = await written;
    const out = join(root, 'kept');
    const plan = planRender({ ...output, formats: ['mp4'] }, 'rec_part', 0, { window, subscribe: withoutCarol, keepsLayout: true });
    await renderLog(dir, plan, out, { follow: false });
    const wanted = people.filter(({ identity }) => identity === 'alice' || identity === 'bob');
    const expected = { type: 'composite', people: wanted, tiles: grid(['alice', 'bob']), startMs: 4300, durationMs: 6000 } as const;
    expect((await checkFile(join(out, 'composite.mp4'), expected)).problems).toEqual([]);
  });

  it('makes individual files of those who are there, in shares by person', async () => {
    const { people } = await written;
    const plan = planRender({ type: 'individual', video: output.video }, 'rec_part', 0, {
      window,
      subscribe: { audio: everybody, video: everybody },
    });
    const shares = await splitRender(dir, plan);
    expect(shares.flatMap(({ keys }) => keys).sort()).toEqual(['alice.camera', 'bob.camera', 'carol.camera', 'dora.camera']);
    const dora = await renderLog(dir, plan, join(root, 'dora'), { follow: false, share: only('dora.camera') });
    expect(dora).toEqual([]);
    const out = join(root, 'bob');
    const files = await renderLog(dir, plan, out, { follow: false, share: only('bob.camera') });
    expect(files.map(({ key, startMs, durationMs }) => [key, startMs, durationMs])).toEqual([['bob.camera', 4300, 6000]]);
    const bob = people.filter(({ identity }) => identity === 'bob');
    const report = await checkFile(join(out, 'bob.camera.mp4'), { type: 'composite', people: bob, startMs: 4300, durationMs: 6000 });
    expect(report.problems).toEqual([]);
  });

  it('copies from the keyframe before the window on', async () => {
    await written;
    const out = join(root, 'copied');
    const plan = planRender({ type: 'individual', formats: ['webm'] }, 'rec_part', 0, { window });
    const files = await renderLog(dir, plan, out, { follow: false });
    expect(files.map(({ key }) => key).sort()).toEqual(['alice.camera', 'bob.camera', 'carol.camera']);
    for (const { path, startMs, durationMs } of files) {
      expect(startMs).toBeGreaterThan(window.fromMs - 2100); // a keyframe every 2 s
      expect(startMs).toBeLessThanOrEqual(window.fromMs);
      expect(Math.abs(startMs + durationMs - window.toMs)).toBeLessThan(68); // the last picture lasts to its end
      expect((await decodeFile(join(out, path))).errors).toBe(0);
    }
  });
});
