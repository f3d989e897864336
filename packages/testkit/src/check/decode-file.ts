import { AVERROR_EOF, Codec, CodecContext, FFmpegError, FormatContext, Frame, Log, Packet } from 'node-av';
import type { Stream } from 'node-av';
import { AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO, AV_LOG_ERROR, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P } from 'node-av/constants';
import { SoundReader } from './sound-reader.ts';
import type { FileSpan } from './types.ts';
import { openCodec } from '../media/open-codec.ts';

/** A decoded picture, valid during the call. */
export interface DecodedPicture {
  readonly ms: number;
  readonly width: number;
  readonly height: number;
  readonly planes: readonly Uint8Array[];
  readonly strides: readonly number[];
}

/** Who takes what {@link decodeFile} finds. */
export interface DecodedTaker {
  picture(picture: DecodedPicture): void;
  /** Mono samples at 48 kHz from sample `first` of the file's time line on; valid during the call. */
  sound(first: number, samples: Float32Array): void;
}

/** What the container says. */
export interface DecodedFile {
  readonly durationMs: number;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
  /** Pictures per second as the container says, or null. */
  readonly fps: number | null;
}

/**
 * Decodes the first video and the first audio track of a file or HLS playlist and hands everything out in file order. Deblocking is left out: twice as fast, and the test picture
 * does not mind.
 *
 * @param watch Spans (ms) whose pictures are decoded, each from its first keyframe on; null: all.
 * @throws {FFmpegError} when the file cannot be opened. @throws {Error} for pictures other than 8-bit 4:2:0.
 */
export async function decodeFile(path: string, taker: DecodedTaker, watch: readonly FileSpan[] | null = null): Promise<DecodedFile> {
  Log.setLevel(AV_LOG_ERROR);
  await using format = new FormatContext();
  FFmpegError.throwIfError(await format.openInput(path), `open ${path}`);
  FFmpegError.throwIfError(await format.findStreamInfo(null), `read ${path}`);
  const video = format.streams?.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO) ?? null;
  const audio = format.streams?.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO) ?? null;
  // HLS begins at the time of its first segment, MP3 behind its encoder's delay.
  const originMs = path.endsWith('.m3u8') || path.endsWith('.mp3') ? Number(format.startTime) / 1000 : 0;
  let soundEndMs = 0;
  const pictures = video && (await StreamDecoder.open(video, (frame) => taker.picture(toPicture(frame, msOf(frame, video) - originMs))));
  const reader = new SoundReader((first, samples) => taker.sound(first, samples));
  const sounds =
    audio &&
    (await StreamDecoder.open(audio, (frame) => {
      const ms = msOf(frame, audio) - originMs;
      soundEndMs = ms + (frame.nbSamples * 1000) / frame.sampleRate;
      reader.push(frame, ms);
    }));
  const gate = watch && video && pictures && new PictureGate(pictures, video, watch, originMs);
  const packet = new Packet();
  packet.alloc();
  let status = 0;
  while ((status = await format.readFrame(packet)) >= 0) {
    const decoder = packet.streamIndex === video?.index ? pictures : packet.streamIndex === audio?.index ? sounds : null;
    if (decoder !== pictures || gate === null || gate.lets(packet)) decoder?.push(packet);
    packet.unref();
  }
  if (status !== AVERROR_EOF) FFmpegError.throwIfError(status, `read ${path}`);
  pictures?.close();
  sounds?.close();
  packet.free();
  const rate = video?.avgFrameRate;
  return {
    // A bare AAC stream says nothing of its length: what FFmpeg has for it is a guess.
    durationMs: path.endsWith('.aac') ? soundEndMs : Number(format.duration) / 1000,
    videoCodec: pictures?.codecName ?? null,
    audioCodec: sounds?.codecName ?? null,
    fps: rate && rate.den > 0 && rate.num > 0 ? rate.num / rate.den : null,
  };
}

function msOf(frame: Frame, stream: Stream): number {
  const { num, den } = stream.timeBase;
  return (Number(frame.bestEffortTimestamp) * num * 1000) / den;
}

function toPicture(frame: Frame, ms: number): DecodedPicture {
  if (frame.format !== AV_PIX_FMT_YUV420P && frame.format !== AV_PIX_FMT_YUVJ420P)
    throw new Error(`Pixel format ${frame.format} is not 8-bit 4:2:0.`);
  return { ms, width: frame.width, height: frame.height, planes: frame.data ?? [], strides: frame.linesize };
}

/** Keeps packets outside the watched spans from the decoder. */
class PictureGate {
  readonly #decoder: StreamDecoder;
  readonly #watch: readonly FileSpan[];
  readonly #msPerTick: number;
  readonly #originMs: number;
  #isOpen = false;

  constructor(decoder: StreamDecoder, { timeBase }: Stream, watch: readonly FileSpan[], originMs: number) {
    this.#decoder = decoder;
    this.#watch = watch;
    this.#msPerTick = (timeBase.num * 1000) / timeBase.den;
    this.#originMs = originMs;
  }

  lets(packet: Packet): boolean {
    const ms = Number(packet.pts) * this.#msPerTick - this.#originMs;
    const isWatched = this.#watch.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
    if (this.#isOpen && !isWatched) this.#decoder.drain();
    this.#isOpen = isWatched && (this.#isOpen || packet.isKeyframe);
    return this.#isOpen;
  }
}

/** One decoder and its frames. */
class StreamDecoder {
  readonly codecName: string;
  readonly #context: CodecContext;
  readonly #frame = new Frame();
  readonly #take: (frame: Frame) => void;

  private constructor(context: CodecContext, codecName: string, take: (frame: Frame) => void) {
    this.#context = context;
    this.codecName = codecName;
    this.#take = take;
    this.#frame.alloc();
  }

  static async open(stream: Stream, take: (frame: Frame) => void): Promise<StreamDecoder> {
    const codec = Codec.findDecoder(stream.codecpar.codecId);
    if (!codec) throw new Error(`FFmpeg has no decoder for codec ${stream.codecpar.codecId}.`);
    const context = new CodecContext();
    context.allocContext3(codec);
    FFmpegError.throwIfError(context.parametersToContext(stream.codecpar), 'copy codec parameters');
    context.pktTimebase = stream.timeBase;
    context.threadCount = 2;
    await openCodec(context, codec, { skip_loop_filter: 'all' }, 'open decoder');
    return new StreamDecoder(context, codec.name ?? 'unknown', take);
  }

  /** Broken packets are left to show in the pictures. */
  push(packet: Packet): void {
    this.#context.sendPacketSync(packet);
    this.#receive();
  }

  /** Gives out what is left and starts anew: the next packet is a keyframe. */
  drain(): void {
    this.#context.sendPacketSync(null);
    this.#receive();
    this.#context.flushBuffers();
  }

  /** Gives out what is left and frees the decoder. */
  close(): void {
    this.#context.sendPacketSync(null);
    this.#receive();
    this.#frame.free();
    this.#context.freeContext();
  }

  #receive(): void {
    while (this.#context.receiveFrameSync(this.#frame) >= 0) {
      this.#take(this.#frame);
      this.#frame.unref();
    }
  }
}
