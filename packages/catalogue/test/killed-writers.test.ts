import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { canMove, isTerminal } from '@tapedeck/protocol';
import type { RecordingState } from '@tapedeck/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestCatalogue } from './test-catalogue.ts';
import type { TestCatalogue } from './test-catalogue.ts';

const kills = 50;
const atOnce = 5;
const mostSteps = 24; // about two recordings
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 }); // a loaded machine takes its time

let it: TestCatalogue;
beforeAll(async () => {
  it = await startTestCatalogue();
});
afterAll(async () => await it.close());

const program = join(import.meta.dirname, 'kill-writer.ts');
const dead: string[] = [];

function startWriter(owner: string, mode: 'work' | 'finish') {
  return fork(program, [it.postgres.url, it.applicationId, owner, dead.join(','), mode], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

test(`${kills} SIGKILLs of writers leave no recording in two states and no file listed twice`, { timeout: 180_000 }, async () => {
  const slot = async (name: string): Promise<void> => {
    for (let kill = 0; kill < kills / atOnce; kill++) {
      const owner = `${name}.${kill}`;
      const writer = startWriter(owner, 'work');
      for (let steps = Math.ceil(Math.random() * mostSteps); steps > 0; steps--) await once(writer, 'message');
      await delay(Math.random() * 4); // a random moment of a random step: what is tested
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      dead.push(owner);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => slot(`writer ${index}`)));
  const unfinished = await it.sql(`select id from tapedeck.recordings where state <> 'completed'`);
  const last = startWriter('last', 'finish');
  expect(await once(last, 'exit')).toEqual([0, null]);

  const rows = await it.sql<{ id: string; state: RecordingState; epoch: number }>('select id, state, epoch from tapedeck.recordings');
  console.info(
    `${rows.length} recordings, ${unfinished.length} were unfinished after ${kills} kills, highest epoch ${Math.max(...rows.map(({ epoch }) => epoch))}`,
  );
  expect(unfinished.length).toBeGreaterThan(0);
  for (const { id, state } of rows) {
    const recording = await it.catalogue.recordings.get(it.applicationId, id);
    const events = await it.catalogue.recordings.events(it.applicationId, id);
    const states = events
      .filter(({ type }) => type === 'recording.state_changed')
      .map(({ data }) => (data as { state: RecordingState }).state);
    expect([state, recording?.state, states.at(-1)]).toEqual(['completed', 'completed', 'completed']);
    for (const [index, to] of states.slice(1).entries()) expect(canMove(states[index] ?? to, to)).toBe(true);
    expect(states.filter(isTerminal)).toEqual(['completed']);
    expect(recording?.files.map(({ key }) => key)).toEqual(['a.mp4', 'b.mp4', 'c.mp4']);
    expect(events.filter(({ type }) => type === 'file.ready').length).toBe(3);
    expect(recording?.participants.length).toBe(1);
  }
});
