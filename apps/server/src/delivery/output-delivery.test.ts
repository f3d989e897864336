import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FileRow } from '@tapedeck/catalogue';
import { openLocalStorage } from '@tapedeck/delivery';
import type { FileNaming } from '@tapedeck/protocol';
import type { RenderedFile } from '@tapedeck/render';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Delivery, openOutputDelivery } from './output-delivery.ts';

const recordingId = 'rec_01m7yxy6rde90zyvyrdfseesq5';
const wall = Date.UTC(2026, 0, 31, 8);
const tencent: FileNaming = { rule: 'tencent', separator: '__', base: '14_4321', folder: 'TASK/', userDefine: null };
const user = '__UserId_s_YWxpY2U.__UserId_e_main';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tapedeck-names-'));
  epoch(1, 0);
});
afterEach(() => rmSync(dir, { recursive: true }));

/** An epoch of the log that begins at this recording time. */
function epoch(number: number, recordingMs: number): void {
  const line = { type: 'started', us: 5, wall: wall + recordingMs, epoch: number, recordingUs: recordingMs * 1000 };
  write(`log/e${number}/session.jsonl`, `${JSON.stringify(line)}\n`);
}
function write(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}
const journal: RenderedFile[] = [];
afterEach(() => void (journal.length = 0));
/** Writes the file, and its line in the journal. */
function render(file: Partial<RenderedFile> & { readonly path: string }, text = 'film'): void {
  const facts = {
    type: 'individual',
    participant: 'alice',
    source: 'camera',
    format: 'mp4',
    parts: [],
    startMs: 0,
    durationMs: 6_500,
  } as const;
  const media = { sizeBytes: text.length, width: 2, height: 2, videoCodec: 'h264', audioCodec: 'aac' };
  journal.push({ key: file.path, state: 'complete', ...facts, ...media, ...file });
  write(`out/${file.path}`, text);
  write('out/files.jsonl', journal.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
function renderHls(state: 'growing' | 'complete', count: number, path = 'alice.camera.m3u8'): void {
  const parts = Array.from({ length: count }, (_, index) => `parts/alice.camera/0000${index + 1}.ts`);
  for (const part of parts) write(`out/${part}`, `media of ${part}`);
  const lines = parts.flatMap((part, index) => [`#EXT-X-TRTC-FILE-ATTR:${wall + index * 4000},9`, '#EXTINF:4.000000,', part]);
  render({ path, format: 'hls', state, parts }, ['#EXTM3U', ...lines, ...(state === 'complete' ? ['#EXT-X-ENDLIST'] : []), ''].join('\n'));
}

const delivery = (rule: FileNaming): Delivery => {
  const naming = { rule, recordingDir: join(dir, 'log') };
  return { recordingId, prefix: 'a/', outputIndex: 0, outDir: join(dir, 'out'), naming };
};
const pass = async (rule: FileNaming, isFinal: boolean): Promise<readonly FileRow[]> => {
  const rows: FileRow[] = [];
  const output = openOutputDelivery(delivery(rule), openLocalStorage(join(dir, 'storage')), { isFinal });
  await output.pass(new AbortController().signal, (row) => void rows.push(row));
  return rows;
};
const stored = (folder: string): string[] => {
  const path = join(dir, 'storage', folder);
  return existsSync(path) ? readdirSync(path).filter((name) => !name.startsWith('.')).sort() : []; // prettier-ignore
};

describe('files of a recording with a vendor’s names', () => {
  it('a playlist stands beside its segments while it grows, and under the same names when it is whole and after a crash', async () => {
    renderHls('growing', 2);
    const [growing] = await pass(tencent, false);
    const playlist = `14_4321${user}_audiovideo.m3u8`;
    const segments = ['20260131080000000', '20260131080004000', '20260131080008000'].map((at) => `14_4321${user}_audiovideo_${at}.ts`);
    expect(growing).toMatchObject({ key: `a/TASK/${playlist}`, state: 'growing', durationMs: 8_000 });
    expect(stored('a/TASK')).toEqual([playlist, ...segments.slice(0, 2)].sort());
    journal.length = 0;
    renderHls('complete', 3);
    const rows = await pass(tencent, true); // another process: it knows nothing of the first
    const sizeBytes = 3 * 'media of parts/alice.camera/00001.ts'.length;
    expect(rows).toMatchObject([{ key: `a/TASK/${playlist}`, state: 'complete', format: 'hls', sizeBytes }]);
    expect(stored('a/TASK')).toEqual([playlist, ...segments].sort());
    const text = readFileSync(join(dir, 'storage', 'a/TASK', playlist), 'utf8');
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual(segments);
    expect(readFileSync(join(dir, 'storage', 'a/TASK', segments[2] ?? ''), 'utf8')).toBe('media of parts/alice.camera/00003.ts');
    const again = openOutputDelivery(delivery(tencent), openLocalStorage(join(dir, 'storage')), { isFinal: true });
    expect(await again.known(journal[0] as RenderedFile, new AbortController().signal)).toMatchObject({ state: 'complete' });
  });

  it('a file waits for its name until it is known whether a second slice follows', async () => {
    render({ path: 'alice.camera.mp4' });
    expect(await pass(tencent, false)).toEqual([]);
    expect(stored('a/TASK')).toEqual([]);
    render({ path: 'alice.camera.0002.mp4', state: 'growing', startMs: 6_500 });
    expect((await pass(tencent, false)).map(({ key }) => key)).toEqual([`a/TASK/14_4321${user}_1.mp4`]);
    journal.pop();
    render({ path: 'alice.camera.0002.mp4', startMs: 6_500 });
    const keys = (await pass(tencent, true)).map(({ key }) => key);
    expect(keys).toEqual([`a/TASK/14_4321${user}_1.mp4`, `a/TASK/14_4321${user}_2.mp4`]);
  });

  it('one slice alone has no number; what began after a take-over is marked', async () => {
    epoch(2, 10_000);
    render({ path: 'alice.camera.mp4' });
    render({ path: 'composite.mp4', type: 'composite', participant: null, source: null, startMs: 12_000 });
    expect((await pass(tencent, true)).map(({ key }) => key)).toEqual([`a/TASK/14_4321${user}.mp4`, 'a/TASK/ha1_14_4321.mp4']);
  });

  it('a name with the duration is given when the file is complete', async () => {
    const pattern = '{TaskId}_{UserId}_{StartTime}_{Duration}';
    const rule: FileNaming = { rule: 'volcengine', pattern, taskId: 'task', roomId: 'room', appendRandom: false };
    render({ path: 'alice.camera.mp4', state: 'growing' });
    expect(await pass(rule, false)).toEqual([]);
    journal.length = 0;
    render({ path: 'alice.camera.mp4', startMs: 1_000 });
    expect((await pass(rule, false)).map(({ key }) => key)).toEqual([`a/task_alice_${wall + 1000}_000006.mp4`]);
  });

  it('a legacy name is given when the file is complete, to a playlist too, and is the same after a crash', async () => {
    const stream = { appId: '14', room: '4321', bizId: null };
    const rule: FileNaming = { rule: 'tencent-legacy', recordId: null, stream, folder: 'TASK/' };
    renderHls('growing', 2);
    render({ path: 'alice.camera.mp4', state: 'growing' });
    expect(await pass(rule, false)).toEqual([]);
    expect(stored('a/TASK')).toEqual([]);
    journal.length = 0;
    renderHls('complete', 2);
    render({ path: 'alice.camera.mp4' });
    const name = '14_4321_alice_main_2026-01-31-08-00-00_2026-01-31-08-00-06';
    const all = [`${name}.m3u8`, `${name}.mp4`, `${name}_00001.ts`, `${name}_00002.ts`];
    for (const isFinal of [false, true, true]) {
      // every pass is another process
      expect((await pass(rule, isFinal)).map(({ key }) => key)).toEqual([`a/TASK/${name}.m3u8`, `a/TASK/${name}.mp4`]);
      expect(stored('a/TASK')).toEqual(all);
    }
  });

  it('extras keep their own names', async () => {
    render({ path: 'timeline.json', type: 'timeline' as 'track', format: 'json' as 'mp4', participant: null });
    expect((await pass(tencent, true)).map(({ key }) => key)).toEqual([`a/${recordingId}/timeline.json`]);
  });
});
