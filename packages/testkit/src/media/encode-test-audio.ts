import { Codec, CodecContext, Frame, Log, Rational } from 'node-av';
import { AV_CHANNEL_ORDER_NATIVE, AV_LOG_ERROR, AV_SAMPLE_FMT_S16 } from 'node-av/constants';
import type { FFAudioEncoder } from 'node-av/constants';
import { makeTestBeep, TEST_SAMPLE_RATE_HZ } from '../picture/index.ts';
import { encodeInto } from './drain-encoder.ts';
import { cachedFrames } from './media-cache.ts';
import type { TestFrame } from './media-cache.ts';
import { openCodec } from './open-codec.ts';

/** What to encode: the beep of a person for `durationS` seconds as mono Opus in 20 ms packets. */
export interface TestAudio {
  /** 0…255. */
  readonly identity: number;
  readonly durationS: number;
  /** Default 32. */
  readonly bitrateKbps?: number;
  /** Digital silence between beeps, for {@link isDtxPacket} to leave out; default false: the hum of {@link makeTestBeep}. */
  readonly dtx?: boolean;
}

/** Samples of one Opus packet of test sound, at 48 kHz. */
export const OPUS_PACKET_SAMPLES = 960;
/** By which what comes out of decoder is later than what went into the encoder: libopus' lookahead in mode `audio`. */
const OPUS_DELAY_SAMPLES = 312;
const MONO = { nbChannels: 1, order: AV_CHANNEL_ORDER_NATIVE, mask: 4n } as const;

/**
 * Resolves with one Opus packet per 20 ms. Packet n, decoded, plays the samples from `n × 960` on: the encoder's delay (312 samples at 48 kHz) is compensated
 * in what is encoded. Encoded once, then read from the cache folder.
 */
export function encodeTestAudio(audio: TestAudio): Promise<readonly TestFrame[]> {
  return cachedFrames({ kind: 'audio', ...audio }, () => Promise.resolve().then(() => encode(audio)));
}

/** True for a packet that a sender with DTX would not send: it says nothing but "still silent". */
export function isDtxPacket(data: Uint8Array): boolean {
  return data.length <= 2;
}

async function encode(audio: TestAudio): Promise<readonly TestFrame[]> {
  const encoder = await openEncoder(audio);
  const packets = Math.round((audio.durationS * TEST_SAMPLE_RATE_HZ) / OPUS_PACKET_SAMPLES);
  const frames: TestFrame[] = [];
  for (let packet = 0; packet < packets; packet++) {
    const samples = makeTestBeep({
      identity: audio.identity,
      // One loop earlier never matters: sound repeats every second.
      firstSample: TEST_SAMPLE_RATE_HZ + packet * OPUS_PACKET_SAMPLES + OPUS_DELAY_SAMPLES,
      sampleCount: OPUS_PACKET_SAMPLES,
      hasHum: audio.dtx !== true,
    });
    using input = Frame.fromAudioBuffer(Buffer.from(samples.buffer), {
      nbSamples: OPUS_PACKET_SAMPLES,
      format: AV_SAMPLE_FMT_S16,
      sampleRate: TEST_SAMPLE_RATE_HZ,
      channelLayout: MONO,
      pts: BigInt(packet * OPUS_PACKET_SAMPLES),
      timeBase: { num: 1, den: TEST_SAMPLE_RATE_HZ },
    });
    encodeInto(frames, encoder, input);
  }
  encoder.freeContext();
  return frames.slice(0, packets);
}

async function openEncoder(audio: TestAudio): Promise<CodecContext> {
  Log.setLevel(AV_LOG_ERROR);
  const codec = Codec.findEncoderByName('libopus' as FFAudioEncoder);
  if (!codec) throw new Error('FFmpeg has no encoder libopus.');
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  Object.assign(encoder, {
    sampleRate: TEST_SAMPLE_RATE_HZ,
    sampleFormat: AV_SAMPLE_FMT_S16,
    channelLayout: MONO,
    timeBase: new Rational(1, TEST_SAMPLE_RATE_HZ),
    bitRate: BigInt((audio.bitrateKbps ?? 32) * 1000),
  });
  const options = { application: 'audio', frame_duration: '20', vbr: 'on', dtx: audio.dtx === true ? '1' : '0' };
  await openCodec(encoder, codec, options, 'open libopus');
  return encoder;
}
