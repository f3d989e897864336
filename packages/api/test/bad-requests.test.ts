import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestApi } from './test-api.ts';
import type { TestApi } from './test-api.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // a loaded machine takes its time for initdb

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => await api.close());

const composite = (change: object) => ({ outputs: [{ type: 'composite', ...change }] });
const individual = (change: object) => ({ outputs: [{ type: 'individual', ...change }] });
const long = (letters: number): string => 'x'.repeat(letters);

/** What is wrong → the field that the answer must name. `room: 'r'` is added where it is not given. */
const badFields: readonly (readonly [object, string])[] = [
  [{ room: undefined }, 'room'],
  [{ room: '' }, 'room'],
  [{ room: 5 }, 'room'],
  [{ room: null }, 'room'],
  [{ room: long(257) }, 'room'],
  [{ room: 'a\0b' }, 'room'],
  [{ room: '\ud800' }, 'room'],
  [{ rooms: 'x' }, 'rooms'],
  [{ outputs: [] }, 'outputs'],
  [{ outputs: {} }, 'outputs'],
  [{ outputs: Array(9).fill({ type: 'composite' }) }, 'outputs'],
  [{ outputs: [null] }, 'outputs[0]'],
  [{ outputs: [{}] }, 'outputs[0].type'],
  [{ outputs: [{ type: 'track' }] }, 'outputs[0].type'],
  [composite({ merge: true }), 'outputs[0].merge'],
  [composite({ formats: [] }), 'outputs[0].formats'],
  [composite({ formats: 'mp4' }), 'outputs[0].formats'],
  [composite({ formats: ['mp4', 'mp4'] }), 'outputs[0].formats'],
  [composite({ formats: ['ogv'] }), 'outputs[0].formats[0]'],
  [composite({ formats: ['mp4', 'wav'], audio: null }), 'outputs[0].audio'],
  [composite({ formats: ['ogg'], audio: { sampleRateHz: 44100 } }), 'outputs[0].audio.sampleRateHz'],
  [composite({ formats: ['webm'], audio: { bitrateKbps: 320 } }), 'outputs[0].audio.bitrateKbps'],
  [composite({ formats: ['mp3'], audio: { sampleRateHz: 16000, bitrateKbps: 192 } }), 'outputs[0].audio.bitrateKbps'],
  [composite({ hls: { segments: 'ts' } }), 'outputs[0].hls'],
  [composite({ formats: ['hls'], hls: { segments: 'avi' } }), 'outputs[0].hls.segments'],
  [composite({ formats: ['hls'], hls: { privateTags: 1 } }), 'outputs[0].hls.privateTags'],
  [composite({ webm: { codec: 'vp8' } }), 'outputs[0].webm'],
  [composite({ formats: ['webm'], webm: { codec: 'av1' } }), 'outputs[0].webm.codec'],
  [composite({ video: null, audio: null }), 'outputs[0]'],
  [composite({ video: 720 }), 'outputs[0].video'],
  [composite({ video: { width: 63 } }), 'outputs[0].video.width'],
  [composite({ video: { width: 1281 } }), 'outputs[0].video.width'],
  [composite({ video: { width: 3842 } }), 'outputs[0].video.width'],
  [composite({ video: { width: '1280' } }), 'outputs[0].video.width'],
  [composite({ video: { width: 1280.5 } }), 'outputs[0].video.width'],
  [composite({ video: { height: 0 } }), 'outputs[0].video.height'],
  [composite({ video: { height: -720 } }), 'outputs[0].video.height'],
  [composite({ video: { width: 3840, height: 3840 } }), 'outputs[0].video'],
  [composite({ video: { fps: 0 } }), 'outputs[0].video.fps'],
  [composite({ video: { fps: 61 } }), 'outputs[0].video.fps'],
  [composite({ video: { fps: 29.97 } }), 'outputs[0].video.fps'],
  [composite({ video: { bitrateKbps: 49 } }), 'outputs[0].video.bitrateKbps'],
  [composite({ video: { bitrateKbps: 1e9 } }), 'outputs[0].video.bitrateKbps'],
  [composite({ video: { gopS: 0 } }), 'outputs[0].video.gopS'],
  [composite({ video: { gopS: 11 } }), 'outputs[0].video.gopS'],
  [composite({ video: { codec: 'h265' } }), 'outputs[0].video.codec'],
  [composite({ audio: { sampleRateHz: 8000 } }), 'outputs[0].audio.sampleRateHz'],
  [composite({ audio: { channels: 0 } }), 'outputs[0].audio.channels'],
  [composite({ audio: { channels: true } }), 'outputs[0].audio.channels'],
  [composite({ audio: { bitrateKbps: 15 } }), 'outputs[0].audio.bitrateKbps'],
  [composite({ audio: { codec: 'opus' } }), 'outputs[0].audio.codec'],
  [composite({ layout: 'grid' }), 'outputs[0].layout'],
  [composite({ layout: { name: 'mosaic' } }), 'outputs[0].layout.name'],
  [composite({ layout: { name: 'custom' } }), 'outputs[0].layout.tiles'],
  [composite({ layout: { name: 'grid', tiles: [] } }), 'outputs[0].layout.tiles'],
  [composite({ layout: { options: [] } }), 'outputs[0].layout.options'],
  [composite({ layout: { options: { colour: 'red' } } }), 'outputs[0].layout.options.colour'],
  [composite({ layout: { options: { fit: 'zoom' } } }), 'outputs[0].layout.options.fit'],
  [composite({ layout: { options: { maxTiles: 26 } } }), 'outputs[0].layout.options.maxTiles'],
  [individual({ merge: 'yes' }), 'outputs[0].merge'],
  [individual({ layout: { name: 'grid' } }), 'outputs[0].layout'],
  [individual({ formats: ['webm', 'mp4'] }), 'outputs[0].formats'],
  [individual({ formats: ['webm'], webm: {} }), 'outputs[0].webm'],
  [{ subscribe: [] }, 'subscribe'],
  [{ subscribe: { data: {} } }, 'subscribe.data'],
  [{ subscribe: { audio: ['*'] } }, 'subscribe.audio'],
  [{ subscribe: { audio: { allow: '*' } } }, 'subscribe.audio.allow'],
  [{ subscribe: { video: { deny: [''] } } }, 'subscribe.video.deny[0]'],
  [{ subscribe: { video: { sources: ['microphone'] } } }, 'subscribe.video.sources[0]'],
  [{ subscribe: { audio: { sources: 'microphone' } } }, 'subscribe.audio.sources'],
  [{ subscribe: { audio: { sources: ['microphone', 'microphone'] } } }, 'subscribe.audio.sources'],
  [{ resumeWaitS: -1 }, 'resumeWaitS'],
  [{ resumeWaitS: 86_401 }, 'resumeWaitS'],
  [{ resumeWaitS: '5' }, 'resumeWaitS'],
  [{ pauseMode: 'freeze' }, 'pauseMode'],
  [{ template: '' }, 'template'],
  [{ template: 5 }, 'template'],
  [{ subscribe: { video: { deny: Array(201).fill('a') } } }, 'subscribe.video.deny'],
  [{ storage: 'elsewhere' }, 'storage'],
  [{ prefix: 5 }, 'prefix'],
  [{ prefix: '/absolute' }, 'prefix'],
  [{ prefix: '../up' }, 'prefix'],
  [{ prefix: 'a/../../b' }, 'prefix'],
  [{ prefix: 'a/./b' }, 'prefix'],
  [{ prefix: 'a//b' }, 'prefix'],
  [{ prefix: 'a\\b' }, 'prefix'],
  [{ prefix: 'a\nb' }, 'prefix'],
  [{ prefix: long(161) }, 'prefix'],
  [{ prefix: `${long(100)}/`.repeat(6) }, 'prefix'],
  [{ prefix: '会'.repeat(60) }, 'prefix'],
  [{ idleTimeoutS: 0 }, 'idleTimeoutS'],
  [{ idleTimeoutS: 86_401 }, 'idleTimeoutS'],
  [{ idleTimeoutS: null }, 'idleTimeoutS'],
  [{ maxDurationS: 0 }, 'maxDurationS'],
  [{ maxDurationS: 259_201 }, 'maxDurationS'],
  [{ sliceS: 9 }, 'sliceS'],
  [{ sliceS: 86_401 }, 'sliceS'],
  [{ maxFileBytes: 65_535 }, 'maxFileBytes'],
  [{ maxFileBytes: 4_000_000_001 }, 'maxFileBytes'],
  [{ fill: 'white' }, 'fill'],
  [{ metadata: 'x' }, 'metadata'],
  [{ metadata: [] }, 'metadata'],
  [{ metadata: { a: { b: ['\0'] } } }, 'metadata.a.b[0]'],
  [{ metadata: { a: long(17_000) } }, 'metadata'],
];

