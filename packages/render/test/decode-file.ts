import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Log, Packet } from 'node-av';
import type { Stream } from 'node-av';
import { AV_LOG_FATAL, AVMEDIA_TYPE_VIDEO, AVSEEK_FLAG_BACKWARD } from 'node-av/constants';
import { readTestPicture } from '@tapedeck/testkit';

/** What FFmpeg finds in a file by decoding all of it. Times in seconds on the file's clock. */
export interface DecodedFile {
  readonly durationS: number;
  /** Presentation times and barcode numbers of decoded pictures, in order. */
  readonly pictures: readonly { readonly timeS: number; readonly number: number | null; readonly width: number }[];
  /** Presentation times of decoded sound, and its samples per channel. */
  readonly sounds: readonly { readonly timeS: number; readonly samples: number }[];
  /** Packets that no decoder took. */
  readonly errors: number;
}

interface OpenStream {
  readonly stream: Stream;
  readonly decoder: CodecContext;
  readonly isVideo: boolean;
}

/** Decodes a file from its beginning, or from the keyframe at or before `seekS`. */
export async function decodeFile(path: string, seekS: number | null = null): Promise<DecodedFile> {
  Log.setLevel(AV_LOG_FATAL);
  const format = new FormatContext();
  FFmpegError.throwIfError(await format.openInput(path), path);
  FFmpegError.throwIfError(await format.findStreamInfo(null), path);
  const streams = await Promise.all(format.streams.map(openStream));
  const video = streams.find((open) => open.isVideo);
  if (seekS !== null) {
    const { stream } = video ?? streams[0]!;
    const ticks = BigInt(Math.round((seekS * stream.timeBase.den) / stream.timeBase.num));
    FFmpegError.throwIfError(format.seekFrameSync(stream.index, ticks, AVSEEK_FLAG_BACKWARD), 'seek');
  }
  const found = { pictures: [] as DecodedFile['pictures'][number][], sounds: [] as DecodedFile['sounds'][number][], errors: 0 };
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  while ((await format.readFrame(packet)) >= 0) {
    const open = streams.find(({ stream }) => stream.index === packet.streamIndex)!;
    if (open.decoder.sendPacketSync(packet) < 0) found.errors++;
    packet.unref();
    receive(open, frame, found);
  }
  for (const open of streams) {
    open.decoder.sendPacketSync(null);
    receive(open, frame, found);
    open.decoder.freeContext();
  }
  const durationS = Number(format.duration) / 1e6;
  packet.free();
  frame.free();
  await format.closeInput();
  return { durationS, ...found };
}

async function openStream(stream: Stream): Promise<OpenStream> {
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.parametersToContext(stream.codecpar);
  decoder.threadCount = 1;
  decoder.pktTimebase = stream.timeBase;
  FFmpegError.throwIfError(await decoder.open2(codec, null), 'open decoder');
  return { stream, decoder, isVideo: stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO };
}

function receive(
  { stream, decoder, isVideo }: OpenStream,
  frame: Frame,
  found: { pictures: { timeS: number; number: number | null; width: number }[]; sounds: { timeS: number; samples: number }[] },
): void {
  while (decoder.receiveFrameSync(frame) >= 0) {
    const timeS = (Number(frame.pts) * stream.timeBase.num) / stream.timeBase.den;
    if (isVideo) {
      const luma = frame.data![0]!;
      const { width, height } = frame;
      const number = readTestPicture({ luma, lumaStride: frame.linesize[0]!, x: 0, y: 0, width, height })?.frame ?? null;
      found.pictures.push({ timeS, number, width });
    } else found.sounds.push({ timeS, samples: frame.nbSamples });
    frame.unref();
  }
}
