import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRtpPacket } from '@tapedeck/rtp';
import { readLogBatches, sealCrashedLog } from '@tapedeck/rtplog';
import { writeSyntheticLog } from '@tapedeck/testkit';
import type { SyntheticLog, SyntheticLogResult } from '@tapedeck/testkit';
import { readFiles } from '../src/parts/files-journal.ts';
import type { RenderedFile, RenderPlan } from '../src/plan.ts';
import { remuxLog } from '../src/remux/remux-log.ts';
import { decodeFile } from './decode-file.ts';
import type { DecodedFile } from './decode-file.ts';
import { remuxPlan } from './remux-plan.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'remux-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const small = { width: 320, height: 180 };
interface Remuxed {
  readonly log: SyntheticLogResult;
  readonly files: readonly RenderedFile[];
  readonly outDir: string;
}

async function remux(name: string, log: Omit<SyntheticLog, 'dir'>, changes: Partial<RenderPlan> = {}): Promise<Remuxed> {
  const dir = join(folder, name);
  const written = await writeSyntheticLog({ dir: join(dir, 'log'), loopS: 10, ...log });
  const outDir = join(dir, 'out');
  const files = await remuxLog(join(dir, 'log'), { ...remuxPlan, ...changes }, outDir, { follow: false });
  return { log: written, files, outDir };
}

/** Pictures by identity, counted by their RTP timestamps (nothing is lost in these logs). */
async function picturesInLog(recordingDir: string): Promise<Record<string, number>> {
  const seen = new Map<string, Set<string>>();
  for await (const batch of readLogBatches(recordingDir, { follow: false })) {
    for (const item of batch.items) {
      if (item.type !== 'record' || item.record.kind !== 'rtp') continue;
      const { participantIdentity: identity, kind } = item.track;
      if (!seen.has(identity)) seen.set(identity, new Set());
      const packet = parseRtpPacket(item.record.bytes)!;
      if (kind === 'video') seen.get(identity)!.add(`${packet.ssrc}/${packet.timestamp}`);
    }
  }
  return Object.fromEntries([...seen].map(([identity, timestamps]) => [identity, timestamps.size]));
}

/** Every picture of a file from `fromMs` (recording time) on against when its number was taken: the largest error in ms. */
function worstPictureMs(decoded: DecodedFile, file: RenderedFile, log: SyntheticLogResult, fromMs: number): number {
  const identity = file.participant;
  const person = log.people.find((candidate) => candidate.identity === identity)!;
  const errors = decoded.pictures.map(({ timeS, number }) => {
    if (number === null) return 0;
    const taken = person.startMs + ((number / person.fps) * 1000) / (1 + person.driftPpm * 1e-6);
    return taken < fromMs ? 0 : Math.abs(file.startMs + timeS * 1000 - taken);
  });
  return Math.max(...errors);
}

