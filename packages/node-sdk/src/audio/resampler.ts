import { loadRtcNode } from '../room/rtc-node.ts';

/** Turns mono PCM of one rate into another, without losing or adding time: `length × to / from` samples in all, rounded. */
export interface Resampler {
  /** Samples in, as many samples out as can be told yet. The result is the caller's. */
  push(samples: Int16Array): Int16Array;
  /** The rest. Nothing may be pushed afterwards. */
  flush(): Int16Array;
  /** Idempotent. */
  close(): void;
}

/** A band-limited resampler (SoX, through `@livekit/rtc-node`); for equal rates samples pass as they are and nothing is loaded. */
export async function openResampler(fromHz: number, toHz: number): Promise<Resampler> {
  if (fromHz === toHz) return { push: (samples) => samples, flush: () => new Int16Array(0), close: () => undefined };
  const { AudioFrame, AudioResampler, AudioResamplerQuality } = await loadRtcNode();
  const resampler = new AudioResampler(fromHz, toHz, 1, AudioResamplerQuality.HIGH);
  let isClosed = false;
  return {
    push: (samples) => (samples.length === 0 ? samples : join(resampler.push(new AudioFrame(samples, fromHz, 1, samples.length)))),
    flush: () => join(resampler.flush()),
    close: () => {
      if (!isClosed) resampler.close();
      isClosed = true;
    },
  };
}

function join(frames: readonly { readonly data: Int16Array }[]): Int16Array {
  const all = new Int16Array(frames.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { data } of frames) {
    all.set(data, at);
    at += data.length;
  }
  return all;
}
