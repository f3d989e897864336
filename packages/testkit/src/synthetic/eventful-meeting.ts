import type { SyntheticLog } from './types.ts';

/**
 * A meeting in which everything happens that may part sound from picture: two senders whose clocks drift ±100 ppm, 2 % of all packets lost in bursts, jitter, reordering and duplicates, timestamps that jump (and
 * wrap in the first seconds), a new SSRC, muted camera and microphone, somebody who comes late. Events stand at shares of the duration: an hour has its jump at minute 20. Pictures come at 24
 * and 20 in a second, rates that no output shares, so that a composite's offset can be read to a few ms in each minute.
 */
export function eventfulMeeting(dir: string, durationS: number): SyntheticLog {
  const at = (share: number): number => Math.round(durationS * share);
  const camera = { width: 320, height: 180, bitrateKbps: 150 };
  return {
    ...{ dir, durationS, loss: { percent: 2, burst: 5 }, jitterMs: 8, reorder: 0.5, duplicate: 0.5 },
    participants: [
      {
        identity: 'alice',
        ...{ driftPpm: 100, startTimestamp: 0xffff_0000, timestampJumpAtS: at(1 / 3), video: { ...camera, fps: 24 } },
        mutes: [{ kind: 'video', fromS: at(1 / 6), toS: at(1 / 6) + at(1 / 36) }],
      },
      {
        identity: 'bob',
        ...{ driftPpm: -100, joinS: at(1 / 12), ssrcChangeAtS: at(5 / 9), video: { ...camera, fps: 20 } },
        mutes: [{ kind: 'audio', fromS: at(1 / 4), toS: at(1 / 4) + at(1 / 60) }],
      },
    ],
  };
}