describe('a call with everything', () => {
  let remuxed: Remuxed;
  const decoded = new Map<string, DecodedFile>();
  beforeAll(async () => {
    remuxed = await remux('call', {
      durationS: 40,
      loopS: 40,
      jitterMs: 15,
      reorder: 1,
      duplicate: 1,
      participants: [
        { identity: 'alice', video: small, driftPpm: 100 },
        { identity: 'bob', joinS: 5.3, video: { ...small, codec: 'h264' }, resolutionChange: { atS: 20, width: 160, height: 90 } },
        { identity: 'carol', video: small, codecChange: { atS: 15, codec: 'h264' } },
        {
          identity: 'dave',
          video: { ...small, codec: 'vp9' },
          audio: { dtx: true },
          mutes: [
            { kind: 'video', fromS: 10, toS: 20 },
            { kind: 'audio', fromS: 12, toS: 22 },
          ],
        },
        { identity: 'erin', video: { ...small, codec: 'av1' }, startTimestamp: 2 ** 32 - 500_000, ssrcChangeAtS: 14, timestampJumpAtS: 26 },
        { identity: 'frank', video: null },
        { identity: 'grace', audio: null, video: { ...small, codec: 'h265' }, leaveS: 12 },
      ],
    });
    for (const file of remuxed.files) decoded.set(file.key, await decodeFile(join(remuxed.outDir, file.path)));
  }, 240_000);

  it('leaves nobody and no codec out', () => {
    const rows = remuxed.files.map(({ key, format, videoCodec, audioCodec, state }) => [key, format, videoCodec, audioCodec, state]);
    expect(rows.sort()).toEqual([
      ['alice.camera', 'webm', 'vp8', 'opus', 'complete'],
      ['bob.camera', 'mp4', 'h264', 'opus', 'complete'],
      ['carol.camera', 'webm', 'vp8', 'opus', 'complete'],
      ['carol.camera.0002', 'mp4', 'h264', 'opus', 'complete'],
      ['dave.camera', 'webm', 'vp9', 'opus', 'complete'],
      ['erin.camera', 'webm', 'av1', 'opus', 'complete'],
      ['frank.camera', 'webm', null, 'opus', 'complete'],
      ['grace.camera', 'mp4', 'h265', null, 'complete'],
    ]);
    expect(
      readFiles(remuxed.outDir)
        .map((file) => file.key)
        .sort(),
    ).toEqual(rows.map(([key]) => key));
  });

  it('keeps every picture that arrived', async () => {
    const pictures: Record<string, number> = {};
    for (const file of remuxed.files)
      pictures[file.participant!] = (pictures[file.participant!] ?? 0) + decoded.get(file.key)!.pictures.length;
    for (const [identity, arrived] of Object.entries(await picturesInLog(join(folder, 'call', 'log')))) {
      // The log may end in the middle of the last picture.
      expect(arrived - pictures[identity]!).toBeGreaterThanOrEqual(0);
      expect(arrived - pictures[identity]!).toBeLessThanOrEqual(1);
    }
    for (const file of decoded.values()) expect(file.errors).toBe(0);
  });

  it.each(['alice.camera', 'bob.camera', 'carol.camera', 'carol.camera.0002', 'dave.camera', 'erin.camera', 'grace.camera'])(
    '%s: each picture at its time',
    (key) => {
      const file = remuxed.files.find((candidate) => candidate.key === key)!;
      // Before the first sender reports the way from camera to packet (20 ms here, and jitter) cannot be known.
      expect(worstPictureMs(decoded.get(key)!, file, remuxed.log, 0)).toBeLessThan(60);
      expect(worstPictureMs(decoded.get(key)!, file, remuxed.log, file.startMs + 7000)).toBeLessThan(25);
    },
  );

  it('says when a file starts and how long it is', () => {
    const facts = new Map(remuxed.files.map((file) => [file.key, file]));
    expect(facts.get('alice.camera')!.startMs).toBeLessThan(60);
    expect(Math.abs(facts.get('bob.camera')!.startMs - 5300)).toBeLessThan(60);
    expect(Math.abs(facts.get('bob.camera')!.durationMs - 34_700)).toBeLessThan(100);
    expect(Math.abs(facts.get('carol.camera.0002')!.startMs - 15_500)).toBeLessThan(1600);
    const [first, second] = [facts.get('carol.camera')!, facts.get('carol.camera.0002')!];
    expect(Math.abs(first.startMs + first.durationMs - second.startMs)).toBeLessThan(100);
    for (const file of remuxed.files) {
      const { pictures, sounds, durationS } = decoded.get(file.key)!;
      const lastS = Math.max(pictures.at(-1)?.timeS ?? 0, sounds.at(-1)?.timeS ?? 0);
      expect(durationS - lastS).toBeGreaterThan(0.015);
      expect(durationS - lastS).toBeLessThan(0.1);
      expect(Math.abs(durationS * 1000 - file.durationMs)).toBeLessThan(1.1);
    }
  });

  it('shows both sizes of a camera that changed its resolution', () => {
    const widths = new Set(decoded.get('bob.camera')!.pictures.map((picture) => picture.width));
    expect([...widths]).toEqual([320, 160]);
    expect(remuxed.files.find((file) => file.key === 'bob.camera')).toMatchObject({ width: 320, height: 180 });
  });

  it('leaves mute as a hole in the pictures, and fills it with silence in the sound', () => {
    const { pictures, sounds } = decoded.get('dave.camera')!;
    const holes = (times: readonly number[]): number[] => times.slice(1).map((time, i) => time - times[i]!);
    expect(Math.max(...holes(pictures.map(({ timeS }) => timeS)))).toBeGreaterThan(9);
    expect(Math.max(...holes(sounds.map(({ timeS }) => timeS)))).toBeLessThan(0.13);
  });
});

