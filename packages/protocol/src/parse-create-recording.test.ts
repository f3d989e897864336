import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { CreateRecordingSchema } from './create-recording.ts';
import { ValidationError } from './errors.ts';
import { containerFormats } from './output.ts';
import { parseCreateRecording, parseCreateToken, parseOutput, parsePatchRecording } from './parse-create-recording.ts';

const fieldOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof ValidationError) return error.field;
    throw error;
  }
  return 'accepted';
};

describe('parseCreateRecording', () => {
  test('fills in every default of the contract', () => {
    expect(parseCreateRecording({ room: 'standup' })).toEqual({
      room: 'standup',
      template: null,
      outputs: [
        {
          type: 'composite',
          formats: ['mp4'],
          video: { width: 1280, height: 720, fps: 15, bitrateKbps: 1500, gopS: 2 },
          audio: { sampleRateHz: 48000, channels: 1, bitrateKbps: 64 },
          layout: { name: 'grid', options: {} },
        },
      ],
      subscribe: {
        audio: { allow: ['*'], deny: [], sources: ['microphone', 'screen_share_audio'] },
        video: { allow: ['*'], deny: [], sources: ['camera', 'screen_share'] },
      },
      storage: 'default',
      retentionDays: null,
      prefix: '',
      idleTimeoutS: 30,
      resumeWaitS: null,
      pauseMode: 'cut',
      maxDurationS: 86_400,
      sliceS: 14_400,
      maxFileBytes: 2_000_000_000,
      fill: 'last-frame',
      maxGapS: 3600,
      extras: [],
      evidence: false,
      metadata: {},
    });
  });

  test('does not change what it is given and shares nothing with it or the schema', () => {
    const given = Object.freeze({ room: 'r', metadata: Object.freeze({ a: Object.freeze([1]) }) });
    const one = parseCreateRecording(given);
    one.outputs[0]?.formats.push('hls');
    one.subscribe.audio.allow.push('x');
    one.metadata['a'] = 2;
    expect(given.metadata.a).toEqual([1]);
    expect(parseCreateRecording(given).outputs[0]?.formats).toEqual(['mp4']);
    expect(parseCreateRecording(given).subscribe.audio.allow).toEqual(['*']);
  });

  test('an individual picture has both sides or neither', () => {
    const individual = (video: object) => parseCreateRecording({ room: 'r', outputs: [{ type: 'individual', video }] }).outputs[0]?.video;
    expect(individual({})).toEqual({ fps: 15, bitrateKbps: 1500, gopS: 2 });
    expect(individual({ width: 640, height: 360 })).toMatchObject({ width: 640, height: 360 });
    expect(fieldOf(() => individual({ width: 640 }))).toBe('outputs[0].video.height');
  });

  test('audio only and video only', () => {
    const [output] = parseCreateRecording({ room: 'r', outputs: [{ type: 'composite', video: null }] }).outputs;
    expect([output?.video, output?.audio?.sampleRateHz]).toEqual([null, 48000]);
  });

  test('the message names the allowed range and the value', () => {
    const bad = () => parseCreateRecording({ room: 'r', outputs: [{ type: 'composite', video: { fps: 500 } }] });
    expect(bad).toThrow('outputs[0].video.fps must be an integer from 1 to 60; it is 500.');
    expect(() => parseCreateRecording({ room: 'r', outputs: [{ type: 'composite', layout: { name: 'mosaic' } }] })).toThrow(
      /^outputs\[0\]\.layout\.name must be one of "grid", "speaker", .*"custom"; it is "mosaic"\.$/,
    );
  });

  test('whatever it is given, it answers with a value of the schema or with a ValidationError', () => {
    const leaf = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.jsonValue());
    const some = (...names: string[]) => fc.dictionary(fc.constantFrom(...names, 'other'), leaf, { maxKeys: 4 });
    const output = fc.record(
      {
        type: fc.constantFrom('composite', 'individual', 'x'),
        formats: fc.oneof(leaf, fc.array(fc.constantFrom(...containerFormats, 'ogv'), { maxLength: 3 })),
        video: fc.oneof(leaf, some('width', 'height', 'fps'), fc.record({ width: fc.integer({ min: 60, max: 4000 }) })),
        audio: fc.oneof(leaf, some('sampleRateHz', 'channels')),
        layout: fc.oneof(leaf, some('name', 'options'), fc.record({ name: fc.constantFrom('grid', 'single', 'custom') })),
      },
      { requiredKeys: ['type'] },
    );
    const request = fc.record(
      {
        room: fc.oneof({ weight: 9, arbitrary: fc.constant('room') }, leaf),
        outputs: fc.oneof({ weight: 5, arbitrary: fc.constant([{ type: 'composite' }]) }, leaf, fc.array(output, { maxLength: 3 })),
        subscribe: fc.oneof(leaf, some('audio', 'video')),
        prefix: fc.oneof(fc.constantFrom('a/', '../', 'a//b'), leaf),
        idleTimeoutS: fc.oneof(fc.integer({ min: -1, max: 100 }), leaf),
        metadata: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), leaf),
      },
      { requiredKeys: ['room'] },
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: request }, fc.anything()), (value) => {
        try {
          const parsed = parseCreateRecording(value);
          expect(Value.Check(CreateRecordingSchema, parsed)).toBe(true);
          expect(parseCreateRecording(JSON.parse(JSON.stringify(parsed)))).toEqual(JSON.parse(JSON.stringify(parsed)));
          accepted++;
        } catch (error) {
          if (!(error instanceof ValidationError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(3);
  });
});

