import {
  ALL_FORMATS,
  BlobSource,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  WebMOutputFormat,
  type EncodedPacket,
  type InputAudioTrack,
  type InputVideoTrack,
  type StreamTargetChunk,
} from 'mediabunny';
import { sealMp4 } from '../mp4/seal-mp4.ts';
import { mediaFile, moveFile, type FileFormat } from '../store/recording-store.ts';
import { DiskFile } from './disk-file.ts';

/** A track that is copied: its next packet and where it goes. */
interface Copied {
  readonly packets: AsyncGenerator<EncodedPacket>;
  readonly add: (packet: EncodedPacket) => Promise<void>;
  next: EncodedPacket | null;
}

/**
 * Writes a file anew without decoding it, with its duration and an index: a WebM that was cut off, or what a browser's `MediaRecorder` wrote. Elementary streams (AAC, MP3, Ogg) stay as they are.
 *
 * @returns how long it lasts in ms; null when there is nothing in it.
 */
export async function remuxFile(folder: FileSystemDirectoryHandle, format: FileFormat): Promise<number | null> {
  const old = await (await mediaFile(folder, 'media')).getFile();
  using input = new Input({ formats: ALL_FORMATS, source: new BlobSource(old) });
  if (format !== 'mp4' && format !== 'webm') return (await input.computeDuration()) * 1000;
  const copy = await folder.getFileHandle('copy', { create: true });
  const disk = await DiskFile.open(copy);
  const durationS = await copyPackets(input, disk, format).catch((cause: unknown) => {
    console.warn('The recording ends in the middle of a packet:', cause);
    return null;
  });
  disk.close();
  if (durationS === null) return null;
  await folder.removeEntry('media');
  if (!(await moveFile(copy, folder, 'media'))) throw new Error('This browser cannot rename the file.');
  return durationS * 1000;
}

async function copyPackets(input: Input, disk: DiskFile, format: 'mp4' | 'webm'): Promise<number | null> {
  const [video, audio] = await Promise.all([input.getPrimaryVideoTrack(), input.getPrimaryAudioTrack()]);
  const writable = new WritableStream<StreamTargetChunk>({ write: ({ data, position }) => disk.write(data, position) });
  const output = new Output({
    format: format === 'mp4' ? new Mp4OutputFormat({ fastStart: 'fragmented' }) : new WebMOutputFormat(),
    target: new StreamTarget(writable),
  });
  const copied = [video === null ? null : await copyVideo(video, output), audio === null ? null : await copyAudio(audio, output)];
  const tracks = copied.filter((track) => track !== null);
  if (tracks.length === 0) return null;
  await output.start();
  for (const track of tracks) track.next = await nextOf(track);
  let endS = 0;
  for (;;) {
    const [first] = tracks.filter(({ next }) => next !== null).sort((a, b) => (a.next?.timestamp ?? 0) - (b.next?.timestamp ?? 0));
    if (!first?.next) break;
    endS = Math.max(endS, first.next.timestamp + first.next.duration);
    await first.add(first.next);
    first.next = await nextOf(first);
  }
  await output.finalize();
  if (format === 'mp4') sealMp4(disk);
  return endS === 0 ? null : endS;
}

/** A packet that is cut off ends its track. */
async function nextOf({ packets }: Copied): Promise<EncodedPacket | null> {
  try {
    const { done, value } = await packets.next();
    return done === true ? null : value;
  } catch {
    return null;
  }
}

async function copyVideo(track: InputVideoTrack, output: Output): Promise<Copied | null> {
  const [codec, decoderConfig] = [await track.getCodec(), await track.getDecoderConfig()];
  if (codec === null || decoderConfig === null) return null;
  const source = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(source);
  const packets = new EncodedPacketSink(track).packets();
  return { packets, add: (packet) => source.add(packet, { decoderConfig }), next: null };
}

async function copyAudio(track: InputAudioTrack, output: Output): Promise<Copied | null> {
  const [codec, decoderConfig] = [await track.getCodec(), await track.getDecoderConfig()];
  if (codec === null || decoderConfig === null) return null;
  const source = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(source);
  const packets = new EncodedPacketSink(track).packets();
  return { packets, add: (packet) => source.add(packet, { decoderConfig }), next: null };
}
