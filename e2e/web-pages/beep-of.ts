import { makeTestBeep, TEST_SAMPLE_RATE_HZ } from '@tapedeck/testkit/picture';

/** One second of a person's sound, for contexts of any rate: they fit it to their own. */
export function beepOf(identity: number): AudioBuffer {
  const samples = makeTestBeep({ identity, firstSample: 0, sampleCount: TEST_SAMPLE_RATE_HZ });
  const buffer = new AudioBuffer({ length: samples.length, sampleRate: TEST_SAMPLE_RATE_HZ });
  buffer.copyToChannel(
    Float32Array.from(samples, (sample) => sample / 32_768),
    0,
  );
  return buffer;
}
