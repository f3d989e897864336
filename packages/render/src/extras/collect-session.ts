import { readLogBatches } from '@tapedeck/rtplog';
import { isWanted } from '../engine/subscription.ts';
import { TrackFrames } from '../engine/track-frames.ts';
import type { FrameItem, TrackItem } from '../engine/track-item.ts';
import type { RenderPlan } from '../plan.ts';
import { SessionTimeline } from './session-timeline.ts';
import type { SessionTimelineFile } from './session-timeline.ts';
import { WaveformMeter } from './waveform-meter.ts';
import type { WaveformFile } from './waveform-meter.ts';

/** How a log is read for what it tells. */
export interface CollectOptions {
  /** True: waits at the end of a log that has not ended. */
  readonly follow: boolean;
  readonly signal?: AbortSignal;
}

/** What a log tells beside pictures and sound. */
interface CollectedSession {
  readonly timeline: SessionTimelineFile;
  readonly waveform: WaveformFile | Error | null;
}

/**
 * Reads a recording's log once, from its beginning to its end, for its timeline and (when the plan asks for it) its waveform. Who is not subscribed by the plan is
 * left out of the waveform. A waveform that cannot be measured is the error that says why: the timeline is told all the same.
 */
export async function collectSession(
  recordingDir: string,
  plan: RenderPlan,
  { follow, signal }: CollectOptions,
): Promise<CollectedSession> {
  const collector = new SessionCollector(plan);
  try {
    for await (const batch of readLogBatches(recordingDir, signal === undefined ? { follow } : { follow, signal })) {
      signal?.throwIfAborted();
      collector.take(batch);
      if (batch.hasEnded) break;
    }
    signal?.throwIfAborted();
    return collector.finish();
  } finally {
    collector.close();
  }
}

class SessionCollector {
  readonly #plan: RenderPlan;
  readonly #frames: TrackFrames;
  readonly #timeline = new SessionTimeline();
  #meter: WaveformMeter | null;
  #trouble: Error | null = null;
  readonly #seen = new Set<string>();
  #knownUs = 0;
  #endUs: number | null = null;

  constructor(plan: RenderPlan) {
    this.#plan = plan;
    this.#frames = new TrackFrames({ holdbackMs: plan.holdbackMs });
    this.#meter = plan.extras?.includes('waveform') === true ? new WaveformMeter() : null;
  }

  take(batch: Parameters<TrackFrames['push']>[0]): void {
    for (const item of this.#frames.push(batch)) this.#takeItem(item);
  }

  finish(): CollectedSession {
    const { recordingId } = this.#plan;
    const endUs = this.#endUs ?? this.#knownUs;
    let waveform: WaveformFile | null = null;
    this.#measure((meter) => (waveform = meter.finish(recordingId, endUs)));
    return { timeline: this.#timeline.finish(recordingId, endUs), waveform: this.#trouble ?? waveform };
  }

  close(): void {
    this.#meter?.close();
  }

  #takeItem(item: TrackItem): void {
    this.#knownUs = Math.max(this.#knownUs, item.releasedUs);
    this.#measure((meter) => meter.advance(item.releasedUs - this.#plan.holdbackMs * 1000));
    if (item.type === 'frame') this.#takeFrame(item);
    else if (item.type === 'event') {
      const { event, us } = item;
      if (event.type === 'ended') this.#endUs = us;
      else if (event.type === 'started') this.#endUs = null;
      else if (event.type === 'unpublished') this.#measure((meter) => meter.end(event.trackSid, us));
      this.#timeline.take(event, us);
    }
  }

  #takeFrame(item: FrameItem): void {
    const { track, us } = item;
    if (!this.#seen.has(track.trackSid)) {
      this.#seen.add(track.trackSid);
      this.#timeline.publish(track, us);
    }
    if (track.kind === 'audio' && isWanted(this.#plan.subscribe, track.identity, 'audio')) this.#measure((meter) => meter.push(item));
  }

  /** Sound that cannot be decoded ends the measuring and nothing else. */
  #measure(work: (meter: WaveformMeter) => void): void {
    if (this.#meter === null) return;
    try {
      work(this.#meter);
    } catch (error) {
      this.#trouble = error instanceof Error ? error : new Error(String(error));
      this.#meter.close();
      this.#meter = null;
    }
  }
}
