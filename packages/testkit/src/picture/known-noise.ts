import { seededRandom } from '../network/seeded-random.ts';
import { TEST_SAMPLE_RATE_HZ } from './test-beep.ts';

/** Two or three people together stay below full scale. */
const AMPLITUDE = 9000;

/**
 * One second of a person's noise (s16, mono, 48 kHz, fresh buffer) that is repeated without a seam. Any 20 ms of it tell which samples they are, so that a judge finds each one that is missing, put in
 * or out of its place.
 */
export function makeKnownNoise(identity: number): Int16Array<ArrayBuffer> {
  const random = seededRandom(identity + 1);
  const white = Float32Array.from({ length: TEST_SAMPLE_RATE_HZ }, () => random() - 0.5);
  // Without the highest pitches: a codec for speech keeps the rest as it is.
  const at = (index: number): number => white[(index + TEST_SAMPLE_RATE_HZ) % TEST_SAMPLE_RATE_HZ] ?? 0;
  return Int16Array.from(white, (_, i) => Math.round((AMPLITUDE * (at(i - 2) + at(i - 1) + at(i) + at(i + 1) + at(i + 2))) / 5));
}
