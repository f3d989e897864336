import type { TencentLegacyNaming } from '@tapedeck/protocol';
import { describe, expect, it } from 'vitest';
import type { FileFacts } from './file-facts.ts';
import { fileStem, namedKey, partName } from './file-name.ts';

const startWallMs = Date.UTC(2020, 1, 16, 12, 12, 12, 900);
const mix: FileFacts = {
  ...{ recordingId: 'rec_1', place: '0/composite.mp4', type: 'composite', identity: null, source: null, hasVideo: true, hasAudio: true },
  ...{ format: 'mp4', startWallMs, durationMs: 60_050, takeovers: 0 },
};
const user: FileFacts = { ...mix, place: '0/userA.mp4', type: 'individual', identity: 'userA' };
const screen: FileFacts = { ...user, place: '0/userA.screen.mp4', source: 'screen_share' };
const span = '2020-02-16-12-12-12_2020-02-16-12-13-12';

const streams: TencentLegacyNaming = {
  ...{ rule: 'tencent-legacy', recordId: null, folder: 'TASK/' },
  stream: { appId: '12345678', room: '12345', bizId: null },
};
const old: TencentLegacyNaming = { ...streams, stream: { ...streams.stream, bizId: 1234 } };
const named: TencentLegacyNaming = { ...streams, recordId: 'lesson' };
const name = (naming: TencentLegacyNaming, facts: FileFacts, number = 1, count: number | null = null) =>
  namedKey(naming, 'a/', facts, { number, count });

describe('names of the legacy scheme', () => {
  it('are the id of the stream with start and end, in either form of id', () => {
    expect(name(streams, user)).toBe(`a/TASK/12345678_12345_userA_main_${span}.mp4`);
    expect(name(streams, { ...screen, format: 'flv' })).toBe(`a/TASK/12345678_12345_userA_aux_${span}.flv`);
    expect(name(old, user)).toBe(`a/TASK/1234_8d0261436c375bb0dea901d86d7d70e8_${span}.mp4`);
  });

  it('have the id as it is told: percent-encoded', () => {
    const stream = { appId: '14', room: 'stand up', bizId: null };
    expect(name({ ...streams, stream }, { ...user, identity: 'a/李' })).toBe(`a/TASK/14_stand%20up_a%2F%E6%9D%8E_main_${span}.mp4`);
  });

  it('keep start and end when what stands before them is cut', () => {
    const long = name(streams, { ...user, identity: '李'.repeat(30) }) ?? '';
    expect(long).toMatch(new RegExp(`^a/TASK/12345678_12345_%E6%9D%8E.*~[0-9a-f]{16}_${span}\\.mp4$`));
    expect(name(streams, { ...user, identity: '李'.repeat(31) })).not.toBe(long);
    expect(name(streams, { ...user, identity: '\ud800' })).toContain('_%EF%BF%BD_main_');
  });

  it('begin with what the caller gave, of one person with the type of the stream', () => {
    expect(name(named, user)).toBe(`a/TASK/lesson_main_${span}.mp4`);
    expect(name(named, screen)).toBe(`a/TASK/lesson_aux_${span}.mp4`);
    expect(name({ ...named, folder: '' }, { ...mix, format: 'mp3' })).toBe(`a/rec_1/lesson_${span}.mp3`);
  });

  it('wait for the end, playlists too', () => {
    expect(name(streams, { ...user, durationMs: null }, 1, 1)).toBeNull();
    expect(name(named, { ...mix, format: 'hls', durationMs: null }, 1, 1)).toBeNull();
    expect(name(named, { ...mix, format: 'hls' })).toBe(`a/TASK/lesson_${span}.m3u8`);
  });

  it('of slices tell each other apart by their starts, and by a number within one second', () => {
    const next = { ...user, startWallMs: startWallMs + 60_050 };
    expect(name(streams, next, 1, null)).toMatch(/_main_2020-02-16-12-13-12_2020-02-16-12-14-13\.mp4$/);
    expect(fileStem(streams, next)).not.toBe(fileStem(streams, user));
    const microphone = { ...user, place: '0/userA.microphone.mp4', startWallMs: startWallMs + 99, durationMs: null };
    expect(fileStem(streams, microphone)).toBe(fileStem(streams, user));
    expect(name(streams, { ...microphone, durationMs: 60_000 }, 2)).toBe(`a/TASK/12345678_12345_userA_main_${span}_2.mp4`);
    expect(fileStem(streams, { ...user, format: 'flv' })).not.toBe(fileStem(streams, user));
  });

  it('are the same after a take-over: the start tells what began then', () => {
    expect(name(streams, { ...user, takeovers: 2 })).toBe(name(streams, user));
  });

  it('of parts are numbered, beside the playlist', () => {
    expect(partName(streams, `a/TASK/lesson_${span}.m3u8`, { name: '00003.ts', startWallMs })).toBe(`lesson_${span}_00003.ts`);
    expect(partName(streams, 'x.m3u8', { name: 'init.mp4', startWallMs })).toBe('x_init.mp4');
  });
});
