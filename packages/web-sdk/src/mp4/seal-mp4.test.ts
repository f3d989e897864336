import {
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { expect, test } from 'vitest';
import { cutZeros } from './cut-zeros.ts';
import { sealMp4, type ByteFile } from './seal-mp4.ts';

class MemoryFile implements ByteFile {
  bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  get sizeBytes(): number {
    return this.bytes.length;
  }
  read(at: number, length: number): Uint8Array {
    return this.bytes.slice(at, at + length);
  }
  write(bytes: Uint8Array, at: number): void {
    const grown = new Uint8Array(Math.max(this.bytes.length, at + bytes.length));
    grown.set(this.bytes);
    grown.set(bytes, at);
    this.bytes = grown;
  }
  truncate(sizeBytes: number): void {
    this.bytes = this.bytes.slice(0, sizeBytes);
  }
  flush(): void {
    return undefined;
  }
}

/** A fragmented file: VP8 at 10 pictures a second with a keyframe each second, Opus in packets of 20 ms. Picture 17 is missing. */
async function fragmented(seconds: number): Promise<Uint8Array> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'fragmented', minimumFragmentDuration: 0.9 }), target });
  const [video, audio] = [new EncodedVideoPacketSource('vp8'), new EncodedAudioPacketSource('opus')];
  output.addVideoTrack(video);
  output.addAudioTrack(audio);
  await output.start();
  const picture = { decoderConfig: { codec: 'vp8', codedWidth: 64, codedHeight: 48 } };
  const sound = { decoderConfig: { codec: 'opus', sampleRate: 48_000, numberOfChannels: 1 } };
  for (let at = 0; at < seconds * 50; at++) {
    if (at % 5 === 0 && at !== 85) {
      const frame = at / 5;
      await video.add(
        new EncodedPacket(new Uint8Array(10 + (frame % 7)).fill(frame), frame % 10 === 0 ? 'key' : 'delta', frame / 10, 0.1),
        picture,
      );
    }
    await audio.add(new EncodedPacket(new Uint8Array(3 + (at % 4)).fill(at), 'key', at / 50, 0.02), sound);
  }
  await output.finalize();
  return new Uint8Array(target.buffer!);
}

interface Seen {
  readonly timestamp: number;
  readonly type: string;
  readonly bytes: string;
}

async function packetsOf(bytes: Uint8Array): Promise<{ readonly video: Seen[]; readonly audio: Seen[]; readonly durationS: number }> {
  using input = new Input({ formats: [MP4], source: new BufferSource(bytes) });
  const seen = async (
    track: Awaited<ReturnType<Input['getPrimaryVideoTrack']>> | Awaited<ReturnType<Input['getPrimaryAudioTrack']>>,
  ): Promise<Seen[]> => {
    const found: Seen[] = [];
    if (track === null) return found;
    for await (const packet of new EncodedPacketSink(track).packets())
      found.push({ timestamp: Number(packet.timestamp.toFixed(4)), type: packet.type, bytes: packet.data.join() });
    return found;
  };
  return {
    video: await seen(await input.getPrimaryVideoTrack()),
    audio: await seen(await input.getPrimaryAudioTrack()),
    durationS: await input.computeDuration(),
  };
}

function boxTypes(bytes: Uint8Array): string[] {
  const types: string[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    types.push(String.fromCharCode(...bytes.subarray(at + 4, at + 8)));
    const size = view.getUint32(at);
    at += size === 1 ? Number(view.getBigUint64(at + 8)) : size;
  }
  return types;
}

test('a sealed file is a plain MP4 with the same packets at the same times', async () => {
  const file = new MemoryFile(await fragmented(5));
  const before = await packetsOf(file.bytes);
  const sealed = sealMp4(file);
  expect(boxTypes(file.bytes)).toEqual(['ftyp', 'mdat', 'moov']);
  expect(await packetsOf(file.bytes)).toEqual(before);
  expect(before.video).toHaveLength(49);
  expect(before.audio).toHaveLength(250);
  expect(sealed?.durationMs).toBeCloseTo(5000, 0);
});

test('what a crash left is cut to the last whole fragment, room taken ahead and all', async () => {
  const whole = await fragmented(5);
  const cut = new Uint8Array(whole.length + 4096);
  cut.set(whole.subarray(0, Math.floor(whole.length * 0.7)));
  const file = new MemoryFile(cut);
  cutZeros(file, 64);
  const sealed = sealMp4(file);
  expect(boxTypes(file.bytes)).toEqual(['ftyp', 'mdat', 'moov']);
  const { video, audio } = await packetsOf(file.bytes);
  const all = await packetsOf(whole);
  expect(video).toEqual(all.video.slice(0, video.length));
  expect(audio).toEqual(all.audio.slice(0, audio.length));
  expect(sealed?.durationMs).toBeGreaterThanOrEqual(2900);
});

test('sealing twice changes nothing', async () => {
  const file = new MemoryFile(await fragmented(2));
  const first = sealMp4(file);
  const bytes = file.bytes.slice();
  expect(sealMp4(file)).toEqual(first);
  expect(file.bytes).toEqual(bytes);
});

test('nothing whole is null; another kind of file is refused', async () => {
  const whole = await fragmented(1);
  expect(sealMp4(new MemoryFile(whole.subarray(0, 400).slice()))).toBeNull();
  expect(() => sealMp4(new MemoryFile(new Uint8Array(100).fill(7)))).toThrow(RangeError);
});
