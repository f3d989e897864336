import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Log, Packet, Rational } from 'node-av';
import type { Stream } from 'node-av';
import {
  AV_CHANNEL_ORDER_NATIVE,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_ERROR,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLTP,
} from 'node-av/constants';
import type { FFAudioEncoder, FFVideoEncoder } from 'node-av/constants';
import { TEST_SAMPLE_RATE_HZ } from '../picture/index.ts';
import { openCodec } from '../media/open-codec.ts';

const AAC_FRAME_SAMPLES = 1024;
const MONO = { nbChannels: 1, order: AV_CHANNEL_ORDER_NATIVE, mask: 4n } as const;

/** Content of a file for the checker's own tests. */
export interface TestFile {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly durationS: number;
  /** Picture `index` as I420, or null to leave it out. */
  paint(index: number): Uint8Array | null;
  /** Mono s16 samples from `first` on. */
  sound(first: number, count: number): Int16Array;
}

/** Writes an H.264 + AAC MP4 of known content. */
export async function writeTestFile(path: string, file: TestFile): Promise<void> {
  Log.setLevel(AV_LOG_ERROR);
  await using format = new FormatContext();
  format.allocOutputContext2(null, 'mp4', path);
  const picture = {
    width: file.width,
    height: file.height,
    pixelFormat: AV_PIX_FMT_YUV420P,
    framerate: new Rational(file.fps, 1),
    gopSize: file.fps * 2,
    bitRate: 1_500_000n,
    maxBFrames: 0,
    threadCount: 2,
  };
  const video = await openTrack(format, 'libx264', new Rational(1, file.fps), picture, { preset: 'superfast' });
  const sound = { sampleRate: TEST_SAMPLE_RATE_HZ, sampleFormat: AV_SAMPLE_FMT_FLTP, channelLayout: MONO, bitRate: 64_000n };
  const audio = await openTrack(format, 'aac', new Rational(1, TEST_SAMPLE_RATE_HZ), sound, {});
  FFmpegError.throwIfError(await format.openOutput(), 'open output');
  FFmpegError.throwIfError(await format.writeHeader(null), 'write header');
  let sample = 0;
  for (let index = 0; index < file.durationS * file.fps; index++) {
    const pixels = file.paint(index);
    if (pixels !== null) {
      const props = {
        width: file.width,
        height: file.height,
        format: AV_PIX_FMT_YUV420P,
        pts: BigInt(index),
        timeBase: { num: 1, den: file.fps },
      };
      using frame = Frame.fromVideoBuffer(Buffer.from(pixels), props);
      await video.push(frame);
    }
    for (const until = ((index + 1) / file.fps) * TEST_SAMPLE_RATE_HZ; sample + AAC_FRAME_SAMPLES <= until; sample += AAC_FRAME_SAMPLES) {
      const floats = Float32Array.from(file.sound(sample, AAC_FRAME_SAMPLES), (value) => value / 32_768);
      const props = {
        nbSamples: AAC_FRAME_SAMPLES,
        format: AV_SAMPLE_FMT_FLTP,
        sampleRate: TEST_SAMPLE_RATE_HZ,
        channelLayout: MONO,
        pts: BigInt(sample),
        timeBase: { num: 1, den: TEST_SAMPLE_RATE_HZ },
      };
      using frame = Frame.fromAudioBuffer(Buffer.from(floats.buffer), props);
      await audio.push(frame);
    }
  }
  await video.push(null);
  await audio.push(null);
  FFmpegError.throwIfError(await format.writeTrailer(), 'write trailer');
  await format.closeOutput();
}

async function openTrack(
  format: FormatContext,
  name: string,
  timeBase: Rational,
  settings: Partial<CodecContext>,
  options: Record<string, string>,
): Promise<EncodedTrack> {
  const codec = Codec.findEncoderByName(name as FFVideoEncoder & FFAudioEncoder);
  if (!codec) throw new Error(`FFmpeg has no encoder ${name}.`);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  Object.assign(encoder, settings, { timeBase });
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  await openCodec(encoder, codec, options, `open ${name}`);
  const stream = format.newStream(null);
  stream.timeBase = timeBase;
  FFmpegError.throwIfError(encoder.parametersFromContext(stream.codecpar), 'copy parameters');
  return new EncodedTrack(format, encoder, stream, timeBase);
}

class EncodedTrack {
  readonly #format: FormatContext;
  readonly #encoder: CodecContext;
  readonly #stream: Stream;
  readonly #timeBase: Rational;
  readonly #packet = new Packet();

  constructor(format: FormatContext, encoder: CodecContext, stream: Stream, timeBase: Rational) {
    this.#format = format;
    this.#encoder = encoder;
    this.#stream = stream;
    this.#timeBase = timeBase;
    this.#packet.alloc();
  }

  /** null: the end. */
  async push(frame: Frame | null): Promise<void> {
    FFmpegError.throwIfError(this.#encoder.sendFrameSync(frame), 'encode');
    while (this.#encoder.receivePacketSync(this.#packet) >= 0) {
      this.#packet.streamIndex = this.#stream.index;
      // Without a duration the muxer's edit list ends in front of the last picture.
      if (this.#packet.duration === 0n) this.#packet.duration = 1n;
      this.#packet.rescaleTs(this.#timeBase, this.#stream.timeBase);
      FFmpegError.throwIfError(await this.#format.interleavedWriteFrame(this.#packet), 'write');
    }
    if (frame !== null) return;
    this.#packet.free();
    this.#encoder.freeContext();
  }
}