describe('prefix', () => {
  test.each(['', 'a', 'a/', 'meetings/2026/', 'a..b/', '...', '.hidden/', '会议/', 'a b/', 'a/.../'])('%j stands', (prefix) => {
    expect(parseCreateRecording({ room: 'r', prefix }).prefix).toBe(prefix);
  });
  test.each(['/', '/a', '.', '..', './a', '../a', 'a/..', 'a/../b', 'a/.', 'a//b', '//', 'a\\b', 'a\tb', 'a\u007f'])(
    '%j is refused',
    (prefix) => {
      expect(fieldOf(() => parseCreateRecording({ room: 'r', prefix }))).toBe('prefix');
    },
  );
});

test('a patch holds what was named and nothing else', () => {
  expect(parsePatchRecording({ layout: { name: 'speaker' } })).toEqual({ layout: { name: 'speaker', options: {} } });
  expect(parsePatchRecording({ subscribe: {} }).subscribe?.audio).toEqual({
    allow: ['*'],
    deny: [],
    sources: ['microphone', 'screen_share_audio'],
  });
  expect(parsePatchRecording({ metadata: {} })).toEqual({ metadata: {} });
  expect(fieldOf(() => parsePatchRecording({}))).toBe('');
  expect(fieldOf(() => parsePatchRecording({ layout: { name: 'mosaic' } }))).toBe('layout.name');
  expect(fieldOf(() => parsePatchRecording({ idleTimeoutS: 5 }))).toBe('idleTimeoutS');
});

test('HLS and WebM are set when they are made', () => {
  const hls = { type: 'composite', formats: ['hls'], hls: { segments: 'ts' } };
  expect(parseOutput(hls)).toMatchObject({ hls: { segments: 'ts', privateTags: false } });
  expect(parseOutput({ type: 'composite', formats: ['webm'], webm: {} })).toMatchObject({ webm: { codec: 'vp9' } });
  expect(fieldOf(() => parseOutput({ ...hls, formats: ['mp4'] }))).toBe('output.hls');
});

test('an output alone, and a token', () => {
  expect(parseOutput({ type: 'individual', formats: ['webm'] })).toMatchObject({ formats: ['webm'], merge: true });
  // What was read can be sent again.
  expect(parseOutput(parseOutput({ type: 'individual', formats: ['webm'], audio: null }))).toMatchObject({ audio: null });
  expect(fieldOf(() => parseOutput({ type: 'composite', video: null, audio: null }))).toBe('output');
  expect(parseCreateToken({ room: 'r', identity: 'i' })).toEqual({ room: 'r', identity: 'i', name: '', canPublish: true, ttlS: 21_600 });
});

test.each([
  [{ video: { width: 640, height: 360 } }, 'output.video.width'],
  [{ video: { fps: 30 } }, 'output.video.fps'],
  [{ audio: { bitrateKbps: 128 } }, 'output.audio.bitrateKbps'],
  [{ hls: {} }, 'output.hls'],
])('a copy is not told how to be encoded: %j', (change, field) => {
  expect(fieldOf(() => parseOutput({ type: 'individual', formats: ['webm'], ...change }))).toBe(field);
});
