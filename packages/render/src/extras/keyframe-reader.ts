import { AVSEEK_FLAG_BACKWARD, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { Codec, CodecContext, FormatContext, Frame, Packet } from 'node-av';
import type { Stream } from 'node-av';
import '../decode/av-log.ts';

/** Reads single pictures out of a finished file or playlist by its keyframes: nothing between them is decoded. */
export class KeyframeReader {
  readonly #format: FormatContext;
  readonly #stream: Stream;
  readonly #decoder: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  #lastPts: bigint | null = null;
  #isClosed = false;

  private constructor(format: FormatContext, stream: Stream, decoder: CodecContext) {
    this.#format = format;
    this.#stream = stream;
    this.#decoder = decoder;
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** Null when there is no video that FFmpeg can read. */
  static open(path: string): KeyframeReader | null {
    const format = new FormatContext();
    const isOpen = format.openInputSync(path) >= 0 && format.findStreamInfoSync(null) >= 0;
    const stream = isOpen ? (format.streams?.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO) ?? null) : null;
    const codec = stream === null ? null : Codec.findDecoder(stream.codecpar.codecId);
    if (stream === null || codec === null) {
      format.closeInputSync();
      return null;
    }
    const decoder = new CodecContext();
    decoder.allocContext3(codec);
    decoder.parametersToContext(stream.codecpar);
    decoder.threadCount = 1;
    if (decoder.open2Sync(codec, null) < 0) {
      decoder.freeContext();
      format.closeInputSync();
      return null;
    }
    return new KeyframeReader(format, stream, decoder);
  }

  /**
   * The picture of the last keyframe at or before `seconds` of the file (the first one when there is none before); `same` when it is the one returned before.
   * Null when it cannot be read. Valid until the next call.
   */
  at(seconds: number): Frame | 'same' | null {
    const { timeBase, index } = this.#stream;
    const start = this.#stream.startTime > 0n ? this.#stream.startTime : 0n;
    const ticks = BigInt(Math.round((seconds * timeBase.den) / timeBase.num)) + start;
    if (this.#format.seekFrameSync(index, ticks, AVSEEK_FLAG_BACKWARD) < 0) return null;
    while (this.#format.readFrameSync(this.#packet) >= 0) {
      if (this.#packet.streamIndex !== index || !this.#packet.isKeyframe) {
        this.#packet.unref();
        continue;
      }
      const { pts } = this.#packet;
      if (pts === this.#lastPts) {
        this.#packet.unref();
        return 'same';
      }
      this.#lastPts = pts;
      return this.#decode();
    }
    return null;
  }

  /** Frees everything native. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#packet.free();
    this.#frame.free();
    this.#decoder.freeContext();
    this.#format.closeInputSync();
  }

  /** A keyframe alone: the decoder is drained and starts anew. */
  #decode(): Frame | null {
    this.#frame.unref();
    this.#decoder.flushBuffers();
    this.#decoder.sendPacketSync(this.#packet);
    this.#packet.unref();
    this.#decoder.sendPacketSync(null);
    const status = this.#decoder.receiveFrameSync(this.#frame);
    return status < 0 ? null : this.#frame;
  }
}
