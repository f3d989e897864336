import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkFile, makeTestBeep, paintTestPicture } from '../src/index.ts';
import type { ExpectedTile, FileExpectation } from '../src/index.ts';
import { writeTestFile } from '../src/check/write-test-file.ts';
import type { TestFile } from '../src/check/write-test-file.ts';

const dir = await mkdtemp(join(tmpdir(), 'tapedeck-check-'));
afterAll(() => rm(dir, { recursive: true }));

const FPS = 15;
const WIDTH = 640;
const HEIGHT = 360;
const DURATION_S = 12;
const IDS = [3, 4, 9, 200];
const TILES: readonly ExpectedTile[] = IDS.map((id, index) => ({
  identity: `p${id}`,
  x: (index % 2) * 320,
  y: Math.floor(index / 2) * 180,
  width: 320,
  height: 180,
}));

/** Who is shown in tile `tile` of picture `index`, and which frame; null: black. */
type Cast = (tile: number, index: number) => { readonly id: number; readonly frame: number } | null;
const rightCast: Cast = (tile, index) => ({ id: IDS[tile]!, frame: index });

function composite(cast: Cast, sound: Partial<TestFile> = {}): TestFile {
  const part = new Uint8Array((320 * 180 * 3) / 2);
  return {
    width: WIDTH,
    height: HEIGHT,
    fps: FPS,
    durationS: DURATION_S,
    paint(index) {
      const picture = new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(16, 0, WIDTH * HEIGHT).fill(128, WIDTH * HEIGHT);
      for (const [tile, { x, y }] of TILES.entries()) {
        const shown = cast(tile, index);
        if (shown === null) continue;
        paintTestPicture(part, { identity: shown.id, width: 320, height: 180, fps: FPS, frame: shown.frame });
        copyPlane(part, 0, 320, 180, picture, 0, WIDTH, x, y);
        for (const plane of [0, 1])
          copyPlane(part, 57_600 + plane * 14_400, 160, 90, picture, WIDTH * HEIGHT * (1 + plane / 4), WIDTH / 2, x / 2, y / 2);
      }
      return picture;
    },
    sound: (first, count) => mix(first, count),
    ...sound,
  };
}

function copyPlane(
  from: Uint8Array,
  offset: number,
  width: number,
  height: number,
  to: Uint8Array,
  toOffset: number,
  stride: number,
  x: number,
  y: number,
): void {
  for (let row = 0; row < height; row++)
    to.set(from.subarray(offset + row * width, offset + (row + 1) * width), toOffset + (y + row) * stride + x);
}

function mix(first: number, count: number, ids: readonly number[] = IDS): Int16Array {
  const sum = new Int16Array(count);
  for (const identity of ids)
    makeTestBeep({ identity, firstSample: first + 48_000 * 100, sampleCount: count }).forEach((sample, index) => (sum[index]! += sample));
  return sum;
}

const expectation: FileExpectation = {
  type: 'composite',
  people: IDS.map((id) => ({ identity: `p${id}`, id, fps: FPS, startMs: 0, driftPpm: 0 })),
  tiles: TILES,
  durationMs: DURATION_S * 1000,
  width: WIDTH,
  height: HEIGHT,
};

async function check(name: string, file: TestFile, expected: FileExpectation = expectation) {
  const path = join(dir, `${name}.mp4`);
  await writeTestFile(path, file);
  return checkFile(path, expected);
}

test('a faultless composite has no problem, and its sync is measured to 2 ms', async () => {
  const report = await check('right', composite(rightCast));
  expect(report.problems).toEqual([]);
  expect(report.pictures).toBe(DURATION_S * FPS);
  for (const { sync, video, audio } of report.people) {
    expect(Math.abs(sync[0]!.audioDelayMs!)).toBeLessThan(2);
    expect(video).toMatchObject({ framesLost: 0, framesRepeated: 0, framesMisplaced: 0, framesDiscoloured: 0 });
    expect(audio!.beepsHeard).toBe(audio!.beepsExpected);
    expect(audio!.beepsExpected).toBeGreaterThanOrEqual(10);
  }
});

test('sound 60 ms late is said to be so', async () => {
  const report = await check('shifted', composite(rightCast, { sound: (first, count) => mix(first - 2880, count) }));
  expect(report.problems.length).toBe(IDS.length);
  const { audioDelayMs } = report.people[0]!.sync[0]!;
  expect(audioDelayMs).toBeGreaterThan(58);
  expect(audioDelayMs).toBeLessThan(62);
});

