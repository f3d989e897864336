import type { TencentFileNaming, VolcengineFileNaming } from '@tapedeck/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkKey } from '../storage-key.ts';
import type { FileFacts } from './file-facts.ts';
import { fileStem, namedKey, partName } from './file-name.ts';

const startWallMs = Date.UTC(2026, 0, 31, 8, 1, 2, 34);
const mix: FileFacts = {
  ...{ recordingId: 'rec_1', place: '0/composite.mp4', type: 'composite', identity: null, source: null, hasVideo: true, hasAudio: true },
  ...{ format: 'mp4', startWallMs, durationMs: 30_400, takeovers: 0 },
};
const alice: FileFacts = { ...mix, place: '1/alice.camera.mp4', type: 'individual', identity: '李雷?', source: 'camera' };
const only = { number: 1, count: 1 };
const enc = '5p2O6Zu3Pw..'; // base64 5p2O6Zu3Pw==

describe('names as Tencent has them', () => {
  const cos: TencentFileNaming = { rule: 'tencent', separator: '__', base: '1400000001_cm9vbQ..', folder: 'TASK/', userDefine: null };
  const vod: TencentFileNaming = { ...cos, separator: '_', folder: '', base: '1400000001_4321' };
  const name = (naming: TencentFileNaming, facts: FileFacts, order: { number: number; count: number | null } = only) =>
    namedKey(naming, 'a/b/', facts, order);

  it('of COS: double underscores, in the folder of the task', () => {
    expect(name(cos, mix)).toBe('a/b/TASK/1400000001_cm9vbQ...mp4');
    expect(name(cos, alice)).toBe(`a/b/TASK/1400000001_cm9vbQ..__UserId_s_${enc}__UserId_e_main.mp4`);
    const screen: FileFacts = { ...alice, format: 'hls', source: 'screen_share', hasAudio: false, durationMs: null };
    expect(name(cos, screen, { number: 1, count: null })).toBe(`a/b/TASK/1400000001_cm9vbQ..__UserId_s_${enc}__UserId_e_aux_video.m3u8`);
    expect(name(cos, { ...alice, format: 'hls', source: 'microphone', hasVideo: false })).toMatch(/_main_audio\.m3u8$/);
    expect(name(cos, { ...alice, format: 'hls' })).toMatch(/_main_audiovideo\.m3u8$/);
    expect(name(cos, { ...mix, format: 'hls' })).toBe('a/b/TASK/1400000001_cm9vbQ...m3u8');
  });

  it('of VOD: single underscores, a folder of the recording’s own', () => {
    expect(name(vod, mix)).toBe('a/b/rec_1/1400000001_4321.mp4');
    expect(name(vod, { ...alice, format: 'aac' })).toBe(`a/b/rec_1/1400000001_4321_UserId_s_${enc}_UserId_e_main.aac`);
  });

  it('say the slice only when there are several, and are not known before that is', () => {
    expect(name(cos, alice, { number: 1, count: null })).toBeNull();
    expect(name(cos, alice, { number: 1, count: 2 })).toMatch(/_main_1\.mp4$/);
    expect(name(cos, alice, { number: 2, count: null })).toMatch(/_main_2\.mp4$/);
    expect(name(vod, mix, { number: 3, count: 3 })).toBe('a/b/rec_1/1400000001_4321_3.mp4');
    expect(name(cos, { ...alice, format: 'hls' }, { number: 1, count: 2 })).toMatch(/_audiovideo\.m3u8$/); // it could be read before
    expect(name(cos, { ...alice, format: 'hls' }, { number: 2, count: null })).toMatch(/_audiovideo_2\.m3u8$/);
  });

  it('keep what began after a take-over, and what the caller marked, apart', () => {
    expect(name(vod, { ...mix, takeovers: 2 })).toBe('a/b/rec_1/ha2_1400000001_4321.mp4');
    const marked = { ...cos, userDefine: 'lesson42' };
    expect(name(marked, { ...mix, takeovers: 1 })).toBe('a/b/TASK/lesson42__UserDefine_u_ha1_1400000001_cm9vbQ...mp4');
  });

  it('of segments: bare, with the UTC instant of their start', () => {
    const key = 'a/b/TASK/1400000001_4321__UserId_s_YQ..__UserId_e_main_video.m3u8';
    expect(partName(cos, key, { name: '00001.ts', startWallMs })).toBe(
      '1400000001_4321__UserId_s_YQ..__UserId_e_main_video_20260131080102034.ts',
    );
    expect(partName(cos, 'x.m3u8', { name: 'init.mp4', startWallMs })).toBe('x_init.mp4');
    expect(partName(cos, 'x.m3u8', { name: '00002.m4s', startWallMs: startWallMs + 4000 })).toBe('x_20260131080106034.m4s');
  });
});

