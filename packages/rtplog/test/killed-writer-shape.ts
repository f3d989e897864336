import type { TrackHeader } from '@tapedeck/rtplog';

/** How often the writing process appends one record to each track. */
export const TICK_MS = 4;

export function makeTrackHeader(trackSid: string): TrackHeader {
  return {
    recordingId: 'rec_1',
    epoch: 1,
    trackSid,
    participantSid: 'PA_1',
    participantIdentity: 'ann',
    participantName: 'Ann',
    kind: 'video',
    source: 'camera',
    formats: [],
    headerExtensions: [],
    rtxSsrc: null,
    startUs: 0,
    startWallMs: 0,
  };
}
