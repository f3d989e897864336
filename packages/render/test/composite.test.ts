import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layoutTiles } from '@tapedeck/layout';
import type { Person } from '@tapedeck/layout';
import { checkFile, writeSyntheticLog } from '@tapedeck/testkit';
import type { ExpectedTile } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';
import { decodeFile } from './decode-file.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-composite-'));
const workerPath = fileURLToPath(new URL('../src/worker.ts', import.meta.url));
const small = { width: 640, height: 360, fps: 15, bitrateKbps: 800 };
const canvas = { width: 640, height: 360 };
const settledMs = 1000;
/** Room for the picture in which a layout changes. */
const aroundMs = 80;

/** Tiles of a grid of these people for a span of the file. */
function gridOf(identities: readonly string[], fromMs?: number, toMs?: number): ExpectedTile[] {
  const people = identities.map((identity, joinedOrder): Person => ({
    identity,
    hasVideo: true,
    aspect: null,
    isSpeaking: false,
    isScreen: false,
    joinedOrder,
  }));
  const span = { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) };
  return layoutTiles('grid', canvas, people).map(({ identity, x, y, width, height }) => ({ identity, x, y, width, height, ...span }));
}

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a sender whose network stalls', { timeout: 60_000 }, () => {
  it('is heard and seen whole: what came up to a second late is in its place', async () => {
    const dir = join(root, 'stalls');
    const outDir = join(root, 'stalls-out');
    const participants = [{ identity: 'alice', weather: { stallEveryS: 4, stallMs: 1100 } }];
    const { people } = await writeSyntheticLog({ dir, durationS: 10, participants });
    const [file] = await renderLog(dir, planRender({ type: 'composite', video: small }, 'rec_stalls', 0), outDir, { follow: false });
    const report = await checkFile(join(outDir, file?.path ?? ''), { type: 'composite', people, tiles: gridOf(['alice']), ...canvas });
    expect(report.problems).toEqual([]);
    expect(report.people[0]?.audio?.beepsHeard).toBe(report.people[0]?.audio?.beepsExpected);
  });
});

