import { makeTestBeep, paintTestPicture, TEST_SAMPLE_RATE_HZ } from '@tapedeck/testkit/picture';

/** How to paint; without the streams a change of size. */
interface Order {
  readonly identity: number;
  width: number;
  height: number;
  readonly fps: number;
  readonly writable?: WritableStream<VideoFrame>;
  readonly sound?: WritableStream<AudioData>;
}

const soundBlock = TEST_SAMPLE_RATE_HZ / 100;
const zeroMs = performance.now();
let order: Order | null = null;
let painted = -1;
let spoken = 0;

globalThis.onmessage = ({ data }: MessageEvent<Order>) => {
  if (data.writable === undefined || data.sound === undefined) {
    if (order !== null) Object.assign(order, data);
    return;
  }
  order = data;
  const [pictures, sound] = [data.writable.getWriter(), data.sound.getWriter()];
  setInterval(() => {
    speak(sound);
    paint(pictures);
  }, 2);
};

/** Every 10 ms block when it is over, as a microphone does; a late timer sends several. */
function speak(writer: WritableStreamDefaultWriter<AudioData>): void {
  for (; order !== null && ((spoken + soundBlock) * 1000) / TEST_SAMPLE_RATE_HZ <= performance.now() - zeroMs; spoken += soundBlock) {
    const data = makeTestBeep({ identity: order.identity, firstSample: spoken, sampleCount: soundBlock });
    const timestamp = Math.round((spoken * 1e6) / TEST_SAMPLE_RATE_HZ);
    send(
      writer,
      new AudioData({ format: 's16', sampleRate: TEST_SAMPLE_RATE_HZ, numberOfChannels: 1, numberOfFrames: soundBlock, timestamp, data }),
    );
  }
}

/** Frame n belongs to n / fps: a late timer leaves numbers out. */
function paint(writer: WritableStreamDefaultWriter<VideoFrame>): void {
  if (order === null) return;
  const { identity, width, height, fps } = order;
  const frame = Math.floor(((performance.now() - zeroMs) * fps) / 1000);
  if (frame <= painted) return;
  painted = frame;
  const bytes = new Uint8Array((width * height * 3) / 2);
  paintTestPicture(bytes, { identity, width, height, fps, frame });
  send(
    writer,
    new VideoFrame(bytes, { format: 'I420', codedWidth: width, codedHeight: height, timestamp: Math.round((frame * 1e6) / fps) }),
  );
}

/** Whoever records may close the track. */
function send<Chunk>(writer: WritableStreamDefaultWriter<Chunk>, chunk: Chunk): void {
  void writer.write(chunk).catch(() => undefined);
}
