import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signFile, verifyFile } from './signed-file.ts';

const signingKey = randomBytes(32);
const grant = { key: 'meetings/rec_1/会议 1.mp4', expiresAtS: 2_000, scope: 'file' } as const;

describe('signed file addresses', () => {
  it('open their key until they expire', () => {
    const path = decodeURIComponent(signFile(grant, signingKey));
    expect(verifyFile(path, signingKey, 1_999)).toEqual({ key: grant.key });
    expect(verifyFile(path, signingKey, 2_000)).toEqual({ refusal: 'expired' });
  });

  it('open nothing else', () => {
    const path = decodeURIComponent(signFile(grant, signingKey));
    const [token = ''] = path.split('/');
    expect(verifyFile(`${token}/meetings/rec_2/a.mp4`, signingKey, 0)).toEqual({ refusal: 'forged' });
    expect(verifyFile(path.replace(/^f[^.]+/, 'fzzzzzz'), signingKey, 0)).toEqual({ refusal: 'forged' });
    expect(verifyFile(path.replace(/^f/, 'd'), signingKey, 0)).toEqual({ refusal: 'forged' });
    expect(verifyFile(path, randomBytes(32), 0)).toEqual({ refusal: 'forged' });
  });

  it('of a folder open what is below it, without a way out', () => {
    const path = signFile({ key: 'rec_1/hls/index.m3u8', expiresAtS: 9, scope: 'folder' }, signingKey);
    const token = path.split('/')[0] ?? '';
    expect(verifyFile(`${token}/rec_1/hls/parts/00001.m4s`, signingKey, 0)).toEqual({ key: 'rec_1/hls/parts/00001.m4s' });
    expect(verifyFile(`${token}/rec_1/composite.mp4`, signingKey, 0)).toEqual({ refusal: 'forged' });
    expect(verifyFile(`${token}/rec_1/hls/../composite.mp4`, signingKey, 0)).toEqual({ refusal: 'malformed' });
  });

  it('of a playlist with bare parts open these and nothing else beside them', () => {
    const token = signFile({ key: 'calls/task_a.m3u8', expiresAtS: 9, scope: 'parts' }, signingKey).split('/')[0] ?? '';
    const open = (key: string) => verifyFile(`${token}/${key}`, signingKey, 0);
    for (const key of ['calls/task_a.m3u8', 'calls/task_a_00001.ts', 'calls/task_a_20260131080102034.m4s', 'calls/task_a_init.mp4'])
      expect(open(key)).toEqual({ key });
    for (const key of [
      'calls/task_b.m3u8',
      'calls/task_a.mp4',
      'calls/task_a_b.m3u8',
      'calls/task_a_x_00001.ts',
      'task_a_00001.ts',
      'calls/task_a',
    ])
      expect(open(key)).toEqual({ refusal: 'forged' });
  });

  it.each(['', 'x', 'f1.abc/def', 'f1/def', `f1.${'A'.repeat(43)}/`])('refuse %j as malformed', (path) => {
    expect(verifyFile(path, signingKey, 0)).toEqual({ refusal: 'malformed' });
  });
});
