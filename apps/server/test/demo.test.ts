import { readFileSync } from 'node:fs';
import { checkFile, decodeFile, type ExpectedTile, readTestPicture, requirement } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoResult } from '../src/demo/demo.ts';
import { cleanUp, makeDataDir, runCommand } from './support/server-process.ts';

const livekit = requirement('livekit');
const people = [
  { identity: 'ada', id: 1, fps: 20, frameModulus: 80 },
  { identity: 'bo', id: 2, fps: 20, frameModulus: 80 },
  { identity: 'chen', id: 3, fps: 20, frameModulus: 80 },
];
const tiles = [
  { x: 0, y: 0, width: 640, height: 360 },
  { x: 640, y: 0, width: 640, height: 360 },
  { x: 320, y: 360, width: 640, height: 360 },
];
/** Individual files of the demo are composed too: 15 pictures a second that show the newest of the person's 20. */
const whole = (identity = ''): ExpectedTile[] => [{ identity, x: 0, y: 0, width: 640, height: 360 }];

describe.skipIf(livekit === null)('tapedeck demo --once --json --seconds 8', { timeout: 180_000 }, () => {
  let dataDir: string;
  let result: DemoResult;
  beforeAll(async () => {
    dataDir = makeDataDir();
    const run = await runCommand(['demo', '--once', '--json', '--seconds', '8'], dataDir);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout.trim().split('\n').at(-1)).toMatch(/^\{.*\}$/);
    result = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as DemoResult;
  }, 120_000);
  afterAll(() => cleanUp(dataDir, null));

  it('names a composite (MP4 and HLS) and a file per person, each as long as the call', () => {
    expect(result.recordingId).toMatch(/^rec_/);
    const names = result.files.map((file) => [file.type, file.participant ?? null, file.format].join(' ')).sort();
    expect(names).toEqual(['composite  hls', 'composite  mp4', 'individual ada mp4', 'individual bo mp4', 'individual chen mp4']);
    for (const file of result.files) {
      expect(file.durationMs).toBeGreaterThan(7_500);
      expect(file.durationMs).toBeLessThan(10_500);
    }
  });

  it.each(['mp4', 'hls'])('shows three different people in the %s composite, in sync, without a hole', async (format) => {
    const path = result.files.find((file) => file.type === 'composite' && file.format === format)?.path ?? '';
    const shown = await whoIsWhere(path, 5_000);
    expect([...shown.map((tile) => tile.identity)].sort()).toEqual(['ada', 'bo', 'chen']);
    const report = await checkFile(path, { type: 'composite', people, tiles: shown, width: 1280, height: 720 });
    expect(report.problems).toEqual([]);
    for (const person of report.people) expect(Math.abs(person.worstOffsetMs ?? Infinity)).toBeLessThanOrEqual(40);
  });

  it('has each person alone in a file of their own, in sync, without a hole', async () => {
    for (const file of result.files.filter(({ type }) => type === 'individual')) {
      const person = people.find(({ identity }) => identity === file.participant);
      const report = await checkFile(file.path, {
        type: 'composite',
        tiles: whole(file.participant),
        people: person === undefined ? [] : [person],
      });
      expect(report.problems, file.path).toEqual([]);
    }
  });

  it('ends its playlist and names only parts that are there', () => {
    const path = result.files.find((file) => file.format === 'hls')?.path ?? '';
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines.at(-1)).toBe('#EXT-X-ENDLIST');
    for (const part of lines.filter((line) => !line.startsWith('#')))
      expect(readFileSync(path.replace(/[^/]+$/, part)).length).toBeGreaterThan(0);
  });
});

/** Which of the three tiles shows whom at an instant: people are placed in the order in which they came. */
async function whoIsWhere(path: string, atMs: number): Promise<ExpectedTile[]> {
  const found = new Map<number, ExpectedTile>();
  await decodeFile(path, {
    picture: ({ ms, planes, strides }) => {
      if (ms < atMs) return;
      for (const tile of tiles) {
        const reading = readTestPicture({ luma: planes[0] ?? new Uint8Array(), lumaStride: strides[0] ?? 0, ...tile });
        const person = people.find(({ id }) => id === reading?.identity);
        if (person !== undefined && !found.has(person.id)) found.set(person.id, { identity: person.identity, ...tile });
      }
    },
    sound: () => undefined,
  });
  return [...found.values()];
}
