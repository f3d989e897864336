import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFile, writeSyntheticLog } from '@tapedeck/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';
import { decodeFile } from './decode-file.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-individual-'));
const video = { width: 320, height: 180, fps: 15, bitrateKbps: 400 };

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('individual files by decoding and encoding', { timeout: 180_000 }, () => {
  const dir = join(root, 'log');
  const written = writeSyntheticLog({
    dir,
    durationS: 12,
    participants: [
      { identity: 'alice', mutes: [{ kind: 'audio', fromS: 4, toS: 6 }], video: { codec: 'h264' } },
      { identity: 'bob/late', joinS: 3, leaveS: 9 },
      { identity: 'carol', video: null },
    ],
  });

  it('gives each participant an H.264 and AAC file from the first media to the last', async () => {
    const log = await written;
    const plan = planRender({ type: 'individual', formats: ['mp4'], video }, 'rec_individual', 0);
    const outDir = join(root, 'merged');
    const files = await renderLog(dir, plan, outDir, { follow: false });
    const byPerson = new Map(files.map((file) => [file.participant, file]));
    expect([...byPerson.keys()].sort()).toEqual(['alice', 'bob/late', 'carol']);
    for (const person of log.people.filter(({ identity }) => identity !== 'carol')) {
      const file = byPerson.get(person.identity);
      expect(file).toMatchObject({
        state: 'complete',
        type: 'individual',
        source: 'camera',
        videoCodec: 'h264',
        audioCodec: 'aac',
        width: 320,
        height: 180,
      });
      // Re-encoded at a fixed rate, so it is judged as a composite of one.
      const tiles = [{ identity: person.identity, x: 0, y: 0, width: 320, height: 180 }];
      const report = await checkFile(join(outDir, file?.path ?? ''), {
        type: 'composite',
        people: [person],
        tiles,
        startMs: file?.startMs ?? 0,
      });
      expect(report.problems).toEqual([]);
    }
    const late = byPerson.get('bob/late');
    expect(Math.abs((late?.startMs ?? 0) - 3000)).toBeLessThan(300);
    expect(Math.abs((late?.durationMs ?? 0) - 6000)).toBeLessThan(300);
  });

  it('makes a file of sound alone for someone without a camera', async () => {
    await written;
    const plan = planRender({ type: 'individual', formats: ['mp4'], video }, 'rec_individual', 0);
    const files = await renderLog(dir, plan, join(root, 'sound'), { follow: false });
    const carol = files.find((file) => file.participant === 'carol');
    expect(carol).toMatchObject({ videoCodec: null, audioCodec: 'aac', width: null, source: 'microphone' });
    const decoded = await decodeFile(join(root, 'sound', carol?.path ?? ''));
    expect(decoded.pictures).toHaveLength(0);
    expect(Math.abs(decoded.durationS - 12)).toBeLessThan(0.1);
  });

  it('makes a file per track when not merged', async () => {
    await written;
    const plan = planRender({ type: 'individual', formats: ['mp4'], merge: false, video }, 'rec_individual', 0);
    const files = await renderLog(dir, plan, join(root, 'tracks'), { follow: false });
    const sources = files.map((file) => `${file.participant} ${file.source} ${file.type} ${file.videoCodec ?? file.audioCodec}`).sort();
    expect(sources).toEqual([
      'alice camera track h264',
      'alice microphone track aac',
      'bob/late camera track h264',
      'bob/late microphone track aac',
      'carol microphone track aac',
    ]);
  });

  it('leaves out who is not subscribed', async () => {
    await written;
    const rules = { allow: ['*'], deny: ['bob*', 'carol'] };
    const plan = planRender({ type: 'individual', video }, 'rec_individual', 0, { subscribe: { audio: rules, video: rules } });
    const files = await renderLog(dir, plan, join(root, 'rules'), { follow: false });
    expect(files.map((file) => file.participant)).toEqual(['alice']);
  });
});
