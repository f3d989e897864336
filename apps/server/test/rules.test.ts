import { join } from 'node:path';
import { roomService } from '@tapedeck/livekit';
import { decodeFile, type LightPublisher, readTestPicture, requirement } from '@tapedeck/testkit';
import { isTerminal, type Recording } from '@tapedeck/protocol';
import { describe, expect, it } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { testPair } from './support/server-process.ts';
import { useServer } from './support/use-server.ts';

const livekit = requirement('livekit');
const canvas = { width: 320, height: 180 };
const small = { type: 'composite', video: { ...canvas, fps: 15 } } as const;
const copied = { type: 'individual', formats: ['webm'] } as const;
const framesPerSecond = 15;

describe.skipIf(livekit === null)('rules of a recording', { timeout: 120_000 }, () => {
  const server = useServer();

  const ended = (id: string): Promise<Recording> => waitForRecording(server.api, id, (recording) => isTerminal(recording.state));
  const inState = (id: string, state: Recording['state']): Promise<Recording> =>
    waitForRecording(server.api, id, (recording) => recording.state === state);
  const start = async (request: object): Promise<string> => {
    const { id } = await server.api.create(request);
    await inState(id, 'recording');
    return id;
  };
  const post = async (path: string, body: object = {}, method = 'POST'): Promise<void> => {
    const headers = { authorization: `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/v1/recordings/${path}`, { method, headers, body: JSON.stringify(body) });
    expect(answer.status, await answer.text()).toBe(200);
  };
  const stop = async (id: string): Promise<Recording> => {
    await server.api.stop(id);
    const recording = await ended(id);
    expect(recording.state, JSON.stringify(recording.error)).toBe('completed');
    return recording;
  };

  it('decide by person and source what is recorded, each recording for itself, and may change while it runs', async () => {
    const people = await bringPeople(server, 'rules', ['ada', 'bo']);
    const screen = await bringPeople(server, 'rules', ['screen'], true);
    const without = (...deny: string[]): object => ({ audio: { deny }, video: { deny } });
    const mixed = await start({ room: 'rules', outputs: [small], subscribe: without('screen') });
    const [widened, screens] = await Promise.all([
      start({ room: 'rules', outputs: [copied], subscribe: without('b*') }),
      start({ room: 'rules', outputs: [copied], subscribe: { video: { sources: ['screen_share'] }, audio: { allow: [] } } }),
    ]);
    await played(people[0], 3);
    await post(mixed, { subscribe: without('screen', 'b*') }, 'PATCH');
    await post(widened, { subscribe: {} }, 'PATCH');
    await played(people[0], 3);
    const [one, two, three] = await Promise.all([stop(mixed), stop(widened), stop(screens)]);
    await sendHome([...people, ...screen]);

    const shown = await picturesOf(
      one,
      [0, canvas.height / 2].map((y) => ({ x: 0, y, width: 320, height: 90 })),
    );
    const first = shown.filter(({ ms }) => ms > 1_000 && ms < 2_500);
    expect(new Set(first.map(({ tiles }) => tiles.map((tile) => tile?.identity).join('+')))).toEqual(new Set(['1+2']));
    const alone = await picturesOf(one, [{ x: 0, y: 0, ...canvas }]);
    expect(alone.slice(-20).map(({ tiles }) => tiles[0]?.identity)).toEqual(Array(20).fill(1));

    // A later render follows the rules as they changed, not the last ones.
    const { id: renderId } = await server.api.startRender(mixed, { output: small });
    const rendered = async (): Promise<string> => (await server.api.getRender(mixed, renderId)).state;
    await expect.poll(rendered, { timeout: 60_000, interval: 200 }).toBe('completed');
    const again = await picturesOf(await server.api.getRender(mixed, renderId), [{ x: 0, y: canvas.height / 2, width: 320, height: 90 }]);
    const seen = again.filter(({ ms }) => ms > 1_000 && ms < 2_500).map(({ tiles }) => tiles[0]?.identity);
    expect(new Set(seen)).toEqual(new Set([2]));

    const startsMs = (recording: Recording, identity: string): number[] =>
      recording.files.filter(({ participant }) => participant === identity).map(({ startMs }) => startMs);
    expect(startsMs(two, 'ada')).toEqual([expect.any(Number)]);
    expect(startsMs(two, 'bo')[0]).toBeGreaterThan(2_500);
    expect(three.files.map(({ participant, source, audioCodec }) => [participant, source, audioCodec])).toEqual([['screen', 'screen_share', null]]); // prettier-ignore
  });

  it('say whether a pause is cut out or held, side by side in one room', async () => {
    const people = await bringPeople(server, 'pauses', ['ada']);
    const modes = ['cut', 'hold'] as const;
    const ids = await Promise.all(modes.map((pauseMode) => start({ room: 'pauses', outputs: [small, copied], pauseMode })));
    await played(people[0], 2);
    await Promise.all(ids.map(async (id) => await post(`${id}/pause`)));
    await Promise.all(ids.map(async (id) => await inState(id, 'paused')));
    await played(people[0], 3);
    await Promise.all(ids.map(async (id) => await post(`${id}/resume`)));
    await Promise.all(ids.map(async (id) => await inState(id, 'recording')));
    await played(people[0], 2);
    const [cut, held] = await Promise.all(ids.map(async (id) => await stop(id)));
    await sendHome(people);
    for (const type of ['composite', 'individual']) {
      const [shortMs, longMs] = [cut, held].map((recording) => recording?.files.find((file) => file.type === type)?.durationMs ?? 0);
      expect((longMs ?? 0) - (shortMs ?? 0), type).toBeGreaterThan(2_500);
      expect((longMs ?? 0) - (shortMs ?? 0), type).toBeLessThan(4_500);
    }
    const frames = (await picturesOf(held as Recording, [{ x: 0, y: 0, ...canvas }])).map(({ tiles }) => tiles[0]?.frame);
    expect(longestRun(frames)).toBeGreaterThan(2.5 * framesPerSecond); // the last picture stays
    expect(new Set(frames.slice(-10)).size).toBeGreaterThan(5); // and goes on
    const going = (await picturesOf(cut as Recording, [{ x: 0, y: 0, ...canvas }])).map(({ tiles }) => tiles[0]?.frame);
    expect(longestRun(going)).toBeLessThan(1.5 * framesPerSecond); // until the next keyframe
  });

  it('let a pause be over that ends while there is no recorder', async () => {
    const people = await bringPeople(server, 'orphaned', ['ada']);
    const id = await start({ room: 'orphaned', outputs: [small] });
    await played(people[0], 2);
    await post(`${id}/pause`);
    await inState(id, 'paused');
    for (const pid of server.rolePids('recorder')) process.kill(pid, 'SIGKILL');
    await post(`${id}/resume`);
    await inState(id, 'recording');
    await played(people[0], 3);
    const recording = await stop(id);
    await sendHome(people);
    const frames = (await picturesOf(recording, [{ x: 0, y: 0, ...canvas }])).map(({ tiles }) => tiles[0]?.frame);
    expect(frames.length).toBeGreaterThan(4 * framesPerSecond);
    expect(new Set(frames.slice(-framesPerSecond)).size).toBeGreaterThan(framesPerSecond / 2);
  });

  it('let it wait for those who come back, also when the empty room is closed meanwhile', async () => {
    const first = await bringPeople(server, 'reopened', ['ada']);
    const id = await start({ room: 'reopened', outputs: [copied], idleTimeoutS: 2, resumeWaitS: 20 });
    await played(first[0], 2);
    await sendHome(first);
    await expect.poll(async () => (await server.api.get(id)).participants[0]?.leftMs, { timeout: 10_000 }).toEqual(expect.any(Number));
    await roomService(server.url, testPair).deleteRoom('reopened');
    const second = await bringPeople(server, 'reopened', ['ada']);
    await expect.poll(async () => (await server.api.get(id)).participants.length, { timeout: 10_000 }).toBe(2);
    await played(second[0], 2);
    const recording = await stop(id);
    await sendHome(second);
    expect(recording.files.map(({ participant }) => participant)).toEqual(['ada']);
    expect(recording.files[0]?.durationMs).toBeGreaterThan(recording.participants[1]?.joinedMs ?? Infinity);
  });

  it('end it after its longest duration, or without media', async () => {
    const people = await bringPeople(server, 'ends', ['ada']);
    const [short, silent] = await Promise.all([
      start({ room: 'ends', outputs: [copied], maxDurationS: 2 }),
      start({ room: 'ends', outputs: [copied], idleTimeoutS: 1 }),
    ]);
    const one = await ended(short);
    expect(one).toMatchObject({ state: 'completed', endReason: 'max-duration' });
    expect(one.files[0]?.durationMs).toBeGreaterThan(1_500);
    expect(one.files[0]?.durationMs).toBeLessThan(3_000);
    await sendHome(people);
    expect(await ended(silent)).toMatchObject({ state: 'completed', endReason: 'idle' });
  });

  /** Resolves when the publisher has sent so many more seconds of pictures. */
  async function played(person: LightPublisher | undefined, seconds: number): Promise<void> {
    const until = (person?.framesPublished ?? 0) + seconds * framesPerSecond;
    await expect.poll(() => person?.framesPublished, { timeout: 30_000, interval: 50 }).toBeGreaterThanOrEqual(until);
  }

  /** What the test pictures in these rectangles of a composite say, picture by picture. */
  async function picturesOf(
    recording: Pick<Recording, 'files'>,
    rectangles: readonly { x: number; y: number; width: number; height: number }[],
  ): Promise<{ ms: number; tiles: ReturnType<typeof readTestPicture>[] }[]> {
    const key = recording.files.find(({ type, format }) => type === 'composite' && format === 'mp4')?.key ?? '';
    const pictures: { ms: number; tiles: ReturnType<typeof readTestPicture>[] }[] = [];
    await decodeFile(join(server.dataDir, 'data', 'storage', 'default', key), {
      picture: ({ ms, planes, strides }) => {
        const view = { luma: planes[0] ?? new Uint8Array(), lumaStride: strides[0] ?? 0 };
        pictures.push({ ms, tiles: rectangles.map((rectangle) => readTestPicture({ ...view, ...rectangle })) });
      },
      sound: () => undefined,
    });
    return pictures;
  }
});

function longestRun(values: readonly unknown[]): number {
  let longest = 0;
  let run = 0;
  for (const [index, value] of values.entries()) {
    run = index > 0 && value === values[index - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