describe('restarts', () => {
  const participants = [
    { identity: 'alice', video: small, audio: { red: true } },
    { identity: 'bob', joinS: 3, video: { ...small, codec: 'h264' as const }, codecChange: { atS: 17, codec: 'vp8' as const } },
  ];

  it('stopped twenty times on the way, it ends with the same bytes as in one go', { timeout: 120_000 }, async () => {
    const whole = await remux('whole', { durationS: 30, participants, loss: { percent: 2, burst: 3 }, jitterMs: 30 });
    const outDir = join(folder, 'whole', 'again');
    let sizes = new Map<string, number>();
    for (let run = 0; run < 20; run++) {
      const stop = new AbortController();
      let batches = 0;
      const work = remuxLog(join(folder, 'whole', 'log'), remuxPlan, outDir, {
        follow: false,
        signal: stop.signal,
        onProgress: () => {
          if (++batches > 1 + run * 1.4) stop.abort(new Error('stopped'));
        },
      });
      await expect(work).rejects.toThrow('stopped');
      const now = new Map(
        readdirSync(outDir)
          .filter((name) => name.endsWith('.webm'))
          .map((name) => [name, statSync(join(outDir, name)).size]),
      );
      for (const [name, size] of sizes) expect(now.get(name)).toBeGreaterThanOrEqual(size);
      sizes = now;
    }
    const files = await remuxLog(join(folder, 'whole', 'log'), remuxPlan, outDir, { follow: false });
    expect(files).toEqual(whole.files);
    for (const { path } of files) expect(Buffer.compare(readFileSync(join(outDir, path)), readFileSync(join(whole.outDir, path)))).toBe(0);
  });

  it('begins again beside files that were made otherwise', { timeout: 60_000 }, async () => {
    const log = await remux('stale', { durationS: 12, participants: [{ identity: 'alice', video: small }] });
    const recordingDir = join(folder, 'stale', 'log');
    const outDir = join(folder, 'stale', 'again');
    // Half a file by a plan that leaves out the sound: its parts end elsewhere.
    const stop = new AbortController();
    const onProgress = ({ renderedMs }: { readonly renderedMs: number }): void => {
      if (renderedMs > 8000) stop.abort(new Error('stopped'));
    };
    const otherwise = { ...remuxPlan, holdbackMs: 200, subscribe: { audio: { allow: [], deny: [] }, video: remuxPlan.subscribe.video } };
    await expect(remuxLog(recordingDir, otherwise, outDir, { follow: false, signal: stop.signal, onProgress })).rejects.toThrow('stopped');
    expect(await remuxLog(recordingDir, remuxPlan, outDir, { follow: false })).toEqual(log.files);
    expect(Buffer.compare(readFileSync(join(outDir, 'alice.camera.webm')), readFileSync(join(log.outDir, 'alice.camera.webm')))).toBe(0);
    expect((await decodeFile(join(outDir, 'alice.camera.webm.stale'))).pictures.length).toBeGreaterThan(30);
  });

  it('names a file by its camera, even when that came later than the first part', async () => {
    const { files } = await remux('late-camera', {
      durationS: 14,
      participants: [{ identity: 'alice', video: small, mutes: [{ kind: 'video', fromS: 0, toS: 8 }] }],
    });
    expect(files).toMatchObject([{ key: 'alice.camera', source: 'camera', videoCodec: 'vp8', audioCodec: 'opus' }]);
    expect(files[0]!.startMs).toBeLessThan(60);
  });

  it('following until the log is sealed makes the same files as reading it afterwards', { timeout: 120_000 }, async () => {
    const whole = await remux('followed', { durationS: 30, participants, seal: false, jitterMs: 30 });
    const outDir = join(folder, 'followed', 'live');
    const recordingDir = join(folder, 'followed', 'log');
    const following = remuxLog(recordingDir, remuxPlan, outDir, { follow: true });
    await sealCrashedLog(join(recordingDir, 'e1'), 'node lost');
    const files = await following;
    expect(files).toEqual(whole.files);
    for (const { path } of files) expect(Buffer.compare(readFileSync(join(outDir, path)), readFileSync(join(whole.outDir, path)))).toBe(0);
  });
});

