import { parseCreateRecording } from '@tapedeck/protocol';
import type { DialectOrigin } from '@tapedeck/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileRow, MediaQuery } from '../src/index.ts';
import { file, startTestCatalogue, type TestCatalogue } from './test-catalogue.ts';

const origin = (taskId: string, details: object = {}): DialectOrigin => ({
  ...{ dialect: 'tencent', appId: '1400000001', taskId, fileNames: null },
  details: { kind: 'recording', ...details },
});

describe('the library of media', () => {
  let test: TestCatalogue;
  const ids: Record<string, string> = {};
  const ask = async (query: Partial<MediaQuery>) =>
    await test.catalogue.media.search(test.applicationId, { ownAppId: '0', order: 'asc', offset: 0, limit: 10, ...query });
  const names = async (query: Partial<MediaQuery>): Promise<string[]> => (await ask(query)).items.map((item) => item.file.key);
  const record = async (room: string, made: DialectOrigin | null, files: readonly FileRow[], more: object = {}): Promise<void> => {
    const request = parseCreateRecording({ room, ...more });
    if (made === null) await test.catalogue.recordings.create(test.applicationId, request, null);
    else await test.catalogue.dialects.create(test.applicationId, request, made);
    const claim = await test.catalogue.leases.claimNext('one', { expiryMs: 60_000 });
    if (claim === null) throw new Error('nothing to claim');
    for (const row of files) await test.catalogue.leases.file(claim, row);
    const recording = await test.catalogue.recordings.get(test.applicationId, claim.recordingId);
    for (const { key, id } of recording?.files ?? []) ids[key] = id;
  };

  beforeAll(async () => {
    test = await startTestCatalogue();
    const ada = { type: 'individual', participant: 'ada' } as const;
    await record('4321', origin('t1'), [
      { ...file('t1/1400000001_4321.mp4') },
      { ...file('t1/1400000001_4321_growing.m3u8'), format: 'hls', state: 'growing' },
      { ...file('t1/timeline.json'), type: 'timeline', format: 'json' },
    ]);
    await record('4321', origin('t2'), [
      { ...file('t2/1400000001_4321__UserId_s_YWRh__UserId_e_main.mp4'), ...ada },
      { ...file('t2/1400000001_4321__UserId_s_YWRh__UserId_e_aux.mp4'), ...ada, source: 'screen_share' },
      { ...file('t2/1400000001_4321__UserId_s_YWRh__UserId_e_main.aac'), ...ada, format: 'aac', videoCodec: null },
    ]);
    await record('standup', origin('t3', { kind: 'mix', streamId: 'my_mix', classId: 7 }), [file('t3/my_mix_2026.mp4')], {
      retentionDays: 3,
    });
    await record('native%room', null, [file('rec/100%_native.mp4')]);
    await record('5000', origin('t4', { kind: 'stream' }), [{ ...file('t4/1400000001_5000_ada_main_2026.flv'), ...ada, format: 'flv' }]);
  });
  afterAll(async () => await test.close());

  it('holds complete files with sound or picture, of the application alone', async () => {
    expect((await ask({})).total).toBe(7);
    const stranger = await test.catalogue.applications.add('other', 'other-key', 'other-secret');
    expect((await test.catalogue.media.search(stranger.id, { ownAppId: '0', order: 'asc', offset: 0, limit: 10 })).total).toBe(0);
    expect(await test.catalogue.media.byIds(stranger.id, [ids['rec/100%_native.mp4'] ?? ''])).toEqual([]);
    expect(await test.catalogue.media.describe(stranger.id, ids['rec/100%_native.mp4'] ?? '', { name: 'mine' })).toBe(false);
  });

  it('is searched by name, room, application, format, kind, stream and origin', async () => {
    expect(await names({ namePrefixes: ['1400000001_4321__UserId'], formats: ['mp4'] })).toHaveLength(2);
    expect(await names({ names: ['UserId_e_AUX'] })).toEqual(['t2/1400000001_4321__UserId_s_YWRh__UserId_e_aux.mp4']);
    expect(await names({ names: ['0%_n'] })).toEqual(['rec/100%_native.mp4']);
    expect(await names({ namePrefixes: ['100_'] })).toEqual([]);
    expect(await names({ rooms: ['native%room', 'standup'] })).toHaveLength(2);
    expect(await names({ appIds: ['1400000001'] })).toHaveLength(6);
    expect(await names({ appIds: ['9'], ownAppId: '9' })).toEqual(['rec/100%_native.mp4']);
    expect(await names({ kinds: ['audio'] })).toEqual(['t2/1400000001_4321__UserId_s_YWRh__UserId_e_main.aac']);
    expect(await names({ isLegacy: true })).toEqual(['t3/my_mix_2026.mp4', 't4/1400000001_5000_ada_main_2026.flv']);
    expect(await names({ isLegacy: false })).toHaveLength(5);
    expect(await names({ streams: [{ mixed: 'my_mix', plain: null, digest: null }] })).toEqual(['t3/my_mix_2026.mp4']);
    expect(await names({ streams: [{ mixed: '', plain: '4321_ada_aux', digest: null }] })).toEqual([
      't2/1400000001_4321__UserId_s_YWRh__UserId_e_aux.mp4',
    ]);
    const digest = '9b1f0c2e0c4f4c0a8a3d4d5b2a1f7d11';
    expect(await names({ streams: [{ mixed: '', plain: null, digest }] })).toEqual([]);
    expect(await names({ classIds: [7] })).toEqual(['t3/my_mix_2026.mp4']);
    expect(await names({ fileIds: [] })).toEqual([]);
    expect(await names({ expiresTo: new Date('9000-01-01') })).toEqual([]); // it has not ended
  });

  it('comes in pages, oldest or newest first, and says how many there are', async () => {
    const [first] = await names({ limit: 1 });
    expect([await names({ order: 'desc', offset: 6 }), (await ask({ limit: 0 })).total, (await ask({ offset: 99 })).total]).toEqual([
      [first],
      7,
      7,
    ]);
    expect(await names({ from: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await names({ to: new Date(Date.now() + 60_000), isToExcluded: true })).toHaveLength(7);
  });

  it('keeps what somebody writes beside a file, until the file is gone', async () => {
    const id = ids['rec/100%_native.mp4'] ?? '';
    expect(await test.catalogue.media.describe(test.applicationId, id, { name: 'Lesson 1', tags: ['a', 'b'] })).toBe(true);
    expect(await test.catalogue.media.describe(test.applicationId, id, { description: 'the first', classId: 3 })).toBe(true);
    expect((await test.catalogue.media.byIds(test.applicationId, [id]))[0]?.info).toMatchObject({
      name: 'Lesson 1',
      description: 'the first',
      classId: 3,
      tags: ['a', 'b'],
    });
    expect(await names({ namePrefixes: ['Less'], descriptions: ['FIRST'], tags: ['b', 'z'], text: 'first', classIds: [3] })).toEqual([
      'rec/100%_native.mp4',
    ]);
    await test.catalogue.media.describe(test.applicationId, id, { tags: [] });
    expect(await names({ tags: ['b'] })).toEqual([]);
  });
});
