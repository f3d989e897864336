import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isTerminal } from '@tapedeck/protocol';
import { requirement } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { cleanUp, makeDataDir, type ServerProcess, startServerProcess, testPair } from './support/server-process.ts';

const livekit = requirement('livekit');
const small = { type: 'composite', video: { width: 320, height: 180, fps: 15 } };

/** A callback as it arrives from Volcengine. */
interface Posted {
  readonly EventType: string;
  readonly EventData: string;
  readonly EventTime: string;
  readonly EventId: string;
  readonly AppId: string;
  readonly Version: string;
  readonly Nonce: string;
  readonly Signature: string;
}

describe.skipIf(livekit === null)('what happens in rooms, told in a vendor’s words', { timeout: 90_000 }, () => {
  let dataDir: string;
  let server: ServerProcess;
  let target: Server;
  const posted: Posted[] = [];
  let status = 200;

  const patch = async (volcengine: object): Promise<void> => {
    const headers = { authorization: `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/v1/application`, { method: 'PATCH', headers, body: JSON.stringify({ volcengine }) });
    if (!answer.ok) throw new Error(await answer.text());
  };

  beforeAll(async () => {
    dataDir = makeDataDir();
    server = await startServerProcess(dataDir, { TAPEDECK_OUTGOING_ALLOW_PRIVATE: '127.0.0.1', TAPEDECK_AUTO_RECORD_POLL_S: '0' });
    target = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      request.on('end', () => {
        posted.push(JSON.parse(text) as Posted);
        response.statusCode = status;
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(target, 'listening');
    await patch({
      appIds: ['myapp'],
      callbackUrl: `http://127.0.0.1:${(target.address() as AddressInfo).port}/`,
      callbackKey: 'callback-key',
    });
  });
  afterAll(async () => {
    target.close();
    await cleanUp(dataDir, server);
  });

  const told = (room: string): readonly (readonly [type: string, user: unknown])[] =>
    posted.flatMap(({ EventType, EventData }) => {
      const data = JSON.parse(EventData) as { RoomId: string; UserId?: string };
      return data.RoomId === room ? [[EventType, data.UserId ?? null] as const] : [];
    });

  it('tells who came, sent and left, once each and in order; nothing of recorders, and of who left not that their tracks ended', async () => {
    const ada = await bringPeople(server, 'told', ['ada']);
    await vi.waitFor(() => expect(told('told')).toHaveLength(4), { timeout: 10_000, interval: 50 });
    const { id } = await server.api.create({ room: 'told', outputs: [small], idleTimeoutS: 2 } as never);
    await waitForRecording(server.api, id, ({ state }) => state === 'recording');
    await sendHome(ada);
    await waitForRecording(server.api, id, ({ state }) => isTerminal(state));
    await vi.waitFor(() => expect(told('told').at(-1)).toEqual(['UserLeaveRoom', 'ada']), { timeout: 10_000, interval: 50 });
    const [created, joined, ...others] = told('told');
    expect([created, joined]).toEqual([
      ['RoomCreate', null],
      ['UserJoinRoom', 'ada'],
    ]);
    expect(others.slice(0, 2).toSorted()).toEqual([
      ['UserAudioStreamStart', 'ada'],
      ['UserVideoStreamStart', 'ada'],
    ]);
    expect(others.slice(2)).toEqual([['UserLeaveRoom', 'ada']]);
  });

  it('signs each with the key that the application has set, under its app id', () => {
    for (const { EventType, EventData, EventTime, EventId, AppId, Version, Nonce, Signature } of posted) {
      const values = [EventType, EventData, EventTime, EventId, AppId, Version, Nonce, 'callback-key'].toSorted();
      expect(AppId).toBe('myapp');
      expect(Signature).toBe(createHash('sha256').update(values.join('')).digest('hex'));
    }
    expect(new Set(posted.map(({ EventId }) => EventId)).size).toBe(posted.length);
  });

  it('sends what was not taken again, under the same id, before what came later', async () => {
    status = 500;
    const bob = await bringPeople(server, 'again', ['bob']);
    await vi.waitFor(() => expect(told('again').length).toBeGreaterThan(0), { timeout: 10_000, interval: 50 });
    status = 200;
    await vi.waitFor(() => expect(told('again').length).toBeGreaterThan(4), { timeout: 15_000, interval: 50 });
    const [first, second, third] = told('again');
    expect([first, second, third]).toEqual([
      ['RoomCreate', null],
      ['RoomCreate', null],
      ['UserJoinRoom', 'bob'],
    ]);
    await sendHome(bob);
  });
});