describe('POST /v1/recordings', () => {
  test.each(badFields)('refuses %j and names %s', async (change, field) => {
    const { status, headers, body } = await api.call('POST', '/v1/recordings', { room: 'r', ...change });
    expect(headers['content-type']).toBe('application/problem+json');
    expect({ status, code: body['code'], field: body['field'] }).toEqual({ status: 400, code: 'INVALID_REQUEST', field });
    expect(body).toMatchObject({ type: expect.stringMatching(/^https:/), title: 'Bad Request', status: 400, fault: 'caller' });
    expect(body['detail']).toContain(field);
  });

  test('nothing of all that was started', async () => {
    expect((await api.call('GET', '/v1/recordings')).body['items']).toEqual([]);
  });
});

describe('POST /v1/tokens', () => {
  test.each([
    [{}, 'room'],
    [{ room: 'r' }, 'identity'],
    [{ room: 'r', identity: '' }, 'identity'],
    [{ room: 'r', identity: long(257) }, 'identity'],
    [{ room: 'r', identity: 'i', name: 1 }, 'name'],
    [{ room: 'r', identity: 'i', canPublish: 'no' }, 'canPublish'],
    [{ room: 'r', identity: 'i', ttlS: 59 }, 'ttlS'],
    [{ room: 'r', identity: 'i', admin: true }, 'admin'],
  ])('refuses %j and names %s', async (request, field) => {
    const { status, body } = await api.call('POST', '/v1/tokens', request);
    expect([status, body['code'], body['field']]).toEqual([400, 'INVALID_REQUEST', field]);
  });
});

