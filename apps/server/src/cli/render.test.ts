import { parseCreateRecording, parseCreateRender, type Output } from '@tapedeck/protocol';
import { expect, test } from 'vitest';
import { renderRequest, type RenderOptions } from './render.ts';

/** What the server makes of the options, for a recording with this output. */
function outputOf(own: object, options: RenderOptions): Output {
  const { outputs } = parseCreateRecording({ room: 'standup', outputs: [own] });
  return parseCreateRender(renderRequest({ outputs }, options), { outputs, startedAt: null, endedAt: null }).output;
}

const watched = { type: 'composite', formats: ['hls', 'webm'], hls: { segments: 'ts' }, webm: { codec: 'vp8' }, video: { fps: 25 } };

test('other formats leave out the settings of those that are not made', () => {
  const output = outputOf(watched, { formats: 'mp4' });
  expect(output).toMatchObject({ formats: ['mp4'], video: { fps: 25 } });
  expect(outputOf(watched, { formats: 'hls,mp4' })).toMatchObject({ hls: { segments: 'ts' } });
});

test('without options the composite is made once more, its layout as in the session', () => {
  expect(outputOf({ ...watched, layout: { name: 'speaker' } }, {})).toMatchObject({ ...watched, layout: { name: 'speaker' } });
  expect(renderRequest({ outputs: [] }, {})).toEqual({ output: { type: 'composite', formats: ['mp4'] } });
});

test('a size keeps what else was said of the picture', () => {
  expect(outputOf(watched, { size: '640x360' }).video).toMatchObject({ width: 640, height: 360, fps: 25 });
});

test('a layout or a size of a recording without a picture makes one', () => {
  const sound = { type: 'composite', formats: ['mp4'], video: null };
  expect(outputOf(sound, { layout: 'speaker' })).toMatchObject({ layout: { name: 'speaker' }, video: { width: 1280 } });
  expect(outputOf(sound, { size: '640x360' }).video).toMatchObject({ width: 640 });
  expect(outputOf(sound, { formats: 'wav' }).video).toBeNull();
});

test('a recording of individual files alone gets a composite', () => {
  expect(outputOf({ type: 'individual' }, { layout: 'speaker' })).toMatchObject({ type: 'composite', formats: ['mp4'] });
});
