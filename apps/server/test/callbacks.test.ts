import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Event } from '@tapedeck/protocol';
import { isTerminal, type Recording } from '@tapedeck/protocol';
import { requirement } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { readArchive } from './support/read-archive.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';

const livekit = requirement('livekit');
const small = { type: 'composite', formats: ['mp4', 'hls'], video: { width: 320, height: 180, fps: 15 } };

describe.skipIf(livekit === null)('what a node tells about a recording', { timeout: 120_000 }, () => {
  let dataDir: string;
  let server: ServerProcess;
  let target: Server;
  const posted: Event[] = [];
  const streamed: Event[] = [];
  const closing = new AbortController();

  const authorization = `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`;
  const call = async (path: string, body?: object): Promise<Response> =>
    await fetch(`${server.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  beforeAll(async () => {
    dataDir = makeDataDir();
    server = await startServerProcess(dataDir, { TAPEDECK_OUTGOING_ALLOW_PRIVATE: '127.0.0.1' });
    target = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      request.on('end', () => {
        posted.push(JSON.parse(text) as Event);
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(target, 'listening');
  });
  afterAll(async () => {
    closing.abort();
    target.close();
    await cleanUp(dataDir, server);
  });

  /** Follows the stream as a browser does: a lost connection is made again behind the last event. */
  async function follow(): Promise<void> {
    const last = streamed.at(-1)?.id;
    const headers = { authorization, ...(last !== undefined && { 'last-event-id': last }) };
    const answer = await fetch(`${server.url}/v1/events`, { headers, signal: closing.signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    void (async () => {
      let text = '';
      for await (const piece of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
        text += piece;
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (data !== undefined) streamed.push(JSON.parse(data) as Event);
        }
      }
      throw new Error('The stream ended.');
    })().catch(async () => {
      if (!closing.signal.aborted) await vi.waitFor(follow, { timeout: 30_000, interval: 100 });
    });
  }

  it('is the same by webhook, stream and query, in order, with one end, also when the API is killed meanwhile', async () => {
    const made = await call('/v1/webhooks', { url: `http://127.0.0.1:${(target.address() as AddressInfo).port}/` });
    expect(made.status).toBe(201);
    await follow();
    const people = await bringPeople(server, 'told', ['ada']);
    const { id } = await server.api.create({ room: 'told', outputs: [small], metadata: { meetingId: '7' } } as never);
    await waitForRecording(server.api, id, ({ state }) => state === 'recording');
    for (const pid of server.rolePids('api')) process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect((await call('/healthz')).status).toBe(200), { timeout: 30_000, interval: 100 });
    await server.api.stop(id);
    const ended = await waitForRecording(server.api, id, ({ state }) => isTerminal(state));
    await sendHome(people);
    const { items } = (await (await call(`/v1/recordings/${id}/events`)).json()) as { items: { id: string; type: string }[] };
    const history = items.map((event) => event.id);
    const once = (events: readonly Event[]): string[] => [
      ...new Set(events.filter(({ recording }) => recording.id === id).map((event) => event.id)),
    ];
    await vi.waitFor(() => expect(once(posted)).toEqual(history), { timeout: 30_000 });
    await vi.waitFor(() => expect(once(streamed)).toEqual(history), { timeout: 30_000 });
    expect(posted.filter(({ type, recording }) => type === 'recording.state_changed' && isTerminal(recording.state)).length).toBe(1);
    const bare = (recording: Recording): object => ({ ...recording, files: recording.files.map((file) => ({ ...file, url: null })) });
    for (const last of [posted.at(-1), streamed.at(-1)]) expect(bare(last?.recording as Recording)).toEqual(bare(ended));
    const [file] = (posted.at(-1)?.recording.files ?? []).filter(({ format }) => format === 'mp4');
    expect((await fetch(file?.url ?? '')).headers.get('content-length')).toBe(String(file?.sizeBytes));
  });

  it('comes as one archive that another program reads, and is counted', async () => {
    const page = (await (await call('/v1/recordings?metadata=meetingId:7&participant=ada')).json()) as { items: Recording[] };
    const recording = page.items[0] as Recording;
    const names = Object.keys(await readArchive(server.url, recording.id, join(dataDir, 'archive.zip')));
    expect(names).toEqual(
      expect.arrayContaining([expect.stringMatching(/\.mp4$/), expect.stringMatching(/\.m3u8$/), expect.stringMatching(/\.m4s$/)]),
    );
    const { items } = (await (await call('/v1/usage')).json()) as { items: { mode: string; tier: string; seconds: number }[] };
    const recordedMs = recording.files.find(({ format }) => format === 'mp4')?.durationMs ?? 0;
    expect(items).toEqual([expect.objectContaining({ mode: 'composite', tier: 'sd' })]);
    expect(Math.abs((items[0]?.seconds ?? 0) * 1000 - recordedMs)).toBeLessThan(200); // the playlist may be a part of a second longer
  });
});
