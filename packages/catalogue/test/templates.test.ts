import { parseCreateRecording, parseCreateTemplate } from '@tapedeck/protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AutomaticTemplate } from '../src/index.ts';
import { startTestCatalogue } from './test-catalogue.ts';
import type { TestCatalogue } from './test-catalogue.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time for initdb

let test_: TestCatalogue;
beforeAll(async () => {
  test_ = await startTestCatalogue();
});
afterAll(async () => await test_.close());

/** A template of its own for every test, as the reconciler sees it. */
async function automatic(name: string): Promise<AutomaticTemplate> {
  const { catalogue, applicationId } = test_;
  const { id } = await catalogue.templates.create(applicationId, parseCreateTemplate({ name, match: { rooms: [name] } }), null);
  const found = (await catalogue.templates.automatic()).find((template) => template.id === id);
  if (found === undefined) throw new Error('The template is not automatic.');
  return found;
}

const start = (template: AutomaticTemplate, roomSid: string, catalogue = test_.catalogue) =>
  catalogue.recordings.createAutomatic(template, parseCreateRecording({ room: template.name, template: template.name }), roomSid);

/** The one recording to be claimed ends for this reason. */
async function end(
  recordingId: string,
  reason: string,
  states: readonly ('stopping' | 'failed' | 'aborted')[] = ['stopping'],
): Promise<void> {
  const claim = await test_.catalogue.leases.claimNext('one', { expiryMs: 60_000 });
  expect(claim).toMatchObject({ recordingId, isAutomatic: true });
  if (claim === null) return;
  if (states.includes('stopping')) await test_.catalogue.leases.transition(claim, 'recording', { startedAt: new Date() });
  for (const state of states) await test_.catalogue.leases.transition(claim, state, { endReason: reason, endedAt: new Date() });
}

describe('what a template starts by itself', () => {
  test('is one recording, however many nodes see the room at once', async () => {
    const template = await automatic('race');
    const nodes = await Promise.all([1, 2, 3].map(() => test_.open()));
    const started = await Promise.all([...nodes, ...nodes, ...nodes].map((node) => start(template, 'RM_1', node)));
    const [one, ...others] = started.filter((recording) => recording !== null);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ room: 'race', template: 'race', isAutomatic: true, state: 'starting' });
    expect(await test_.catalogue.recordings.runningAutomatic('race')).toEqual([template.id]);
    expect(await test_.catalogue.recordings.runningAutomatic('elsewhere')).toEqual([]);
    await end(one?.id ?? '', 'room-empty');
    expect(await test_.catalogue.recordings.runningAutomatic('race')).toEqual([]);
  });

  test('begins anew when people come back after it ended for want of them', async () => {
    const template = await automatic('again');
    for (const reason of ['room-empty', 'idle', 'server-stopped']) {
      const recording = await start(template, 'RM_1');
      await end(recording?.id ?? '', reason);
    }
    expect(await start(template, 'RM_1')).not.toBeNull();
    await end((await test_.catalogue.recordings.list(test_.applicationId, { room: 'again' })).items[0]?.id ?? '', 'room-empty');
  });

  test('stays stopped in a session in which it was stopped, and begins anew in the next one', async () => {
    const template = await automatic('stopped');
    const first = await start(template, 'RM_1');
    await test_.catalogue.recordings.setDesired(test_.applicationId, first?.id ?? '', 'stopped');
    expect(await start(template, 'RM_1')).toBeNull(); // it has not ended yet
    await end(first?.id ?? '', 'stopped');
    expect(await start(template, 'RM_1')).toBeNull();
    const second = await start(template, 'RM_2');
    expect(second).not.toBeNull();
    await end(second?.id ?? '', 'max-duration');
    expect(await start(template, 'RM_2')).toBeNull();
  });

  test('is not tried again in a session in which it failed', async () => {
    const template = await automatic('failed');
    const recording = await start(template, 'RM_1');
    await end(recording?.id ?? '', 'encrypted', ['failed']);
    expect(await start(template, 'RM_1')).toBeNull();
  });

  test('does not begin from a template that was changed, switched off or deleted since it was read', async () => {
    const { templates } = test_.catalogue;
    const changed = await automatic('changed');
    await templates.patch(test_.applicationId, changed.id, { recording: { sliceS: 60 } });
    expect(await start(changed, 'RM_1')).toBeNull();
    const off = await automatic('off');
    await templates.patch(test_.applicationId, off.id, { enabled: false });
    expect((await templates.automatic()).some(({ id }) => id === off.id)).toBe(false);
    expect(await start(off, 'RM_1')).toBeNull();
    const gone = await automatic('gone');
    await templates.delete(test_.applicationId, gone.id);
    expect(await start(gone, 'RM_1')).toBeNull();
  });
});
