import { readLogBatches } from '@tapedeck/rtplog';

/** What one change of recorder cost. */
export interface CaptureGap {
  /** The successor's. */
  readonly epoch: number;
  readonly gapMs: number;
}

/**
 * For each change of epoch in a recording's log: how long no packet of an audio track was captured; of several tracks the longest. A track that the epoch in
 * between did not get as far as receiving is left out (two kills, not one). Video is not judged: its first packet waits for the publisher's keyframe.
 */
export async function captureGapsMs(recordingDir: string): Promise<CaptureGap[]> {
  const gaps = new Map<number, number>();
  const last = new Map<string, { readonly epoch: number; readonly us: number }>();
  for await (const batch of readLogBatches(recordingDir, { follow: false })) {
    for (const item of batch.items) {
      if (item.type !== 'record' || item.record.kind !== 'rtp' || item.track.kind !== 'audio') continue;
      const { arrivalUs: us } = item.record;
      const before = last.get(item.track.trackSid);
      if (before?.epoch === item.epoch - 1) gaps.set(item.epoch, Math.max(gaps.get(item.epoch) ?? 0, (us - before.us) / 1000));
      last.set(item.track.trackSid, { epoch: item.epoch, us });
    }
  }
  return [...gaps].map(([epoch, gapMs]) => ({ epoch, gapMs })).sort((a, b) => a.epoch - b.epoch);
}
