/** Test sound is mono, 48 kHz. */
export const TEST_SAMPLE_RATE_HZ = 48_000;
const BEEP_SAMPLES = TEST_SAMPLE_RATE_HZ / 10;
const RAMP_SAMPLES = TEST_SAMPLE_RATE_HZ / 1000;
/** Eight people beep in the same instant: together they stay below full scale. */
const BEEP_AMPLITUDE = 3600;
const HUM_AMPLITUDE = 200;

/**
 * Pitch of a person's beep in Hz: 600, 800, 1000 … 5200, all multiples of 200 Hz so that in any 5 ms they are orthogonal to each other.
 * Identities 24 apart share one.
 */
export function beepHz(identity: number): number {
  return 600 + 200 * (identity % 24);
}

/** What a stretch of test sound holds. */
export interface TestBeep {
  /** 0…255. */
  readonly identity: number;
  /** First sample, counted from media time 0. */
  readonly firstSample: number;
  readonly sampleCount: number;
  /** A tone of the same pitch 25 dB below the beep for all the time in between, so that a missing stretch of sound shows. Default true; false gives digital silence (DTX). */
  readonly hasHum?: boolean;
}

/** Returns s16 samples (fresh buffer): a tone in the first 100 ms of each second of media time with 1 ms ramps, the hum in the rest. */
export function makeTestBeep({ identity, firstSample, sampleCount, hasHum = true }: TestBeep): Int16Array<ArrayBuffer> {
  const samples = new Int16Array(sampleCount);
  const periodSamples = TEST_SAMPLE_RATE_HZ / 200; // every pitch repeats after 5 ms
  const radians = (2 * Math.PI * beepHz(identity)) / TEST_SAMPLE_RATE_HZ;
  const base = hasHum ? HUM_AMPLITUDE : 0;
  for (let i = 0; i < sampleCount; i++) {
    const at = (firstSample + i) % TEST_SAMPLE_RATE_HZ;
    const ramp = at < BEEP_SAMPLES ? Math.min(1, (at + 1) / RAMP_SAMPLES, (BEEP_SAMPLES - at) / RAMP_SAMPLES) : 0;
    const amplitude = base + (BEEP_AMPLITUDE - base) * ramp;
    if (amplitude !== 0) samples[i] = Math.round(amplitude * Math.sin(radians * (at % periodSamples)));
  }
  return samples;
}