describe('slices and tracks', () => {
  it('cuts a long file at keyframes', async () => {
    const { files, outDir } = await remux('slices', { durationS: 40, participants: [{ identity: 'alice', video: small }] }, { sliceS: 12 });
    expect(files.map((file) => file.key)).toEqual(['alice.camera', 'alice.camera.0002', 'alice.camera.0003', 'alice.camera.0004']);
    let pictures = 0;
    for (const file of files) pictures += (await decodeFile(join(outDir, file.path))).pictures.length;
    expect(pictures).toBeGreaterThanOrEqual(599);
  });

  it('cuts a file before it grows too large, at keyframes, and loses nothing', async () => {
    const maxFileBytes = 700_000;
    const { files, outDir } = await remux(
      'sizes',
      { durationS: 40, participants: [{ identity: 'alice', video: small }] },
      { maxFileBytes },
    );
    expect(files.length).toBeGreaterThan(2);
    let [pictures, sounds, endMs] = [0, 0, 0];
    for (const { path, sizeBytes, startMs, durationMs } of files) {
      expect(sizeBytes).toBeLessThanOrEqual(maxFileBytes);
      if (endMs > 0) expect(Math.abs(startMs - endMs)).toBeLessThanOrEqual(70);
      endMs = startMs + durationMs;
      const decoded = await decodeFile(join(outDir, path));
      expect(decoded.errors).toBe(0);
      expect(decoded.pictures[0]?.timeS).toBeLessThanOrEqual(0.021);
      pictures += decoded.pictures.length;
      sounds += decoded.sounds.length;
    }
    expect(pictures).toBeGreaterThanOrEqual(599);
    expect(sounds).toBeGreaterThanOrEqual(1997);
  });

  it('leaves out the medium that the plan does', async () => {
    const media = async (name: string, change: Partial<RenderPlan>) => {
      const { files } = await remux(name, { durationS: 4, participants: [{ identity: 'alice', video: small }] }, change);
      return files.map(({ videoCodec, audioCodec }) => [videoCodec, audioCodec]);
    };
    expect(await media('no-picture', { video: null })).toEqual([[null, 'opus']]);
    expect(await media('no-sound', { audio: null })).toEqual([['vp8', null]]);
  });

  it('writes a file per track when they are not to be merged', async () => {
    const { files } = await remux('tracks', { durationS: 6, participants: [{ identity: 'alice', video: small }] }, { merge: false });
    expect(files.map((file) => [file.key, file.type, file.source, file.videoCodec, file.audioCodec]).sort()).toEqual([
      ['alice.camera', 'track', 'camera', 'vp8', null],
      ['alice.microphone', 'track', 'microphone', null, 'opus'],
    ]);
  });

  it('leaves out who is not subscribed', async () => {
    const participants = [
      { identity: 'alice', video: small },
      { identity: 'bot-1', video: small },
    ];
    const rules = { allow: ['*'], deny: ['bot*'] };
    const { files } = await remux('rules', { durationS: 4, participants }, { subscribe: { audio: rules, video: rules } });
    expect(files.map((file) => file.key)).toEqual(['alice.camera']);
  });

  it('makes nothing of an empty room', async () => {
    const { files, outDir } = await remux('empty', { durationS: 5, participants: [] });
    expect(files).toEqual([]);
    expect(readFiles(outDir)).toEqual([]);
    expect(JSON.parse(readFileSync(join(outDir, 'progress.json'), 'utf8'))).toMatchObject({ done: true, error: null });
  });
});
