import { Codec, CodecContext, FFmpegError, Frame, Rational } from 'node-av';
import { AV_CHANNEL_ORDER_NATIVE, AV_SAMPLE_FMT_S16 } from 'node-av/constants';
import type { FFAudioEncoder } from 'node-av/constants';
import { makeTestBeep, TEST_SAMPLE_RATE_HZ } from '../picture/index.ts';
import { encodeInto } from './drain-encoder.ts';
import type { TestFrame } from './media-cache.ts';

/** Samples of one 20 ms packet at 8 kHz. */
export const G711_PACKET_SAMPLES = 160;
const RATE_HZ = 8000;
const MONO = { nbChannels: 1, order: AV_CHANNEL_ORDER_NATIVE, mask: 4n } as const;

/**
 * Returns the beep of a person as G.711 in 20 ms packets. Identities below 17 alone: a higher beep has no place at 8 kHz.
 *
 * @throws {RangeError} for other identities.
 */
export function encodeG711(codec: 'pcmu' | 'pcma', identity: number, durationS: number): readonly TestFrame[] {
  if (identity > 16) throw new RangeError(`The beep of ${identity} is above what 8 kHz can carry.`);
  const name = (codec === 'pcmu' ? 'pcm_mulaw' : 'pcm_alaw') as FFAudioEncoder;
  const encoderCodec = Codec.findEncoderByName(name);
  if (!encoderCodec) throw new Error(`FFmpeg has no encoder ${name}.`);
  const encoder = new CodecContext();
  encoder.allocContext3(encoderCodec);
  Object.assign(encoder, { sampleRate: RATE_HZ, sampleFormat: AV_SAMPLE_FMT_S16, channelLayout: MONO, timeBase: new Rational(1, RATE_HZ) });
  FFmpegError.throwIfError(encoder.open2Sync(encoderCodec, null), `open ${name}`);
  const frames: TestFrame[] = [];
  const step = TEST_SAMPLE_RATE_HZ / RATE_HZ;
  for (let packet = 0; packet < durationS * 50; packet++) {
    const first = packet * G711_PACKET_SAMPLES;
    const wide = makeTestBeep({ identity, firstSample: first * step, sampleCount: G711_PACKET_SAMPLES * step });
    const samples = wide.filter((_, index) => index % step === 0);
    using input = Frame.fromAudioBuffer(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength), {
      nbSamples: G711_PACKET_SAMPLES,
      format: AV_SAMPLE_FMT_S16,
      sampleRate: RATE_HZ,
      channelLayout: MONO,
      pts: BigInt(first),
      timeBase: { num: 1, den: RATE_HZ },
    });
    encodeInto(frames, encoder, input);
  }
  encoder.freeContext();
  return frames;
}
