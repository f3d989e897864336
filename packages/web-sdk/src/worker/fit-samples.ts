/** The same stretch of sound in another number of samples: between samples in a straight line, and averaged where there are fewer. The input itself when nothing is to be done. */
export function fitSamples(samples: Float32Array, count: number): Float32Array {
  if (samples.length === count) return samples;
  const step = samples.length / count;
  const fitted = new Float32Array(count);
  for (let i = 0; i < count; i++) fitted[i] = step >= 1.5 ? average(samples, i * step, (i + 1) * step) : between(samples, i * step);
  return fitted;
}

function between(samples: Float32Array, at: number): number {
  const before = Math.floor(at);
  const share = at - before;
  const first = samples[before] ?? 0;
  return first + ((samples[before + 1] ?? first) - first) * share;
}

function average(samples: Float32Array, from: number, to: number): number {
  let sum = 0;
  let weight = 0;
  for (let i = Math.floor(from); i < Math.min(samples.length, to); i++) {
    const share = Math.min(i + 1, to) - Math.max(i, from);
    sum += (samples[i] ?? 0) * share;
    weight += share;
  }
  return weight === 0 ? 0 : sum / weight;
}
