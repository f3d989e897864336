import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncodedFrame } from '@tapedeck/rtp';
import { encodeTestVideo } from '@tapedeck/testkit';
import { afterAll, expect, it } from 'vitest';
import { RemuxFile } from '../src/remux/remux-file.ts';
import { samplePictures } from './picture-samples.ts';

const root = mkdtempSync(join(tmpdir(), 'tapedeck-layer-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('a picture that an SFU sends in both layers when it changes them is copied once', async () => {
  const video = { codec: 'vp8', identity: 5, fps: 15, bitrateKbps: 300, durationS: 4 } as const;
  const [small, large] = await Promise.all([
    encodeTestVideo({ ...video, width: 160, height: 90 }),
    encodeTestVideo({ ...video, width: 320, height: 180 }),
  ]);
  const frameOf = (index: number, of: typeof small, height: number): EncodedFrame => ({
    ...{ type: 'frame', codec: 'vp8', rtpTimestamp: index * 6000, firstSequence: index, lastSequence: index, arrivalUs: 0 },
    ...{ data: of[index]!.data, isKeyframe: of[index]!.isKeyframe, isDroppable: false, followsGap: false },
    ...(of[index]!.isKeyframe ? { width: (height * 16) / 9, height } : {}),
  });
  const file = new RemuxFile({
    outDir: root,
    key: 'ada.camera',
    type: 'individual',
    participant: 'ada',
    sources: { video: 'camera', audio: 'microphone' },
    holdbackMs: 500,
    preferred: 'webm',
    wallMs: null,
  });
  const us = (index: number): number => Math.round((index * 1e6) / 15);
  // Frame 30 comes small, and a tick later large: the keyframe with which the new layer begins.
  for (let index = 0; index <= 30; index++) file.push(frameOf(index, small, 90), us(index));
  for (let index = 30; index < 60; index++) file.push(frameOf(index, large, 180), us(index) + (index === 30 ? 11 : 0));
  const [made] = file.finish();
  const pictures = await samplePictures(join(root, made?.path ?? ''));
  expect(pictures.map(({ frame }) => frame)).toEqual(Array.from({ length: 60 }, (_, index) => index));
  expect(pictures.map(({ width }) => width)).toEqual([...new Array<number>(30).fill(160), ...new Array<number>(30).fill(320)]);
});