describe('a composite grid', { timeout: 180_000 }, () => {
  const dir = join(root, 'three');
  const plan = planRender({ type: 'composite', formats: ['mp4', 'hls'], video: small }, 'rec_three', 0);
  const written = writeSyntheticLog({
    dir,
    durationS: 16,
    participants: [{ identity: 'alice', driftPpm: -100 }, { identity: 'bob', driftPpm: 100 }, { identity: 'carol' }],
  });
  const outDir = join(root, 'three-out');
  let mp4 = '';

  beforeAll(async () => {
    await written;
    const files = await renderLog(dir, plan, outDir, { follow: false });
    mp4 = join(outDir, files.find((file) => file.format === 'mp4')?.path ?? '');
  }, 180_000);

  it('shows everybody in the right tile, loses no frame and keeps sound with picture', async () => {
    const { people } = await written;
    const report = await checkFile(mp4, {
      type: 'composite',
      people,
      tiles: gridOf(['alice', 'bob', 'carol']),
      durationMs: 16_000,
      ...canvas,
    });
    expect(report.problems).toEqual([]);
    expect(report.pictures).toBe(240);
    for (const person of report.people) {
      expect(person.video?.framesLost).toBeLessThanOrEqual(1);
      expect(person.video?.strangers).toEqual([]);
      expect(Math.abs(person.worstOffsetMs ?? 999)).toBeLessThanOrEqual(40);
    }
  });

  it('makes the same bytes when it follows a log that is still being written', async () => {
    const growing = join(root, 'growing');
    const followOut = join(root, 'growing-out');
    const following = renderLog(growing, plan, followOut, { follow: true });
    const participants = [
      { identity: 'alice', mutes: [{ kind: 'video' as const, fromS: 3, toS: 5 }] },
      { identity: 'bob', joinS: 2, leaveS: 8 },
    ];
    await writeSyntheticLog({ dir: growing, durationS: 10, participants, loss: { percent: 2, burst: 3 }, jitterMs: 30 });
    await following;
    const laterOut = join(root, 'growing-later');
    await renderLog(growing, plan, laterOut, { follow: false, encoderThreads: 1 });
    const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
    expect(digest(join(followOut, 'composite.mp4'))).toBe(digest(join(laterOut, 'composite.mp4')));
  });

  it('loses and repeats nothing when its worker is killed again and again', async () => {
    const killedOut = join(root, 'three-killed');
    const planPath = join(root, 'three-plan.json');
    writeFileSync(planPath, JSON.stringify(plan));
    const request = JSON.stringify({ recordingDir: dir, planPath, outDir: killedOut, follow: false });
    let kills = 0;
    // Each life is longer than the one before, so that the last one finishes whatever the machine's speed.
    for (let lifeMs = 700; ; lifeMs += lifeMs * (0.1 + Math.random() * 0.4)) {
      const child = spawn(process.execPath, [workerPath, request], { stdio: ['ignore', 'ignore', 'inherit'] });
      const timer = setTimeout(() => child.kill('SIGKILL'), lifeMs);
      const end = await new Promise<number | string | null>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
      clearTimeout(timer);
      if (end === 0) break;
      expect(end).toBe('SIGKILL');
      kills++;
    }
    expect(kills).toBeGreaterThan(0);
    const { people } = await written;
    const report = await checkFile(join(killedOut, 'composite.mp4'), {
      type: 'composite',
      people,
      tiles: gridOf(['alice', 'bob', 'carol']),
      durationMs: 16_000,
    });
    expect(report.problems).toEqual([]);
    const [unbroken, resumed] = [await decodeFile(mp4), await decodeFile(join(killedOut, 'composite.mp4'))];
    expect(resumed.pictures.map((picture) => picture.timeS)).toEqual(unbroken.pictures.map((picture) => picture.timeS));
    expect(resumed.sounds).toEqual(unbroken.sounds);
    expect(resumed.errors).toBe(0);
  });

  it('changes the layout when people come, mute, resize and leave', async () => {
    const busy = join(root, 'busy');
    const log = await writeSyntheticLog({
      dir: busy,
      durationS: 18,
      participants: [
        { identity: 'alice', mutes: [{ kind: 'video', fromS: 4, toS: 8 }], resolutionChange: { atS: 11, width: 320, height: 180 } },
        { identity: 'bob', joinS: 6, leaveS: 14 },
      ],
    });
    const busyOut = join(root, 'busy-out');
    await renderLog(busy, plan, busyOut, { follow: false });
    const tiles = [
      ...gridOf(['alice'], 0, 6000),
      ...gridOf(['alice', 'bob'], 6000 + settledMs, 14_000 - settledMs),
      ...gridOf(['alice'], 14_000 + settledMs, 18_000),
    ];
    const report = await checkFile(join(busyOut, 'composite.mp4'), { type: 'composite', people: log.people, tiles, durationMs: 18_000 });
    expect(report.people.map(({ video }) => video?.strangers)).toEqual([[], []]);
    expect(report.people.flatMap(({ audio }) => audio?.holes ?? [])).toEqual([]);
    expect(report.durationErrorMs).toBeLessThanOrEqual(67);
  });

  it('puts the speaker into the large tile from the layout event on', async () => {
    const dirSpeaker = join(root, 'speaker');
    const log = await writeSyntheticLog({
      dir: dirSpeaker,
      durationS: 12,
      participants: [{ identity: 'alice' }, { identity: 'bob' }],
      speakers: [{ atS: 1, identity: 'bob' }],
      layouts: [{ atS: 5, layout: { name: 'speaker' } }],
    });
    const out = join(root, 'speaker-out');
    await renderLog(dirSpeaker, plan, out, { follow: false });
    const large = { x: 0, y: 0, width: 640, height: 288 };
    const tiles = [...gridOf(['alice', 'bob'], 0, 5000 - aroundMs), { identity: 'bob', ...large, fromMs: 5000 + aroundMs, toMs: 12_000 }];
    const report = await checkFile(join(out, 'composite.mp4'), { type: 'composite', people: log.people, tiles, durationMs: 12_000 });
    expect(report.people.find(({ identity }) => identity === 'bob')?.video).toMatchObject({ strangers: [], holes: [] });
  });

  it('renders a room where nobody ever came as black and silence of the right length', async () => {
    const empty = join(root, 'empty');
    await writeSyntheticLog({ dir: empty, durationS: 3, participants: [] });
    const [file] = await renderLog(empty, plan, join(root, 'empty-out'), { follow: false });
    expect(file).toMatchObject({ state: 'complete', durationMs: 3000 });
    const decoded = await decodeFile(join(root, 'empty-out', 'composite.mp4'));
    expect(decoded.pictures).toHaveLength(45);
  });
});