describe('what is no request of ours', () => {
  test.each([
    ['not JSON', '{"room":', {}, 400, 'INVALID_REQUEST'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, 400, 'INVALID_REQUEST'],
    ['a list', '[]', {}, 400, 'INVALID_REQUEST'],
    ['nothing', '', {}, 400, 'INVALID_REQUEST'],
    ['text', 'room=r', { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', 'room=r', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a broken type', '{}', { 'content-type': '???' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['too much', `{"room":"${long(300_000)}"}`, {}, 413, 'PAYLOAD_TOO_LARGE'],
    ['deep nesting', `{"room":"r","metadata":${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}}`, {}, 400, 'INVALID_REQUEST'],
    ['a prototype', '{"room":"r","__proto__":{"x":1}}', {}, 400, 'INVALID_REQUEST'],
  ])('%s is a problem with its code', async (_what, body, headers, status, code) => {
    const answer = await api.call('POST', '/v1/recordings', body, headers as Record<string, string>);
    expect([answer.status, answer.body['code'], answer.headers['content-type']]).toEqual([status, code, 'application/problem+json']);
  });

  test.each([
    ['GET', '/nothing', 404, 'NOT_FOUND'],
    ['GET', '/v1/nothing', 404, 'NOT_FOUND'],
    ['POST', '/v2/recordings', 404, 'NOT_FOUND'],
    ['GET', '/v1/recordings/%zz', 400, 'INVALID_REQUEST'],
    ['PUT', '/v1/recordings', 405, 'METHOD_NOT_ALLOWED'],
    ['DELETE', '/v1/recordings', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/v1/tokens', 405, 'METHOD_NOT_ALLOWED'],
    ['POST', '/healthz', 405, 'METHOD_NOT_ALLOWED'],
    ['POST', '/files/x', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/v1/recordings/rec_00000000000000000000000000/stop', 405, 'METHOD_NOT_ALLOWED'],
  ] as const)('%s %s is %d %s', async (method, url, status, code) => {
    const { status: got, body, headers } = await api.call(method, url);
    expect([got, body['code'], headers['content-type']]).toEqual([status, code, 'application/problem+json']);
    if (status === 405) expect(headers['allow']).toMatch(/[A-Z]/);
  });

  test('a body where none has a meaning is refused, an empty one is not', async () => {
    const { body } = await api.call('POST', '/v1/recordings', { room: 'r' });
    expect((await api.call('POST', `/v1/recordings/${body['id']}/stop`, { now: true })).status).toBe(400);
    expect((await api.call('POST', `/v1/recordings/${body['id']}/stop`, '', { 'content-type': 'application/json' })).status).toBe(200);
  });

  test('bytes that are no HTTP get a problem and the server goes on', async () => {
    await api.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = api.app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.end('NONSENSE\r\n\r\n');
    let answer = '';
    for await (const bytes of socket) answer += String(bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*INVALID_REQUEST/);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });
});
