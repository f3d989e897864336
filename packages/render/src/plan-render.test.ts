import { describe, expect, it } from 'vitest';
import { PlanError } from './errors.ts';
import { planRender } from './plan-render.ts';

describe('planRender', () => {
  it('fills in the contract’s defaults and freezes everything', () => {
    const plan = planRender({ type: 'composite' }, 'rec_1', 0);
    expect(plan).toMatchObject({
      version: 1,
      formats: ['mp4'],
      mode: 'transcode',
      merge: true,
      fill: 'last-frame',
      sliceS: 14_400,
      layout: { name: 'grid' },
    });
    expect(plan.video).toEqual({ preset: 'veryfast', width: 1280, height: 720, fps: 15, bitrateKbps: 1500, gopS: 2 });
    expect(plan.audio).toEqual({ sampleRateHz: 48_000, channels: 1, bitrateKbps: 64 });
    expect(Object.isFrozen(plan.subscribe.audio.allow)).toBe(true);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('copies individual WebM and re-encodes individual MP4', () => {
    expect(planRender({ type: 'individual', formats: ['webm'] }, 'r', 0).mode).toBe('remux');
    expect(planRender({ type: 'individual', formats: ['mp4'] }, 'r', 0).mode).toBe('transcode');
    expect(planRender({ type: 'individual', formats: ['mp4'], mode: 'remux' }, 'r', 0).mode).toBe('remux');
  });

  it('makes no picture for formats of sound alone', () => {
    expect(planRender({ type: 'composite', formats: ['mp3', 'wav'] }, 'r', 0).video).toBeNull();
    expect(planRender({ type: 'individual', formats: ['mp3', 'mp4'] }, 'r', 0).video).not.toBeNull();
  });

  it.each([
    [{ type: 'composite', formats: ['ogv' as 'ogg'] }, 'outputs.formats'],
    [{ type: 'composite', formats: ['mp4', 'wav'], audio: null }, 'outputs.audio'],
    [{ type: 'composite', formats: ['ogg'], audio: { sampleRateHz: 44_100 } }, 'outputs.audio.sampleRateHz'],
    [{ type: 'composite', formats: ['webm'], audio: { sampleRateHz: 32_000 } }, 'outputs.audio.sampleRateHz'],
    [{ type: 'composite', formats: ['webm'], audio: { bitrateKbps: 320 } }, 'outputs.audio.bitrateKbps'],
    [{ type: 'composite', formats: ['mp3'], audio: { sampleRateHz: 16_000, bitrateKbps: 192 } }, 'outputs.audio.bitrateKbps'],
    [{ type: 'composite', formats: [] }, 'outputs.formats'],
    [{ type: 'individual', formats: ['webm', 'hls'] }, 'outputs.formats'],
    [{ type: 'composite', layout: { name: 'spiral' } }, 'outputs.layout.name'],
    [{ type: 'composite', video: { width: 1279 } }, 'outputs.video.width'],
    [{ type: 'composite', video: { fps: 0 } }, 'outputs.video.fps'],
    [{ type: 'composite', audio: { sampleRateHz: 8000 } }, 'outputs.audio.sampleRateHz'],
    [{ type: 'composite', audio: { channels: 3 } }, 'outputs.audio.channels'],
    [{ type: 'composite', video: null, audio: null }, 'video'],
  ] as const)('refuses %j and names the field', (request, field) => {
    expect(() => planRender(request, 'r', 0)).toThrow(expect.objectContaining({ code: 'RENDER_PLAN', field }));
    expect(() => planRender(request, 'r', 0)).toThrow(PlanError);
  });
});
