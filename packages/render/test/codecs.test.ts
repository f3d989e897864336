import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layoutTiles } from '@tapedeck/layout';
import { checkFile, writeSyntheticLog } from '@tapedeck/testkit';
import type { SyntheticParticipant } from '@tapedeck/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { planRender, renderLog } from '../src/index.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-codecs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const size = { width: 160, height: 90 };
const durationS = 10;

/** Everybody sends something else; the last three change it in the middle of the call. */
const participants: SyntheticParticipant[] = [
  { identity: 'vp8', video: { codec: 'vp8', ...size } },
  { identity: 'vp9', video: { codec: 'vp9', ...size }, audio: { red: false } },
  { identity: 'av1', video: { codec: 'av1', ...size }, audio: { codec: 'pcmu' } },
  { identity: 'h264', video: { codec: 'h264', ...size }, audio: { codec: 'pcma' } },
  { identity: 'h265', video: { codec: 'h265', ...size } },
  { identity: 'vp8-h264', video: { codec: 'vp8', ...size }, codecChange: { atS: 4, codec: 'h264' } },
  { identity: 'h264-av1', video: { codec: 'h264', ...size }, codecChange: { atS: 4, codec: 'av1' } },
  { identity: 'vp9-h265', video: { codec: 'vp9', ...size }, codecChange: { atS: 4, codec: 'h265' } },
  { identity: 'grows', video: { codec: 'h264', ...size }, resolutionChange: { atS: 4, width: 320, height: 180 } },
];

describe('every codec of a room', { timeout: 180_000 }, () => {
  const dir = join(root, 'log');
  const written = writeSyntheticLog({ dir, durationS, loopS: 10, participants });

  it('is decoded into one composite: everybody in a tile, no frame and no beep lost', async () => {
    const log = await written;
    const canvas = { width: 640, height: 360 };
    const plan = planRender({ type: 'composite', video: { ...canvas, bitrateKbps: 1500 } }, 'rec_codecs', 0);
    const outDir = join(root, 'composite');
    await renderLog(dir, plan, outDir, { follow: false });
    const people = participants.map(({ identity }, joinedOrder) => ({ identity, joinedOrder, hasVideo: true, aspect: 16 / 9, isSpeaking: false, isScreen: false })); // prettier-ignore
    const tiles = layoutTiles('grid', canvas, people).map(({ identity, x, y, width, height }) => ({ identity, x, y, width, height }));
    const report = await checkFile(join(outDir, 'composite.mp4'), {
      type: 'composite',
      people: log.people,
      tiles,
      durationMs: durationS * 1000,
    });
    expect(report.problems).toEqual([]);
    for (const { identity, video, audio } of report.people) {
      expect(video?.strangers, identity).toEqual([]);
      expect(audio?.beepsHeard, identity).toBeGreaterThanOrEqual((audio?.beepsExpected ?? 0) - 1);
      expect(audio?.beepsExpected, identity).toBeGreaterThanOrEqual(8);
    }
  });

  it('is decoded into a file for each', async () => {
    const log = await written;
    const outDir = join(root, 'transcode');
    const files = await renderLog(dir, planRender({ type: 'individual' }, 'rec_codecs', 0), outDir, { follow: false });
    expect(files.map(({ participant, width }) => [participant, width])).toEqual(
      participants.map(({ identity }) => [identity, identity === 'grows' ? 320 : 160]),
    );
    for (const [index, file] of files.entries()) {
      const report = await checkFile(join(outDir, file.path), {
        type: 'composite',
        people: [log.people[index]!],
        durationMs: durationS * 1000,
      });
      expect(report.problems, file.path).toEqual([]);
    }
  });

  it('is copied: VP8, VP9 and AV1 into WebM, H.264, H.265 and G.711 into MP4; another codec begins the next file', async () => {
    const log = await written;
    const outDir = join(root, 'remux');
    const files = await renderLog(dir, planRender({ type: 'individual', formats: ['webm'] }, 'rec_codecs', 0), outDir, { follow: false });
    const named = files.map(({ participant, format, videoCodec, audioCodec }) => [participant, format, videoCodec, audioCodec].join(' '));
    expect(named.filter((name) => !name.startsWith('av1 '))).toEqual([
      'vp8 webm vp8 opus',
      'vp9 webm vp9 opus',
      'h264 mp4 h264 pcma',
      'h265 mp4 h265 opus',
      'vp8-h264 webm vp8 opus',
      'vp8-h264 mp4 h264 opus',
      'h264-av1 mp4 h264 opus',
      'h264-av1 webm av1 opus',
      'vp9-h265 webm vp9 opus',
      'vp9-h265 mp4 h265 opus',
      'grows mp4 h264 opus',
    ]);
    // WebM has no G.711 and MP4 is not where AV1 goes: each medium has a file of its own kind, and neither is dropped.
    const av1 = named.filter((name) => name.startsWith('av1 '));
    expect(av1.some((name) => name.includes('webm av1'))).toBe(true);
    expect(av1.some((name) => name.includes('pcmu'))).toBe(true);
    const seen = new Map<string, number>();
    for (const file of files) {
      const person = log.people.find(({ identity }) => identity === file.participant)!;
      const startMs = file.startMs;
      const endMs = startMs + file.durationMs;
      const cut = (spans: readonly { fromMs: number; toMs: number }[]) =>
        spans.map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, startMs), toMs: Math.min(toMs, endMs) }));
      const mine = {
        ...person,
        video: file.videoCodec === null ? [] : cut(person.video),
        audio: file.audioCodec === null ? [] : cut(person.audio),
      };
      const report = await checkFile(join(outDir, file.path), { type: 'individual', people: [mine], startMs });
      expect(report.problems, file.path).toEqual([]);
      seen.set(person.identity, (seen.get(person.identity) ?? 0) + (report.people[0]?.video?.framesSeen ?? 0));
    }
    // 15 a second for 10 s, but for the settling time that is not judged.
    for (const { identity } of participants) expect(seen.get(identity), identity).toBeGreaterThanOrEqual(115);
  });
});
