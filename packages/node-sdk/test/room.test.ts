import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beepHz, makeTestBeep, requirement } from '@tapedeck/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  AudioRecordingCode,
  TapedeckClient,
  joinRoom,
  type PublishedAudio,
  type ReceivedAudio,
  type RoomParticipant,
} from '../src/index.ts';
import { bring } from './support/people.ts';
import { startTestServer, type TestServer } from './support/server.ts';
import { loudness, onsets, readWav } from './support/wav.ts';

const run = promisify(execFile);
const livekit = requirement('livekit');

describe.skipIf(livekit === null)('a participant of a real room', { timeout: 120_000 }, () => {
  let server: TestServer;
  let tapedeck: TapedeckClient;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tapedeck-room-'));
    server = await startTestServer();
    tapedeck = new TapedeckClient(server);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function enter(room: string): Promise<{ me: RoomParticipant; told: string[] }> {
    const me = await joinRoom(await tapedeck.tokens.create({ room, identity: 'me' }));
    const told: string[] = [];
    me.on('audioRecording', (code, path) => told.push(`${code} ${path.slice(folder.length + 1)}`));
    return { me, told };
  }

  /** Resolves when a person is heard. */
  const heard = async (me: RoomParticipant, identity: string): Promise<void> =>
    await new Promise((resolve) =>
      me.on('audio', (frame) => frame.identity === identity && frame.samples.some((sample) => sample > 2000) && resolve()),
    );

  /** Resolves when so many seconds of a person have come. */
  const hear = async (me: RoomParticipant, identity: string, seconds: number): Promise<void> => {
    let missing = seconds * 48_000;
    await new Promise<void>((resolve) => {
      const count = (frame: ReceivedAudio): void => {
        if (frame.identity === identity) missing -= frame.samples.length;
        if (missing > 0) return;
        me.off('audio', count);
        resolve();
      };
      me.on('audio', count);
    });
  };

  /** Speaks person 3's beeps until `stop` is aborted, as fast as they are taken: in real time. */
  async function speak(microphone: PublishedAudio, stop: AbortSignal): Promise<void> {
    for (let at = 0; !stop.aborted; at += 480)
      await microphone.write(makeTestBeep({ identity: 3, firstSample: at, sampleCount: 480, hasHum: false }));
  }

  /** WebRTC's jitter buffer stretches sound when packets come unevenly, as they do on a busy machine: so far a beep may move. */
  const stretchS = 0.12;

  /** Every beep a second after the one before: nothing is missing, repeated or moved. Judged away from the file's ends. */
  function expectSteady(path: string, ids: readonly number[], fewest: number): void {
    const { samples, sampleRateHz } = readWav(path);
    for (const id of ids) {
      const starts = onsets(samples, sampleRateHz, beepHz(id));
      const distances = starts.slice(1).map((start, index) => start - starts[index]!);
      expect(starts.length, `beeps of ${id}`).toBeGreaterThanOrEqual(fewest);
      for (const distance of distances.slice(1)) expect(Math.abs(distance - 1), `beeps of ${id}: ${starts.join()}`).toBeLessThan(stretchS);
    }
  }

  it('records everybody, itself or the others, as long as it lasted, with every beep in its second', async () => {
    const [ada, ben] = await Promise.all([bring(server, 'mixed', 'ada', 1), bring(server, 'mixed', 'ben', 2)]);
    const { me, told } = await enter('mixed');
    const stop = new AbortController();
    const microphone = await me.publishAudio();
    const speaking = speak(microphone, stop.signal);
    await Promise.all([heard(me, 'ada'), heard(me, 'ben')]);
    for (const [position, name, sampleRate] of [
      [0, 'all.wav', 32_000],
      [1, 'own.wav', 16_000],
      [2, 'others.wav', 48_000],
    ] as const) {
      const filePath = join(folder, name);
      expect(me.startAudioRecordingWithConfig({ filePath, position, sampleRate })).toBe(0);
      const startMs = performance.now();
      await hear(me, 'ada', 5.3);
      expect(me.stopAudioRecording()).toBe(0);
      const lastedS = (performance.now() - startMs) / 1000;
      await vi.waitFor(() => expect(told.at(-1)).toBe(`${AudioRecordingCode.finish} ${name}`), { timeout: 5_000 });
      const { samples, sampleRateHz } = readWav(filePath);
      expect(sampleRateHz).toBe(sampleRate);
      expect(Math.abs(samples.length / sampleRate - lastedS)).toBeLessThan(0.02);
      const [own, others] = [position !== 2, position !== 1];
      expectSteady(filePath, [...(others ? [1, 2] : []), ...(own ? [3] : [])], 5);
      const level = (id: number): number =>
        Math.max(
          ...onsets(samples, sampleRate, beepHz(id)).map((at) => loudness(samples, sampleRate, beepHz(id), at + 0.02, at + 0.08)),
          0,
        );
      for (const id of [1, 2]) expect(level(id) > 0.08, `${name}: ${id}`).toBe(others);
      expect(level(3) > 0.08, `${name}: 3`).toBe(own);
    }
    stop.abort();
    await speaking;
    await me.leave();
    await Promise.all([ada.stop(), ben.stop()]);
    expect(told).toEqual(['3 all.wav', '5 all.wav', '3 own.wav', '5 own.wav', '3 others.wav', '5 others.wav']);
  });

  it('saves the running recording when a new one starts and when it leaves', async () => {
    const ada = await bring(server, 'leaving', 'ada', 1);
    const { me, told } = await enter('leaving');
    await heard(me, 'ada');
    expect(me.participants).toEqual(['ada']);
    expect(me.startAudioRecording(join(folder, 'first.wav'), 48_000, 1)).toBe(0);
    await hear(me, 'ada', 2);
    expect(me.startAudioRecording(join(folder, 'second.aac'), 44_100, 2)).toBe(0);
    await hear(me, 'ada', 2);
    await me.leave();
    expect(told).toEqual(['3 first.wav', '5 first.wav', '3 second.aac', '5 second.aac']);
    expect(Math.abs(readWav(join(folder, 'first.wav')).samples.length / 48_000 - 2)).toBeLessThan(0.05);
    expect(me.startAudioRecording(join(folder, 'late.wav'), 48_000, 1)).toBe(30_101);
    expect(me.stopAudioRecording()).toBe(30_005);
    await me.leave();
    await ada.stop();
    expect(readdirSync(folder).filter((name) => name.startsWith('.') || name === 'late.wav')).toEqual([]);
  });

  it('keeps the last ten seconds of a longer call', async () => {
    const ada = await bring(server, 'cycle', 'ada', 1);
    const { me, told } = await enter('cycle');
    await heard(me, 'ada');
    me.startAudioRecordingWithConfig({ filePath: join(folder, 'cycle.wav'), cycleTime: 10, sampleRate: 16_000 });
    await hear(me, 'ada', 12.5);
    await me.leave();
    await ada.stop();
    expect(told).toEqual(['3 cycle.wav', '5 cycle.wav']);
    expect(readWav(join(folder, 'cycle.wav')).samples.length).toBe(160_000);
    expectSteady(join(folder, 'cycle.wav'), [1], 9);
  });

  it('saves when it is put out of the room', async () => {
    const ada = await bring(server, 'removed', 'ada', 1);
    const { me, told } = await enter('removed');
    await heard(me, 'ada');
    const left = new Promise<void>((resolve) => me.on('left', resolve));
    expect(me.startAudioRecording(join(folder, 'removed.wav'), 16_000, 1)).toBe(0);
    await hear(me, 'ada', 1);
    const again = await enter('removed'); // LiveKit has one participant of a name: the first one goes
    await left;
    expect(told).toEqual(['3 removed.wav', '5 removed.wav']);
    expect(readWav(join(folder, 'removed.wav')).samples.length / 16_000).toBeGreaterThan(0.9);
    await again.me.leave();
    await ada.stop();
  });

  it('lets the process end that has left', async () => {
    const ada = await bring(server, 'visited', 'ada', 1);
    const { url, token } = await tapedeck.tokens.create({ room: 'visited', identity: 'visitor' });
    const script = fileURLToPath(new URL('support/visit-room.ts', import.meta.url));
    const { stdout } = await run(process.execPath, [script, url, token, join(folder, 'visit.wav')], { timeout: 30_000 });
    await ada.stop();
    expect(stdout).toBe('3\n5\n');
    expect(Math.abs(readWav(join(folder, 'visit.wav')).samples.length / 32_000 - 2)).toBeLessThan(0.1);
  });

  it('is refused with a token of somebody else', async () => {
    const { url } = await tapedeck.tokens.create({ room: 'refused', identity: 'me' });
    await expect(joinRoom({ url, token: 'nonsense' })).rejects.toThrow();
  });
});
