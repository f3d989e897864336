import { parseCreateTemplate, type Template } from '@tapedeck/protocol';
import { describe, expect, it } from 'vitest';
import { automaticRequest } from './automatic-request.ts';

const request = (recording: object, autoStart: Template['autoStart'] = null): object => {
  const { room, template, idleTimeoutS, resumeWaitS } = automaticRequest({ name: 'all', recording, autoStart }, 'standup');
  return { room, template, idleTimeoutS, resumeWaitS };
};
const named = { room: 'standup', template: 'all' };

describe('the request of a recording that starts by itself', () => {
  it('follows the room when its template does not say when it ends', () => {
    expect(request({})).toEqual({ ...named, idleTimeoutS: 86_400, resumeWaitS: 30 });
    expect(request({ resumeWaitS: 5 })).toEqual({ ...named, idleTimeoutS: 86_400, resumeWaitS: 5 });
    expect(request({ resumeWaitS: null })).toEqual({ ...named, idleTimeoutS: 86_400, resumeWaitS: 30 });
  });

  it('ends as its vendor has it', () => {
    const tencent = { on: 'first-media', tencent: { sdkAppId: 1_400_000_001, scheme: 'cloud' } } as const;
    const volcengine = { on: 'first-media', volcengine: { appId: 'app1', businessId: null } } as const;
    expect(request({}, tencent)).toEqual({ ...named, idleTimeoutS: 86_400, resumeWaitS: 5 });
    expect(request({ resumeWaitS: 60 }, tencent)).toEqual({ ...named, idleTimeoutS: 86_400, resumeWaitS: 60 });
    expect(request({}, volcengine)).toEqual({ ...named, idleTimeoutS: 180, resumeWaitS: null });
    expect(request({ idleTimeoutS: 60 }, volcengine)).toEqual({ ...named, idleTimeoutS: 60, resumeWaitS: null });
    expect(request({ resumeWaitS: 9 }, volcengine)).toEqual({ ...named, idleTimeoutS: 86_400, resumeWaitS: 9 });
  });

  it('has playlists as Tencent has them, unless its template says which', () => {
    const hlsOf = (scheme: 'cloud' | 'legacy', output: object): unknown => {
      const recording = parseCreateTemplate({ name: 'all', recording: { outputs: [{ type: 'individual', ...output }] } }).recording;
      const [made] = automaticRequest(
        { name: 'all', recording, autoStart: { on: 'first-media', tencent: { sdkAppId: 1, scheme } } },
        '1',
      ).outputs;
      return made?.type === 'individual' ? made.hls : null;
    };
    expect(hlsOf('cloud', { formats: ['hls', 'mp4'] })).toEqual({ segments: 'ts', privateTags: true });
    expect(hlsOf('legacy', { formats: ['hls'] })).toEqual({ segments: 'ts', privateTags: false });
    expect(hlsOf('cloud', { formats: ['hls'], hls: { segments: 'fmp4' } })).toMatchObject({ segments: 'fmp4' });
    expect(hlsOf('cloud', { formats: ['mp4'] })).toBeUndefined();
  });

  it('ends as its template says', () => {
    expect(request({ idleTimeoutS: 10 })).toEqual({ ...named, idleTimeoutS: 10, resumeWaitS: null });
    expect(request({ idleTimeoutS: 10, resumeWaitS: 3 })).toEqual({ ...named, idleTimeoutS: 10, resumeWaitS: 3 });
  });
});
