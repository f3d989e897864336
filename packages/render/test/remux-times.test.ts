import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncodedFrame } from '@tapedeck/rtp';
import { checkFile, encodeTestVideo, writeSyntheticLog } from '@tapedeck/testkit';
import { afterAll, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';
import { RemuxFile } from '../src/remux/remux-file.ts';
import { decodeFile } from './decode-file.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-remux-times-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const rises = (times: readonly number[]): boolean => times.every((time, index) => index === 0 || time > times[index - 1]!);

it.each(['webm', 'mp4'] as const)('frames that a pause has left at one moment have times that rise (%s)', async (preferred) => {
  const pictures = await encodeTestVideo({ codec: preferred === 'webm' ? 'vp8' : 'h264', identity: 1, width: 160, height: 90, fps: 15, bitrateKbps: 100, durationS: 4 }); // prettier-ignore
  const frameOf = (codec: EncodedFrame['codec'], index: number, data: Uint8Array, isKeyframe: boolean): EncodedFrame => ({
    ...{ type: 'frame', codec, data, isKeyframe, rtpTimestamp: index, firstSequence: index, lastSequence: index, arrivalUs: 0 },
    ...{ isDroppable: false, followsGap: false, ...(codec !== 'opus' && isKeyframe ? { width: 160, height: 90 } : {}) },
  });
  const file = new RemuxFile({
    ...{ outDir: root, key: preferred, type: 'individual', participant: 'ada', sources: { video: 'camera', audio: 'microphone' } },
    ...{ holdbackMs: 500, preferred, wallMs: null },
  });
  // The map stands still from 1.0 s to 1.4 s.
  const standing = (us: number): number => (us < 1e6 ? us : us < 1.4e6 ? 1e6 : us - 0.4e6);
  for (let index = 0; index < 200; index++)
    file.push(frameOf('opus', index, Uint8Array.of(0xf8, 0xff, 0xfe), true), standing(index * 20_000));
  for (const [index, { data, isKeyframe }] of pictures.entries()) {
    file.push(frameOf(preferred === 'webm' ? 'vp8' : 'h264', index, data, isKeyframe), standing((index * 1e6) / 15));
  }
  const [made] = file.finish();
  const decoded = await decodeFile(join(root, made!.path));
  expect([decoded.pictures.length, decoded.sounds.length]).toEqual([60, 200]);
  expect(rises(decoded.pictures.map(({ timeS }) => timeS))).toBe(true);
  expect(rises(decoded.sounds.map(({ timeS }) => timeS))).toBe(true);
});

it('sound that is sent in talk alone (DTX) and a muted camera keep their times in an MP4', async () => {
  const dir = join(root, 'dtx');
  const video = { codec: 'h264', width: 160, height: 90 } as const;
  const mutes = [{ kind: 'video' as const, fromS: 5, toS: 6 }];
  const log = await writeSyntheticLog({
    dir,
    durationS: 9,
    loopS: 10,
    participants: [{ identity: 'ada', video, audio: { dtx: true }, mutes }],
  });
  const outDir = join(root, 'dtx-out');
  const [file] = await renderLog(dir, planRender({ type: 'individual', formats: ['webm'] }, 'rec_dtx', 0), outDir, { follow: false });
  expect(file).toMatchObject({ format: 'mp4', videoCodec: 'h264', audioCodec: 'opus' });
  const report = await checkFile(join(outDir, file!.path), { type: 'individual', people: log.people, startMs: file!.startMs });
  expect(report.problems).toEqual([]);
  expect(report.people[0]?.audio).toMatchObject({ beepsExpected: 8, beepsHeard: 8 });
  expect(Math.abs(report.people[0]?.worstOffsetMs ?? Infinity)).toBeLessThan(2);
});

it.each(['vp8', 'h264'] as const)(
  'a player that only adds up the lengths of sound hears it in time: DTX, a mute, losses and a drifting clock (%s)',
  async (codec) => {
    const dir = join(root, `lengths-${codec}`);
    const video = { codec, width: 160, height: 90 };
    const mutes = [{ kind: 'audio' as const, fromS: 4, toS: 9 }, { kind: 'video' as const, fromS: 6, toS: 8 }]; // prettier-ignore
    const person = { identity: 'ada', video, audio: { dtx: true, red: false }, mutes, driftPpm: 200 };
    await writeSyntheticLog({ dir, durationS: 16, loopS: 20, loss: { percent: 2, burst: 2 }, jitterMs: 5, participants: [person] });
    const outDir = join(root, `lengths-${codec}-out`);
    const [file] = await renderLog(dir, planRender({ type: 'individual', formats: ['webm'] }, 'rec', 0), outDir, { follow: false });
    const { sounds } = await decodeFile(join(outDir, file!.path));
    let heardS = sounds[0]!.timeS;
    for (const { timeS, samples } of sounds) {
      expect(Math.abs(timeS - heardS)).toBeLessThan(0.013);
      heardS += samples / 48_000;
    }
    expect(Math.abs(heardS - file!.durationMs / 1000)).toBeLessThan(0.1);
  },
);
