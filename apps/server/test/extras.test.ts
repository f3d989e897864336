import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTerminal } from '@tapedeck/protocol';
import { requirement } from '@tapedeck/testkit';
import { describe, expect, it } from 'vitest';
import { waitForRecording } from '../src/cli/follow-recording.ts';
import { bringPeople, sendHome } from './support/people.ts';
import { useServer } from './support/use-server.ts';

const livekit = requirement('livekit');

describe.skipIf(livekit === null)('what is made beside the files', { timeout: 120_000 }, () => {
  const server = useServer();

  it('is listed, delivered and served with the recording; individual files are as large as what was sent', async () => {
    const people = await bringPeople(server, 'extras', ['ada', 'bo']);
    const { id } = await server.api.create({
      room: 'extras',
      outputs: [{ type: 'composite', video: { width: 320, height: 180, fps: 15 } }, { type: 'individual' }],
      extras: ['thumbnails', 'waveform', 'timeline'],
    });
    await waitForRecording(server.api, id, ({ state, participants }) => state === 'recording' && participants.length === 2);
    // Individual files stand once everybody has been seen for a while.
    const journal = join(server.dataDir, 'data', 'renders', id, '1', 'files.jsonl');
    const rendered = (): string => (existsSync(journal) ? readFileSync(journal, 'utf8') : '');
    await expect.poll(() => ['ada', 'bo'].every((name) => rendered().includes(`"${name}.camera"`)), { timeout: 30_000 }).toBe(true);
    await sendHome(people);
    await waitForRecording(server.api, id, ({ participants }) => participants.every(({ leftMs }) => leftMs !== null));
    await server.api.stop(id);
    const recording = await waitForRecording(server.api, id, ({ state }) => isTerminal(state));
    expect(recording.state).toBe('completed');

    const listed = recording.files.map(({ type, format, participant }) => [type, format, participant ?? ''].join(' ').trim());
    expect(listed.toSorted()).toEqual([
      'composite mp4',
      'individual mp4 ada',
      'individual mp4 bo',
      'thumbnails vtt',
      'thumbnails vtt ada',
      'thumbnails vtt bo',
      'timeline json',
      'waveform json',
    ]);
    const individual = recording.files.filter(({ type }) => type === 'individual');
    expect(individual.map(({ width, height }) => `${width}x${height}`)).toEqual(['320x180', '320x180']);

    const urlOf = (type: string): string => recording.files.find((file) => file.type === type && file.participant === null)?.url ?? '';
    const track = await fetch(urlOf('thumbnails'));
    expect([track.status, track.headers.get('content-type')]).toEqual([200, 'text/vtt; charset=utf-8']);
    const [, sheetName] = /\n(\d{4}\.jpg)#xywh=0,0,160,90\n/.exec(await track.text()) ?? [];
    const sheet = await fetch(new URL(sheetName ?? '', urlOf('thumbnails')));
    expect([sheet.status, sheet.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(new Uint8Array(await sheet.arrayBuffer()).subarray(0, 2)).toEqual(Uint8Array.of(0xff, 0xd8));

    const timeline = (await (await fetch(urlOf('timeline'))).json()) as {
      room: string;
      participants: { identity: string; tracks: unknown[] }[];
    };
    expect(timeline.room).toBe('extras');
    expect(timeline.participants.map(({ identity, tracks }) => [identity, tracks.length]).toSorted()).toEqual([['ada', 2], ['bo', 2]]); // prettier-ignore
    const waveform = (await (await fetch(urlOf('waveform'))).json()) as { participants: { identity: string; peaks: number[] }[] };
    for (const { identity, peaks } of waveform.participants) expect(Math.max(...peaks), identity).toBeGreaterThan(0.05);
    expect(waveform.participants).toHaveLength(2);
  });
});
