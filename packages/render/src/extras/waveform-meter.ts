import { blockSamples } from '../mix/mixer.ts';
import { mixRateHz, SoundLane } from '../mix/sound-lane.ts';
import type { FrameItem } from '../engine/track-item.ts';

/** Step of the waveform. */
export const waveformIntervalMs = 100;
const blocksPerStep = (waveformIntervalMs * mixRateHz) / 1000 / blockSamples;
const blockUs = (blockSamples * 1e6) / mixRateHz;
/** A track that ended is let go a second later. */
const lingerUs = 1_000_000;

/**
 * `waveform.json`: how loud it was. Peak `n` is the largest absolute sample, 0 to 1 (full scale) in steps of 0.001, of the recording time from `n × intervalMs` on.
 * All lists are equally long. A person's peaks are those of all the person's tracks together; `mix` is everybody together before the limiter, at most 1.
 */
export interface WaveformFile {
  readonly version: 1;
  readonly recordingId: string;
  readonly intervalMs: number;
  readonly durationMs: number;
  readonly mix: { readonly peaks: readonly number[] };
  readonly participants: readonly { readonly identity: string; readonly peaks: readonly number[] }[];
}

interface Voice {
  readonly identity: string;
  readonly lanes: Map<string, { readonly lane: SoundLane; endUs: number }>;
  readonly peaks: number[];
  peak: number;
}

/** Decodes every audio track of a recording on its clock and keeps the peaks. Memory grows with people × time alone: 36,000 numbers per person and hour. */
export class WaveformMeter {
  readonly #voices = new Map<string, Voice>();
  readonly #mixPeaks: number[] = [];
  readonly #own: readonly [Float32Array] = [new Float32Array(blockSamples)];
  readonly #mix = new Float32Array(blockSamples);
  #mixPeak = 0;
  #block = 0;

  /** Takes the next frame of an audio track. */
  push({ track, frame, us }: FrameItem): void {
    let voice = this.#voices.get(track.identity);
    if (voice === undefined) {
      // Silent so far.
      voice = { identity: track.identity, lanes: new Map(), peaks: new Array<number>(this.#mixPeaks.length).fill(0), peak: 0 };
      this.#voices.set(track.identity, voice);
    }
    let known = voice.lanes.get(track.trackSid);
    if (known === undefined) {
      known = { lane: new SoundLane(1), endUs: Infinity };
      known.lane.skipTo(this.#block * blockSamples);
      voice.lanes.set(track.trackSid, known);
    }
    known.endUs = Infinity;
    known.lane.push(frame, (us * mixRateHz) / 1e6);
  }

  /** The track says nothing after `us`. */
  end(trackSid: string, us: number): void {
    for (const { lanes } of this.#voices.values()) {
      const known = lanes.get(trackSid);
      if (known !== undefined) known.endUs = us + lingerUs;
    }
  }

  /** Everything up to `us` is known. */
  advance(us: number): void {
    while ((this.#block + 1) * blockUs <= us) this.#step();
  }

  /** The whole recording up to `endUs`. */
  finish(recordingId: string, endUs: number): WaveformFile {
    const steps = Math.ceil(endUs / 1000 / waveformIntervalMs);
    while (this.#mixPeaks.length < steps) this.#step();
    const participants = [...this.#voices.values()].map(({ identity, peaks }) => ({ identity, peaks: peaks.slice(0, steps) }));
    const mix = { peaks: this.#mixPeaks.slice(0, steps) };
    return { version: 1, recordingId, intervalMs: waveformIntervalMs, durationMs: Math.round(endUs / 1000), mix, participants };
  }

  /** Frees every decoder. Idempotent. */
  close(): void {
    for (const { lanes } of this.#voices.values()) {
      for (const { lane } of lanes.values()) lane.close();
      lanes.clear();
    }
  }

  #step(): void {
    const at = this.#block * blockSamples;
    this.#mix.fill(0);
    for (const voice of this.#voices.values()) {
      const [own] = this.#own;
      own.fill(0);
      for (const [trackSid, { lane, endUs }] of voice.lanes) {
        lane.addTo(this.#own, at, blockSamples);
        if (this.#block * blockUs < endUs) continue;
        lane.close();
        voice.lanes.delete(trackSid);
      }
      voice.peak = Math.max(voice.peak, peakOf(own));
      for (let index = 0; index < blockSamples; index++) this.#mix[index] = (this.#mix[index] as number) + (own[index] as number);
    }
    this.#mixPeak = Math.max(this.#mixPeak, peakOf(this.#mix));
    this.#block++;
    if (this.#block % blocksPerStep !== 0) return;
    for (const voice of this.#voices.values()) {
      voice.peaks.push(rounded(voice.peak));
      voice.peak = 0;
    }
    this.#mixPeaks.push(rounded(this.#mixPeak));
    this.#mixPeak = 0;
  }
}

function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) if (sample > peak || -sample > peak) peak = Math.abs(sample);
  return peak;
}

const rounded = (peak: number): number => Math.round(Math.min(1, peak) * 1000) / 1000;
