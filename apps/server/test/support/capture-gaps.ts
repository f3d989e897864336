import { readLogBatches } from '@tapedeck/rtplog';

/** For each change of epoch in a recording's log: how long no packet of any track was captured, ms. */
export async function captureGapsMs(recordingDir: string): Promise<number[]> {
  const gaps: number[] = [];
  let last: { readonly epoch: number; readonly us: number } | null = null;
  for await (const batch of readLogBatches(recordingDir, { follow: false })) {
    for (const item of batch.items) {
      if (item.type !== 'record' || item.record.kind !== 'rtp') continue;
      const { arrivalUs: us } = item.record;
      if (last !== null && last.epoch !== item.epoch) gaps.push((us - last.us) / 1000);
      last = { epoch: item.epoch, us };
    }
  }
  return gaps;
}
