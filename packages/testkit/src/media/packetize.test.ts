import { createDepacketizer, OpusRedDepacketizer, parseRtpPacket } from '@tapedeck/rtp';
import type { EncodedFrame } from '@tapedeck/rtp';
import { Codec, CodecContext, Frame, Packet } from 'node-av';
import { AV_CODEC_ID_VP8 } from 'node-av/constants';
import { expect, test } from 'vitest';
import { readTestPicture } from '../picture/index.ts';
import { canEncodeTestVideo, encodeTestAudio, encodeTestVideo, loadAudioLoop, loadVideoLoop, LoopSender } from './index.ts';

for (const codec of ['vp8', 'vp9', 'av1', 'h264', 'h265'] as const) {
  test.runIf(canEncodeTestVideo(codec))(
    `${codec}: every frame comes back from its packets, over the loop's seam and a wrap of sequence and timestamp`,
    async () => {
      const video = { codec, identity: 3, width: 320, height: 180, fps: 15, bitrateKbps: 400, durationS: 2 } as const;
      const encoded = await encodeTestVideo(video);
      expect(encoded.map(({ isKeyframe }) => isKeyframe).indexOf(true)).toBe(0);
      const sender = new LoopSender(await loadVideoLoop(video), {
        ssrc: 7,
        payloadType: 96,
        sequenceNumber: 65_530,
        timestamp: 0xffff_ff00,
      });
      const depacketizer = createDepacketizer(codec);
      const frames: EncodedFrame[] = [];
      let sequence = 65_530;
      for (let frame = 0; frame < 60; frame++) {
        for (const bytes of sender.packets(frame)) {
          const packet = parseRtpPacket(bytes)!;
          expect(packet.sequenceNumber).toBe(sequence & 0xffff);
          for (const item of depacketizer.push(packet, sequence++, 0)) if (item.type === 'frame') frames.push(item);
        }
      }
      for (const item of depacketizer.flush()) if (item.type === 'frame') frames.push(item);
      expect(frames.length).toBe(60);
      expect(frames.map(({ rtpTimestamp }) => rtpTimestamp)).toEqual(frames.map((_, index) => (0xffff_ff00 + index * 6000) % 2 ** 32));
      expect(frames.map(({ isKeyframe }) => isKeyframe)).toEqual([...encoded, ...encoded].map(({ isKeyframe }) => isKeyframe));
      if (codec !== 'h264' && codec !== 'h265' && codec !== 'av1')
        expect(frames.map(({ data }) => data.length)).toEqual([...encoded, ...encoded].map(({ data }) => data.length));
    },
  );
}

test('Opus in RED: primaries are the encoded packets', async () => {
  const encoded = await encodeTestAudio({ identity: 1, durationS: 1 });
  const sender = new LoopSender(await loadAudioLoop({ identity: 1, durationS: 1, red: { opusPayloadType: 111 } }), {
    ssrc: 1,
    payloadType: 63,
  });
  const depacketizer = new OpusRedDepacketizer(63);
  const sizes: number[] = [];
  for (let frame = 0; frame < 50; frame++) {
    for (const bytes of sender.packets(frame)) {
      for (const item of depacketizer.push(parseRtpPacket(bytes)!, frame, 0)) if (item.type === 'frame') sizes.push(item.data.length);
    }
  }
  expect(sizes).toEqual(encoded.map(({ data }) => data.length));
});

test('DTX leaves packets out of silence but none out of the beep', async () => {
  const loop = await loadAudioLoop({ identity: 1, durationS: 2, dtx: true });
  const sent = loop.frames.map(({ payloads }) => payloads.length);
  expect(sent.slice(50, 55)).toEqual([1, 1, 1, 1, 1]);
  expect(sent.filter((count) => count === 0).length).toBeGreaterThan(40);
});

test('vp8 in three temporal layers: every other frame may be left out, and without them it decodes', async () => {
  const video = { codec: 'vp8', identity: 3, width: 320, height: 180, fps: 30, bitrateKbps: 400, durationS: 2, temporalLayers: 3 } as const;
  const sender = new LoopSender(await loadVideoLoop(video), { ssrc: 7, payloadType: 96 });
  const depacketizer = createDepacketizer('vp8');
  const frames: EncodedFrame[] = [];
  for (let frame = 0, sequence = 0; frame < 60; frame++) {
    for (const bytes of sender.packets(frame)) {
      for (const item of depacketizer.push(parseRtpPacket(bytes)!, sequence++, 0)) if (item.type === 'frame') frames.push(item);
    }
  }
  for (const item of depacketizer.flush()) if (item.type === 'frame') frames.push(item);
  expect(frames.map(({ isDroppable }) => isDroppable)).toEqual(frames.map((_, index) => index % 2 === 1));
  expect(frames.slice(0, 4).map(({ temporalLayer }) => temporalLayer)).toEqual([0, 2, 1, 2]);
  const kept = frames.filter(({ isDroppable }) => !isDroppable);
  const numbers = await decodeNumbers(kept.map(({ data }) => data));
  expect(numbers).toEqual(kept.map((_, index) => index * 2));
});

/** Decodes VP8 frames and reads the frame number in each picture. */
async function decodeNumbers(frames: readonly Uint8Array[]): Promise<(number | undefined)[]> {
  const codec = Codec.findDecoder(AV_CODEC_ID_VP8)!;
  using decoder = new CodecContext();
  decoder.allocContext3(codec);
  await decoder.open2(codec, null);
  using packet = new Packet();
  packet.alloc();
  using frame = new Frame();
  frame.alloc();
  const numbers: (number | undefined)[] = [];
  for (const data of frames) {
    packet.data = Buffer.from(data);
    decoder.sendPacketSync(packet);
    while (decoder.receiveFrameSync(frame) >= 0) {
      const view = { luma: frame.data![0]!, lumaStride: frame.linesize[0]!, x: 0, y: 0, width: frame.width, height: frame.height };
      numbers.push(readTestPicture(view)?.frame);
    }
  }
  return numbers;
}