describe('names as Volcengine has them', () => {
  const all = '{TaskId}_{RoomId}_{UserId}_{Type}_{StartTime}_{Duration}_{Random}';
  const rule: VolcengineFileNaming = { rule: 'volcengine', pattern: all, taskId: 'task', roomId: 'room', appendRandom: true };
  const name = (over: Partial<VolcengineFileNaming>, facts: FileFacts = { ...alice, identity: 'u1' }, number = 1) =>
    namedKey({ ...rule, ...over }, 'd1/d2/', facts, { number, count: null });

  it('fill in their variables, whatever their case, and leave what they do not know', () => {
    expect(name({})).toMatch(/^d1\/d2\/task_room_u1_C_1769846462034_000030_[0-9a-f]{8}\.mp4$/);
    expect(name({ pattern: '{taskid}-{ROOMID}-{x}-{random}' }, { ...mix, source: null })).toMatch(
      /^d1\/d2\/task-room-\{x\}-[0-9a-f]{8}\.mp4$/,
    );
    expect(name({ pattern: '{Type}', appendRandom: false }, { ...alice, source: 'screen_share' })).toBe('d1/d2/S.mp4');
    expect(name({ pattern: '{Duration}', appendRandom: false }, { ...alice, durationMs: 3_600_000 })).toBe('d1/d2/003600.mp4');
    expect(name({ pattern: '{TaskId}' })).toMatch(/^d1\/d2\/task_[0-9a-f]{8}\.mp4$/);
  });

  it('are random and yet the same on a repeat, and others for another file', () => {
    const random = { pattern: '{Random}' };
    expect(name(random)).toBe(name(random));
    expect(name(random)).not.toBe(name(random, { ...alice, place: '1/bob.camera.mp4' }));
    expect(name(random)).not.toBe(name(random, { ...alice, recordingId: 'rec_2' }));
  });

  it('wait for the duration when they need it', () => {
    const growing: FileFacts = { ...alice, identity: 'u1', durationMs: null };
    expect(name({}, growing)).toBeNull();
    expect(name({ pattern: '{TaskId}_{Random}' }, growing)).not.toBeNull();
    const hls: FileFacts = { ...growing, format: 'hls' };
    expect(name({}, hls)).toBeNull();
    expect(name({ zeroDurationOfHls: true }, hls)).toMatch(/_000000_[0-9a-f]{8}\.m3u8$/);
    expect(name({ zeroDurationOfHls: true }, { ...hls, durationMs: 30_000 })).toBe(name({ zeroDurationOfHls: true }, hls)); // complete: the same
  });

  it('have at most 128 characters, the last one ~ when they were cut', () => {
    const long = name({ pattern: `${'x'.repeat(120)}_{RoomId}_{TaskId}` }) ?? '';
    expect(long).toBe(`d1/d2/${'x'.repeat(120)}_room_t~.mp4`);
    expect(name({ pattern: 'x'.repeat(128), appendRandom: false }, mix, 2)).toBe(`d1/d2/${'x'.repeat(125)}~_2.mp4`);
  });

  it('of segments: bare, numbered', () => {
    expect(partName(rule, 'd1/task.m3u8', { name: '00012.ts', startWallMs })).toBe('task_00012.ts');
    expect(partName(rule, 'task.m3u8', { name: 'init.mp4', startWallMs })).toBe('task_init.mp4');
  });

  it('tell files apart by a number that nothing else tells apart', () => {
    const naming = { ...rule, pattern: '{RoomId}_{Duration}', appendRandom: false };
    expect(fileStem(naming, alice)).toBe(fileStem(naming, { ...alice, place: 'other', durationMs: null }));
    expect(fileStem(rule, alice)).not.toBe(fileStem(rule, { ...alice, place: 'other' }));
  });
});

it('every name is one that a storage takes, whatever people are called', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(text, text, fc.constantFrom('mp4', 'hls'), (identity, room, format) => {
      const facts: FileFacts = { ...alice, identity, format };
      for (const naming of [
        { rule: 'tencent', separator: '__', base: `1_${room}`, folder: 'T/', userDefine: 'u' },
        { rule: 'tencent-legacy', recordId: null, stream: { appId: '1', room, bizId: null }, folder: '' },
        { rule: 'volcengine', pattern: '{UserId}{RoomId}', taskId: 't', roomId: room, appendRandom: true },
      ] as const) {
        const key = namedKey(naming, '', facts, only) ?? '';
        expect(checkKey(key)).toBe(key);
        checkKey(partName(naming, key, { name: '00001.m4s', startWallMs }));
      }
    }),
  );
});
