import { expect, test } from 'vitest';
import { createTimeline } from './index.ts';
import type { ArrivalUs, NtpUs, RecordingUs, TrackTimeline } from './index.ts';

interface Sender {
  readonly line: TrackTimeline;
  readonly ssrc: number;
  readonly clockRateHz: number;
}

const ticks = ({ clockRateHz }: Sender, t: number): number => Math.round(t * clockRateHz);

function send(sender: Sender, t: number, delayS: number, sequenceNumber: number): void {
  const { line, ssrc, clockRateHz } = sender;
  line.observePacket({ ssrc, clockRateHz, sequenceNumber, timestamp: ticks(sender, t) }, Math.round((t + delayS) * 1e6) as ArrivalUs);
}

// Whether the map is steered while the clock bends is a matter of phase: several are tried.
test.each([0, 0.1, 0.2, 0.3, 0.4])(
  'a queue that empties seven seconds after the start does not throw pictures off (phase %d s)',
  (phaseS) => {
    const timeline = createTimeline();
    timeline.startEpoch(1, 0 as ArrivalUs, 0 as RecordingUs);
    const audio: Sender = { line: timeline.track('a', 'p', 48_000), ssrc: 1, clockRateHz: 48_000 };
    const video: Sender = { line: timeline.track('v', 'p', 90_000), ssrc: 2, clockRateHz: 90_000 };
    const recordingS = (sender: Sender, t: number): number => sender.line.toRecordingUs(sender.ssrc, ticks(sender, t))! / 1e6;
    for (let n = 0; n < 600; n++) {
      const t = n / 50;
      const queueS = phaseS + (t < 7 ? 0.03 : 0);
      send(video, t, 0.04 + queueS, n);
      send(audio, t, 0.02 + queueS, n);
      for (const { line, ssrc, clockRateHz } of n === 150 ? [audio, video] : [])
        line.observeSenderReport(
          { ssrc, ntpUs: (1.7e15 + t * 1e6) as NtpUs, rtpTimestamp: t * clockRateHz },
          ((t + phaseS) * 1e6 + 50_000) as ArrivalUs,
        );
      if (t < 4.5) continue;
      expect(recordingS(video, t) - t - phaseS, `picture at ${t} s`).toBeGreaterThan(0.01);
      expect(Math.abs(recordingS(video, t) - recordingS(audio, t)), `apart at ${t} s`).toBeLessThan(0.015);
    }
  },
);
