import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Log, Packet } from 'node-av';
import { AV_LOG_FATAL, AVMEDIA_TYPE_AUDIO, AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_S16 } from 'node-av/constants';

/** All samples of a file's first channel as FFmpeg gives them to a player: encoder delay and padding left out where the container tells them. */
export async function decodeSound(path: string): Promise<Float32Array> {
  Log.setLevel(AV_LOG_FATAL);
  await using format = new FormatContext();
  FFmpegError.throwIfError(await format.openInput(path), path);
  FFmpegError.throwIfError(await format.findStreamInfo(null), path);
  const stream = format.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO)!;
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.parametersToContext(stream.codecpar);
  decoder.pktTimebase = stream.timeBase;
  FFmpegError.throwIfError(await decoder.open2(codec, null), 'open decoder');
  const pieces: Float32Array[] = [];
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  const receive = (): void => {
    while (decoder.receiveFrameSync(frame) >= 0) {
      pieces.push(firstChannel(frame));
      frame.unref();
    }
  };
  while ((await format.readFrame(packet)) >= 0) {
    if (packet.streamIndex === stream.index) FFmpegError.throwIfError(decoder.sendPacketSync(packet), 'decode');
    packet.unref();
    receive();
  }
  decoder.sendPacketSync(null);
  receive();
  packet.free();
  frame.free();
  decoder.freeContext();
  const samples = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  return samples;
}

function firstChannel(frame: Frame): Float32Array {
  const { buffer, byteOffset } = frame.data![0]!;
  const { nbSamples } = frame;
  if (frame.format === AV_SAMPLE_FMT_FLTP) return Float32Array.from(new Float32Array(buffer, byteOffset, nbSamples));
  if (frame.format !== AV_SAMPLE_FMT_S16) throw new Error(`Sample format ${frame.format} is not known here.`);
  const channels = frame.channelLayout.nbChannels;
  const interleaved = new Int16Array(buffer, byteOffset, nbSamples * channels);
  return Float32Array.from({ length: nbSamples }, (_, i) => interleaved[i * channels]! / 32_768);
}
