import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { CreateRecordingSchema } from './create-recording.ts';
import { ValidationError } from './errors.ts';
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
      outputs: [
        {
          type: 'composite',
          formats: ['mp4'],
          video: { width: 1280, height: 720, fps: 15, bitrateKbps: 1500, gopS: 2 },
          audio: { sampleRateHz: 48000, channels: 1, bitrateKbps: 64 },
          layout: { name: 'grid', options: {} },
        },
      ],
      subscribe: { audio: { allow: ['*'], deny: [] }, video: { allow: ['*'], deny: [] } },
      storage: 'default',
      prefix: '',
      idleTimeoutS: 30,
      maxDurationS: 86_400,
      sliceS: 14_400,
      fill: 'last-frame',
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

  test('audio only and video only', () => {
    const [output] = parseCreateRecording({ room: 'r', outputs: [{ type: 'composite', video: null }] }).outputs;
    expect([output?.video, output?.audio?.sampleRateHz]).toEqual([null, 48000]);
  });

  test('the message names the allowed range and the value', () => {
    const bad = () => parseCreateRecording({ room: 'r', outputs: [{ type: 'composite', video: { fps: 500 } }] });
    expect(bad).toThrow('outputs[0].video.fps must be an integer from 1 to 60; it is 500.');
    expect(() => parseCreateRecording({ room: 'r', outputs: [{ type: 'composite', layout: { name: 'single' } }] })).toThrow(
      'outputs[0].layout.name must be one of grid, speaker; this version does not draw the others yet; it is "single".',
    );
  });

  test('whatever it is given, it answers with a value of the schema or with a ValidationError', () => {
    const leaf = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.jsonValue());
    const some = (...names: string[]) => fc.dictionary(fc.constantFrom(...names, 'other'), leaf, { maxKeys: 4 });
    const output = fc.record(
      {
        type: fc.constantFrom('composite', 'individual', 'x'),
        formats: fc.oneof(leaf, fc.array(fc.constantFrom('mp4', 'hls', 'webm', 'flv'), { maxLength: 3 })),
        video: fc.oneof(leaf, some('width', 'height', 'fps'), fc.record({ width: fc.integer({ min: 60, max: 4000 }) })),
        audio: fc.oneof(leaf, some('sampleRateHz', 'channels')),
        layout: fc.oneof(leaf, some('name', 'options'), fc.record({ name: fc.constantFrom('grid', 'single') })),
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
  expect(parsePatchRecording({ subscribe: {} }).subscribe?.audio).toEqual({ allow: ['*'], deny: [] });
  expect(parsePatchRecording({ metadata: {} })).toEqual({ metadata: {} });
  expect(fieldOf(() => parsePatchRecording({}))).toBe('');
  expect(fieldOf(() => parsePatchRecording({ layout: { name: 'single' } }))).toBe('layout.name');
  expect(fieldOf(() => parsePatchRecording({ idleTimeoutS: 5 }))).toBe('idleTimeoutS');
});

test('an output alone, and a token', () => {
  expect(parseOutput({ type: 'individual', formats: ['webm'] })).toMatchObject({ formats: ['webm'], merge: true });
  expect(fieldOf(() => parseOutput({ type: 'composite', video: null, audio: null }))).toBe('output');
  expect(parseCreateToken({ room: 'r', identity: 'i' })).toEqual({ room: 'r', identity: 'i', name: '', canPublish: true, ttlS: 21_600 });
});
