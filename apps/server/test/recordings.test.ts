import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFile, loadAudioLoop, requirement, startLightPublisher } from '@tapedeck/testkit';
import { isTerminal, type Recording } from '@tapedeck/protocol';
import { describe, expect, it } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { verifyEvidence } from '../src/evidence/verify-evidence.ts';
import { untilLogClock } from './support/log-clock.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { runCommand, testPair } from './support/server-process.ts';
import { useServer } from './support/use-server.ts';

const livekit = requirement('livekit');
const small = { type: 'composite', video: { width: 320, height: 180, fps: 15 } } as const;
const nothing = { picture: () => undefined, sound: () => undefined };

describe.skipIf(livekit === null)('recordings of a node', { timeout: 120_000 }, () => {
  const server = useServer();

  const ended = (id: string): Promise<Recording> => waitForRecording(server.api, id, (recording) => isTerminal(recording.state));
  const running = (id: string): Promise<Recording> => waitForRecording(server.api, id, (recording) => recording.state === 'recording');
  const stored = (key: string): string => join(server.dataDir, 'data', 'storage', 'default', key);
  const logOf = (id: string): string => join(server.dataDir, 'data', 'recordings', id);
  const post = async (path: string, body: object = {}, method = 'POST'): Promise<Response> => {
    const authorization = `Basic ${btoa(`${testPair.key}:${testPair.secret}`)}`;
    return fetch(`${server.url}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  };

  it('of a room with nobody end by themselves, aborted, without a file', async () => {
    const { id } = await server.api.create({ room: 'nobody', idleTimeoutS: 1 });
    expect(await ended(id)).toMatchObject({ state: 'aborted', endReason: 'idle', startedAt: null, files: [] });
  });

  it('that are stopped before anybody comes are aborted at once', async () => {
    const { id } = await server.api.create({ room: 'nobody' });
    await server.api.stop(id);
    expect(await ended(id)).toMatchObject({ state: 'aborted', endReason: 'stopped', files: [] });
  });

  it('that are paused and then stopped before anybody comes are aborted too', async () => {
    const { id } = await server.api.create({ room: 'nobody' });
    expect((await post(`/v1/recordings/${id}/pause`)).ok).toBe(true);
    await waitForRecording(server.api, id, ({ state }) => state === 'paused');
    await server.api.stop(id);
    expect(await ended(id)).toMatchObject({ state: 'aborted', endReason: 'stopped', startedAt: null, files: [] });
  });

  it('of one room run side by side, each with its own files', async () => {
    const people = await bringPeople(server, 'twice', ['ada']);
    const [first, second] = await Promise.all([1, 2].map(() => server.api.create({ room: 'twice', outputs: [small] })));
    await Promise.all([running(first?.id ?? ''), running(second?.id ?? '')]);
    await server.api.stop(first?.id ?? '');
    const one = await ended(first?.id ?? '');
    expect((await server.api.get(second?.id ?? '')).state).toBe('recording');
    await server.api.stop(second?.id ?? '');
    const two = await ended(second?.id ?? '');
    await sendHome(people);
    expect([one.state, two.state, one.files.length, two.files.length]).toEqual(['completed', 'completed', 1, 1]);
    expect(one.files[0]?.key).not.toBe(two.files[0]?.key);
  });

  it('leave out what happened while they were paused', async () => {
    const people = await bringPeople(server, 'pause', ['ada']);
    const { id } = await server.api.create({ room: 'pause', outputs: [small] });
    await running(id);
    expect((await post(`/v1/recordings/${id}/pause`)).status).toBe(200);
    await waitForRecording(server.api, id, (recording) => recording.state === 'paused');
    await untilLogClock(logOf(id), 3);
    expect((await post(`/v1/recordings/${id}/resume`)).status).toBe(200);
    await running(id);
    await untilLogClock(logOf(id), 2);
    await server.api.stop(id);
    const recording = await ended(id);
    await sendHome(people);
    const elapsedMs = Date.parse(recording.endedAt ?? '') - Date.parse(recording.startedAt ?? '');
    expect(recording.state).toBe('completed');
    expect(recording.files[0]?.durationMs).toBeLessThan(elapsedMs - 2_000);
    expect(recording.files[0]?.durationMs).toBeGreaterThan(800);
  });

  it('take a new layout while they run, and keep it for later renders', async () => {
    const people = await bringPeople(server, 'layout', ['ada', 'bo']);
    const { id } = await server.api.create({ room: 'layout', outputs: [small] });
    await running(id);
    expect((await post(`/v1/recordings/${id}`, { layout: { name: 'speaker' } }, 'PATCH')).status).toBe(200);
    await expect.poll(() => readFileSync(join(logOf(id), 'e1', 'session.jsonl'), 'utf8')).toContain('"type":"layout"');
    await untilLogClock(logOf(id), 1);
    await server.api.stop(id);
    const recording = await ended(id);
    await sendHome(people);
    expect(recording.state).toBe('completed');
    const inspected = await runCommand(['inspect', '--json', join(server.dataDir, 'data', 'recordings', id)], server.dataDir);
    expect(JSON.parse(inspected.stdout)).toMatchObject({ events: { layout: 1 } });
    const rendered = await runCommand(['render', id, '--layout', 'grid'], server.dataDir);
    expect(rendered.code, rendered.stderr).toBe(0);
    const key = rendered.stdout.split('\n')[0] ?? '';
    expect((await decodeFile(stored(key), nothing)).durationMs).toBeCloseTo(recording.files[0]?.durationMs ?? 0, -2);
  });

  it('survive somebody who joins and leaves a hundred times', async () => {
    const people = await bringPeople(server, 'door', ['ada']);
    const audio = await loadAudioLoop({ identity: 9, durationS: 10 });
    const { id } = await server.api.create({ room: 'door', outputs: [small] });
    await running(id);
    const startedMs = performance.now();
    for (let visit = 0; visit < 100; visit += 10) {
      const visitors = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          startLightPublisher({ url: server.url.replace('http', 'ws'), ...testPair, room: 'door', identity: `guest${index}`, audio }),
        ),
      );
      await sendHome(visitors);
    }
    const visitedMs = performance.now() - startedMs;
    await server.api.stop(id);
    const recording = await ended(id);
    await sendHome(people);
    expect(recording.state, JSON.stringify(recording.error)).toBe('completed');
    expect(recording.participants.filter((participant) => participant.identity.startsWith('guest')).length).toBeGreaterThanOrEqual(10);
    expect(recording.files[0]?.durationMs).toBeGreaterThan(visitedMs - 1_000);
    expect((await verifyEvidence(join(server.dataDir, 'data', 'recordings', id), null))?.findings).toEqual([]);
  });
});