test('a frozen stretch shows as lost, repeated and misplaced frames of that person alone', async () => {
  const report = await check(
    'frozen',
    composite((tile, index) => ({ id: IDS[tile]!, frame: tile === 1 && index >= 60 && index < 70 ? 59 : index })),
  );
  expect(report.people[1]!.video).toMatchObject({ framesLost: 10, framesRepeated: 10, framesMisplaced: 7 });
  expect(report.problems.every((problem) => problem.startsWith('p4:'))).toBe(true);
  expect(report.people[1]!.sync[0]!.videoDelayMs).toBeCloseTo(report.people[0]!.sync[0]!.videoDelayMs!, 3);
  expect(report.people[0]!.video).toMatchObject({ framesLost: 0, framesRepeated: 0, framesMisplaced: 0 });
});

test('swapped tiles are seen as strangers', async () => {
  const report = await check(
    'swapped',
    composite((tile, index) => ({ id: IDS[[1, 0, 2, 3][tile]!]!, frame: index })),
  );
  expect(report.people.map(({ video }) => video!.strangers)).toEqual([[4], [3], [], []]);
  expect(report.problems.some((problem) => problem.startsWith('p3: never seen'))).toBe(true);
});

test('a second of silence and a second of black are found where they are', async () => {
  const silent = (first: number, count: number) => mix(first, count, first >= 48_000 * 5 && first < 48_000 * 6 ? [3, 4, 9] : IDS);
  const report = await check(
    'holes',
    composite((tile, index) => (tile === 0 && index >= 90 && index < 105 ? null : rightCast(tile, index)), { sound: silent }),
  );
  const [black] = report.people[0]!.video!.holes;
  expect(black!.fromMs).toBeGreaterThan(5900);
  expect(black!.toMs).toBeLessThan(7100);
  const [silence] = report.people[3]!.audio!.holes;
  // The others' beeps of that second spill over for their 100 ms.
  expect(Math.abs(silence!.fromMs - 5000)).toBeLessThan(130);
  expect(Math.abs(silence!.toMs - 6000)).toBeLessThan(60);
  expect(report.people[3]!.audio!.beepsHeard).toBe(report.people[3]!.audio!.beepsExpected - 1);
  expect(report.people[0]!.audio!.holes).toEqual([]);
});

test('only the watched spans are decoded; faults outside them do not count, sound is heard whole', async () => {
  const cast: Cast = (tile, index) => (index < 60 && tile === 0 ? null : rightCast(tile, index));
  const path = join(dir, 'watched.mp4');
  await writeTestFile(path, composite(cast));
  const report = await checkFile(path, {
    ...expectation,
    watch: [
      { fromMs: 5500, toMs: 7500 },
      { fromMs: 9000, toMs: 11_000 },
    ],
  });
  expect(report.problems).toEqual([]);
  expect(report.pictures).toBe(23 + 15); // from the keyframes at 6 s and 10 s
  expect(report.people[0]!.video).toMatchObject({ framesExpected: 38, framesSeen: 38 });
  expect(report.people[0]!.audio!.beepsHeard).toBeGreaterThanOrEqual(10);
  const unlucky = await checkFile(path, { ...expectation, watch: [{ fromMs: 2000, toMs: 4500 }] });
  expect(unlucky.people[0]!.video!.holes.length).toBe(1);
});

test('pictures dropped from an individual file are counted; a live person needs no known start', async () => {
  const picture = new Uint8Array((WIDTH * HEIGHT * 3) / 2);
  const file: TestFile = {
    width: WIDTH,
    height: HEIGHT,
    fps: 20,
    durationS: DURATION_S,
    paint(index) {
      if (index % 50 === 49) return null;
      paintTestPicture(picture, { identity: 3, width: WIDTH, height: HEIGHT, fps: 20, frame: index + 100 });
      return picture;
    },
    sound: (first, count) => mix(first, count, [3]),
  };
  const report = await check('dropped', file, { type: 'individual', people: [{ identity: 'p3', id: 3, fps: 20 }], durationMs: 11_000 });
  expect(report.people[0]!.video).toMatchObject({ framesLost: 4, framesRepeated: 0, framesMisplaced: 0 });
  expect(Math.abs(report.people[0]!.sync[0]!.offsetMs!)).toBeLessThan(2);
  expect(report.durationErrorMs).toBeGreaterThan(900);
  expect(report.problems.length).toBe(2);
});
