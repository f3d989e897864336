import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal, type Recording, type Render } from '@tapedeck/protocol';
import { decodeFile, readTestPicture, requirement } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';

const livekit = requirement('livekit');
const video = { width: 640, height: 360, fps: 15 };
/** A PNG of two by two red pixels. */
const redPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP8zwACTGCSAQANHQEDgslx/wAAAABJRU5ErkJggg==',
  'base64',
);

interface LoggedEvent {
  readonly type: string;
  readonly us: number;
}

/** What one decoded file shows, picture by picture. */
interface Seen {
  readonly ms: number;
  /** Number of the person who fills the canvas; null while there is a grid. */
  readonly alone: number | null;
  readonly hasLogo: boolean;
}

/** The first picture of the new layout: at the very beginning somebody may be alone in the grid. */
const firstAfterGrid = (seen: readonly Seen[]): Seen => seen[seen.findLastIndex(({ alone }) => alone === null) + 1]!;

describe.skipIf(livekit === null)('a layout changed while it records', { timeout: 120_000 }, () => {
  let dataDir: string;
  let server: ServerProcess;
  let web: Server;
  let webUrl: string;
  let fetches = 0;
  beforeAll(async () => {
    web = createServer((request, response) => {
      fetches++;
      if (request.url === '/moved.png') response.writeHead(302, { location: '/logo.png' }).end();
      else if (request.url === '/logo.png') response.end(redPng);
      else response.writeHead(404).end('gone');
    }).listen(0, '127.0.0.1');
    await once(web, 'listening');
    webUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
    dataDir = makeDataDir();
    server = await startServerProcess(dataDir, { TAPEDECK_OUTGOING_ALLOW_PRIVATE: '127.0.0.1' });
  });
  afterAll(async () => {
    web.closeAllConnections();
    web.close();
    await cleanUp(dataDir, server);
  });

  const call = async <T>(path: string, method = 'GET', body?: object): Promise<{ status: number; body: T }> => {
    const authorization = `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`;
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as T };
  };
  const logOf = (id: string): LoggedEvent[] => {
    const path = join(dataDir, 'data', 'recordings', id, 'e1', 'session.jsonl');
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as LoggedEvent);
  };
  /** Resolves once so much media lies behind the newest event of this type in the log. */
  const untilAfter = async (id: string, type: string, ms: number): Promise<void> => {
    for (;;) {
      const events = logOf(id);
      const from = events.findLast((event) => event.type === type);
      if (from !== undefined && events.some((event) => event.type === 'clock' && event.us >= from.us + ms * 1000)) return;
      await delay(50);
    }
  };
  const look = async (key: string): Promise<Seen[]> => {
    const seen: Seen[] = [];
    await decodeFile(join(dataDir, 'data', 'storage', 'default', key), {
      picture: ({ ms, width, height, planes, strides }) => {
        const luma = planes[0]!;
        const whole = readTestPicture({ luma, lumaStride: strides[0]!, x: 0, y: 0, width, height });
        const v = planes[2]![5 * strides[2]! + 5]!;
        seen.push({ ms, alone: whole?.identity ?? null, hasLogo: v > 200 });
      },
      sound: () => undefined,
    });
    return seen;
  };

  it('is drawn within 300 ms, survives a missing picture, and is drawn the same again from the log', async () => {
    const people = await bringPeople(server, 'live', ['ada', 'bo']);
    const watermarks = [
      { type: 'image', url: `${webUrl}/moved.png`, x: 0, y: 0, width: 0.05, height: 0.08, fit: 'fill' },
      { type: 'image', url: `${webUrl}/gone.png?token=secret`, x: 0.5, y: 0.5 },
      { type: 'image', url: `data:image/png;base64,${redPng.subarray(0, 40).toString('base64')}` },
    ];
    const layout = { name: 'grid', watermarks, labels: {} };
    const created = await call<Recording>('/v1/recordings', 'POST', { room: 'live', outputs: [{ type: 'composite', video, layout }] });
    expect(created.status).toBe(201);
    const { id } = created.body;
    await waitForRecording(server.api, id, ({ state }) => state === 'recording');
    await untilAfter(id, 'started', 2_500);

    const tooWide = { layout: { name: 'custom', tiles: [{ identity: 'ada', x: 600, y: 0, width: 64, height: 90 }] } };
    expect(await call(`/v1/recordings/${id}`, 'PATCH', tooWide)).toMatchObject({ status: 400, body: { field: 'layout.tiles[0].width' } });
    const background = { image: { url: `${webUrl}/logo.png` } };
    const placeholder = { image: { url: `${webUrl}/lost.png` } };
    const change = { layout: { name: 'single', main: { identity: 'bo' }, background, placeholder } };
    expect((await call(`/v1/recordings/${id}`, 'PATCH', change)).status).toBe(200);
    await untilAfter(id, 'layout', 2_000);
    await server.api.stop(id);
    const recording = await waitForRecording(server.api, id, ({ state }) => isTerminal(state));
    await sendHome(people);
    expect([recording.state, recording.files.length]).toEqual(['completed', 1]);

    const { body: history } = await call<{ items: { type: string; data: { url: string; detail: string } }[] }>(
      `/v1/recordings/${id}/events`,
    );
    const failed = history.items.filter(({ type }) => type === 'recording.picture_failed');
    expect(failed.map(({ data }) => [data.url.slice(0, 22), /404|cannot be decoded/.exec(data.detail)?.[0]])).toEqual(
      expect.arrayContaining([
        [`${webUrl}/gone.png…`.slice(0, 22), '404'],
        [`${webUrl}/lost.png`.slice(0, 22), '404'],
        ['data:image/png;base64,', 'cannot be decoded'],
      ]),
    );
    expect(failed).toHaveLength(3);
    expect(JSON.stringify(failed)).not.toContain('secret');

    const events = logOf(id);
    const changedMs = (events.find(({ type }) => type === 'layout')!.us - events.find(({ type }) => type === 'started')!.us) / 1000;
    const seen = await look(recording.files[0]!.key);
    const firstAlone = firstAfterGrid(seen);
    expect(firstAlone.alone).toBe(2);
    expect(firstAlone.ms - changedMs).toBeGreaterThan(-100);
    expect(firstAlone.ms - changedMs).toBeLessThanOrEqual(300);
    expect(seen.filter(({ ms, alone }) => ms >= firstAlone.ms && alone !== 2)).toEqual([]);
    expect(seen.filter(({ ms, hasLogo }) => hasLogo !== ms < firstAlone.ms)).toEqual([]);

    const kept = readdirSync(join(dataDir, 'data', 'recordings', id, 'images')).filter((name) => name.endsWith('.png'));
    expect(kept).toHaveLength(2); // the logo once, under whatever address, and the broken one as it came
    const before = fetches;
    const render = await call<Render>(`/v1/recordings/${id}/renders`, 'POST', { output: { type: 'composite', video } });
    const again = await untilRendered(id, render.body.id);
    expect(again.state).toBe('completed');
    const reseen = await look(again.files[0]!.key);
    expect(firstAfterGrid(reseen).ms).toBeCloseTo(firstAlone.ms, 0);
    expect(reseen.filter(({ ms, hasLogo }) => hasLogo !== ms < firstAlone.ms)).toEqual([]);
    expect(fetches).toBe(before);
  });

  const untilRendered = async (id: string, renderId: string): Promise<Render> => {
    for (;;) {
      const { body } = await call<Render>(`/v1/recordings/${id}/renders/${renderId}`);
      if (body.state === 'completed' || body.state === 'failed') return body;
      await delay(100);
    }
  };
});
