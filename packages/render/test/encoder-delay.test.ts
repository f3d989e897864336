import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Codec, CodecContext, Frame, Packet, Rational } from 'node-av';
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PIX_FMT_YUV420P,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTestBeep, paintTestPicture } from '@tapedeck/testkit';
import { SoundEncoder } from '../src/encode/sound-encoder.ts';
import { openOutput } from '../src/parts/output.ts';
import type { EncodedSample, Part } from '../src/parts/types.ts';
import { decodeFile } from './decode-file.ts';

const seconds = 8;
const partS = 2;
const fps = 15;
const [width, height] = [320, 180];
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'encoder-delay-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** x264 with two B-frames: pictures leave in another order than they are shown in. */
function encodePictures(): { readonly samples: EncodedSample[]; readonly config: Uint8Array } {
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264)!;
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  const timeBase = new Rational(1, fps);
  Object.assign(encoder, { width, height, pixelFormat: AV_PIX_FMT_YUV420P, timeBase, gopSize: partS * fps, maxBFrames: 2, threadCount: 1 });
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  // The flash of each second is no scene of its own here.
  encoder.setOption('x264-params', 'scenecut=0', AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN);
  if (encoder.open2Sync(codec, null) < 0) throw new Error('x264 does not open.');
  const config = Uint8Array.from(encoder.extraData ?? []);
  const packet = new Packet();
  packet.alloc();
  const samples: EncodedSample[] = [];
  const ticks = 90_000 / fps;
  const drain = (): void => {
    while (encoder.receivePacketSync(packet) >= 0) {
      const [pts, dts] = [Number(packet.pts) * ticks, Number(packet.dts) * ticks];
      samples.push({ data: Uint8Array.from(packet.data ?? []), pts, dts, duration: ticks, isKeyframe: packet.isKeyframe });
      packet.unref();
    }
  };
  const picture = Buffer.alloc((width * height * 3) / 2);
  for (let frame = 0; frame < seconds * fps; frame++) {
    paintTestPicture(picture, { identity: 3, width, height, fps, frame });
    using input = Frame.fromVideoBuffer(picture, {
      width,
      height,
      format: AV_PIX_FMT_YUV420P,
      pts: BigInt(frame),
      timeBase: { num: 1, den: fps },
    });
    encoder.sendFrameSync(input);
    drain();
  }
  encoder.sendFrameSync(null);
  drain();
  packet.free();
  encoder.freeContext();
  return { samples, config };
}

function encodeSound(): { readonly samples: EncodedSample[]; readonly config: Uint8Array } {
  const samples: EncodedSample[] = [];
  const add = ({ data, pts, duration }: { data: Uint8Array; pts: number; duration: number }): void =>
    void samples.push({ data, pts, dts: pts, duration, isKeyframe: true });
  const encoder = new SoundEncoder({ sampleRateHz: 48_000, channels: 1, bitrateKbps: 64 }, 'aac', add);
  const sampleCount = seconds * 48_000;
  const sound = Float32Array.from(makeTestBeep({ identity: 3, firstSample: 0, sampleCount }), (value) => value / 32_768);
  encoder.push([sound], 0, sampleCount);
  encoder.flush();
  encoder.close();
  return { samples, config: encoder.config };
}

it('takes encoder delay out again: B-frames and AAC priming, in every container and while it grows', { timeout: 60_000 }, async () => {
  const pictures = encodePictures();
  const sounds = encodeSound();
  expect(pictures.samples.some(({ pts, dts }) => pts !== dts)).toBe(true);
  expect(sounds.samples[0]!.pts).toBe(-1024);
  const output = openOutput({
    outDir: folder,
    key: 'film',
    formats: ['mp4', 'hls'],
    tracks: [
      {
        kind: 'video',
        codec: 'h264',
        timescale: 90_000,
        width,
        height,
        codecConfig: pictures.config,
        leadTicks: -pictures.samples[0]!.dts,
      },
      { kind: 'audio', codec: 'aac', timescale: 48_000, sampleRateHz: 48_000, channels: 1, codecConfig: sounds.config, leadTicks: 1024 },
    ],
    type: 'composite',
    participant: null,
    source: null,
    startMs: 0,
    startWallMs: null,
    sliceS: 14_400,
    partS,
  });
  const checkTimes = async (path: string): Promise<void> => {
    const decoded = await decodeFile(path);
    expect(decoded.errors).toBe(0);
    expect(decoded.pictures).toHaveLength(seconds * fps);
    for (const [i, { timeS, number }] of decoded.pictures.entries()) {
      expect(Math.abs(timeS - i / fps)).toBeLessThan(0.001);
      expect(number === null || number === i).toBe(true);
    }
    // Players that drop priming begin at 0; those that do not (FFmpeg with HLS) give it its place in front.
    const first = decoded.sounds[0]!;
    expect(Math.min(Math.abs(first.timeS), Math.abs(first.timeS + 1024 / 48_000))).toBeLessThan(0.001);
  };
  let nextSound = 0;
  for (let index = 1; index <= seconds / partS; index++) {
    const endsAt = index * partS;
    const isLast = endsAt === seconds;
    const soundEnd = isLast ? sounds.samples.length : sounds.samples.findIndex(({ pts }) => pts >= endsAt * 48_000);
    const video = pictures.samples.slice((index - 1) * partS * fps, index * partS * fps);
    const part: Part = {
      index,
      startUs: (endsAt - partS) * 1e6,
      durationUs: partS * 1e6,
      video,
      audio: sounds.samples.slice(nextSound, soundEnd),
    };
    expect(video[0]!.isKeyframe).toBe(true);
    nextSound = soundEnd;
    output.append(part);
  }
  await checkTimes(join(folder, 'film.mp4'));
  output.finish();
  output.close();
  await checkTimes(join(folder, 'film.mp4'));
  await checkTimes(join(folder, 'film.m3u8'));
});
