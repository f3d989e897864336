import { SoftwareResampleContext } from 'node-av';
import type { Frame } from 'node-av';
import { AV_CHANNEL_ORDER_NATIVE, AV_SAMPLE_FMT_FLT } from 'node-av/constants';
import { TEST_SAMPLE_RATE_HZ } from '../picture/index.ts';

const MONO = { nbChannels: 1, order: AV_CHANNEL_ORDER_NATIVE, mask: 4n } as const;
/** Timestamps are rounded to the container's time base: smaller differences are no holes. */
const ROUNDING_SAMPLES = 200;

/** Turns decoded sound into mono float at 48 kHz on the file's time line; holes between frames stay holes. */
export class SoundReader {
  readonly #take: (first: number, samples: Float32Array) => void;
  #resampler: SoftwareResampleContext | null = null;
  #next: number | null = null;
  #buffer = Buffer.alloc(0);

  constructor(take: (first: number, samples: Float32Array) => void) {
    this.#take = take;
  }

  push(frame: Frame, ms: number): void {
    this.#resampler ??= openResampler(frame);
    const at = Math.round((ms * TEST_SAMPLE_RATE_HZ) / 1000);
    if (this.#next === null || Math.abs(at - this.#next) > ROUNDING_SAMPLES) this.#next = at;
    const room = this.#resampler.getOutSamples(frame.nbSamples);
    if (this.#buffer.length < room * 4) this.#buffer = Buffer.from(new ArrayBuffer(room * 8));
    const count = this.#resampler.convertSync([this.#buffer], room, frame.extendedData, frame.nbSamples);
    if (count < 0) throw new Error(`Resampling failed (${count}).`);
    this.#take(this.#next, new Float32Array(this.#buffer.buffer, this.#buffer.byteOffset, count));
    this.#next += count;
  }
}

function openResampler(frame: Frame): SoftwareResampleContext {
  const resampler = new SoftwareResampleContext();
  const status = resampler.allocSetOpts2(
    MONO,
    AV_SAMPLE_FMT_FLT,
    TEST_SAMPLE_RATE_HZ,
    frame.channelLayout,
    frame.format as never,
    frame.sampleRate,
  );
  if (status < 0 || resampler.init() < 0) throw new Error(`No way from ${frame.sampleRate} Hz to ${TEST_SAMPLE_RATE_HZ} Hz.`);
  return resampler;
}
