import { makeKnownNoise, paintTestPicture, testPictureBytes, TEST_SAMPLE_RATE_HZ } from '@tapedeck/testkit/picture';

/** Who sends what: pictures and, where there is a stream for it, noise. */
export interface LoopOrder {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly people: readonly {
    readonly identity: number;
    readonly pictures: WritableStream<VideoFrame>;
    readonly sound: WritableStream<AudioData> | null;
  }[];
}

interface Sender {
  readonly loop: readonly VideoFrame[];
  readonly pictures: WritableStreamDefaultWriter<VideoFrame>;
  readonly noise: Int16Array<ArrayBuffer>;
  readonly sound: WritableStreamDefaultWriter<AudioData> | null;
}

const soundBlock = TEST_SAMPLE_RATE_HZ / 100;

/** Sends a second of ready pictures (I420 in memory, as they come out of a call's decoder) round and round: that costs next to nothing, so that what is measured is who records them. */
globalThis.onmessage = ({ data: { width, height, fps, people } }: MessageEvent<LoopOrder>) => {
  const senders = people.map(({ identity, pictures, sound }): Sender => {
    const loop = Array.from({ length: fps }, (_, frame) => {
      const bytes = new Uint8Array(testPictureBytes(width, height));
      paintTestPicture(bytes, { identity, width, height, fps, frame });
      return new VideoFrame(bytes, { format: 'I420', codedWidth: width, codedHeight: height, timestamp: 0 });
    });
    return { loop, pictures: pictures.getWriter(), noise: makeKnownNoise(identity), sound: sound?.getWriter() ?? null };
  });
  const zeroMs = performance.now();
  let shown = -1;
  let spoken = 0;
  setInterval(() => {
    const elapsedMs = performance.now() - zeroMs;
    for (; spoken + soundBlock <= (elapsedMs * TEST_SAMPLE_RATE_HZ) / 1000; spoken += soundBlock)
      for (const sender of senders) speak(sender, spoken);
    const frame = Math.floor((elapsedMs * fps) / 1000);
    if (frame === shown) return;
    shown = frame;
    for (const sender of senders) show(sender, frame, fps);
  }, 4);
};

function show({ loop, pictures }: Sender, frame: number, fps: number): void {
  const picture = loop[frame % loop.length];
  if (picture) void pictures.write(new VideoFrame(picture, { timestamp: Math.round((frame * 1e6) / fps) })).catch(() => undefined);
}

function speak({ noise, sound }: Sender, first: number): void {
  if (sound === null) return;
  const from = first % noise.length;
  const block = {
    ...({ format: 's16', sampleRate: TEST_SAMPLE_RATE_HZ, numberOfChannels: 1, numberOfFrames: soundBlock } as const),
    timestamp: Math.round((first * 1e6) / TEST_SAMPLE_RATE_HZ),
    data: noise.slice(from, from + soundBlock),
  };
  void sound.write(new AudioData(block)).catch(() => undefined);
}
