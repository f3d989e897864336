import type { Claim } from '@tapedeck/catalogue';
import { type FileFacts, namedKey } from '@tapedeck/delivery';
import { type FileNaming, parseCreateRecording } from '@tapedeck/protocol';
import { expect, it } from 'vitest';
import { deliveryOf } from './recording-delivery.ts';

const outputs = [
  { type: 'composite' },
  { type: 'composite', formats: ['hls'] },
  { type: 'composite', formats: ['flv', 'mp4'], video: { width: 640, height: 360 } },
];
const request = parseCreateRecording({ room: '4321', prefix: 'a/', outputs });
const facts: Omit<FileFacts, 'place'> = {
  ...{ recordingId: 'rec_1', identity: null, source: null, hasVideo: true, hasAudio: true, format: 'mp4' },
  ...{ type: 'composite', startWallMs: 0, durationMs: 1000, takeovers: 0 },
};

it.each([
  ['TASK/', ['a/TASK/1_4321.mp4', 'a/TASK/2/1_4321.mp4']],
  ['', ['a/rec_1/1_4321.mp4', 'a/rec_1/2/1_4321.mp4']],
])('two mixes of one recording never have one name (folder %j)', (folder, keys) => {
  const fileNames: FileNaming = { rule: 'tencent', separator: '__', base: '1_4321', folder, userDefine: null };
  const origin = { dialect: 'tencent', appId: '1', taskId: 't', details: {}, fileNames } as const;
  const claim: Pick<Claim, 'recordingId' | 'request' | 'origin'> = { recordingId: 'rec_1', request, origin };
  const named = [0, 2].map((index) => {
    const { naming, prefix } = deliveryOf(claim, '/data', index);
    return naming && namedKey(naming.rule, prefix, { ...facts, place: `${index}/composite.mp4` }, { number: 1, count: 1 });
  });
  expect(named).toEqual(keys);
  expect(deliveryOf(claim, '/data', 1).naming?.rule).toEqual(fileNames);
});
