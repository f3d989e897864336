import type { TrackSource } from '@tapedeck/rtplog';
import { safeIdentity } from '../parts/file-key.ts';
import type { TrackInfo } from '../engine/track-item.ts';

/** Which file of an individual render a track belongs to. */
export interface TrackSlot {
  /** Key of the file, e.g. `alice.camera`. */
  readonly key: string;
  readonly sources: { readonly video: TrackSource; readonly audio: TrackSource };
}

const names: Record<TrackSource, string> = {
  camera: 'camera',
  microphone: 'microphone',
  screen_share: 'screen',
  screen_share_audio: 'screen-audio',
  unknown: 'track',
};

/**
 * With `merge` a participant's camera and microphone share a file, and so do screen and its sound; without it every source has its own. A track of
 * unknown source counts as camera or microphone by its kind.
 */
export function slotOf(track: TrackInfo, merge: boolean): TrackSlot {
  const source = track.source !== 'unknown' ? track.source : track.kind === 'video' ? 'camera' : 'microphone';
  const isScreen = source === 'screen_share' || source === 'screen_share_audio';
  const name = merge ? (isScreen ? 'screen' : 'camera') : names[source];
  const sources = isScreen
    ? ({ video: 'screen_share', audio: 'screen_share_audio' } as const)
    : ({ video: 'camera', audio: 'microphone' } as const);
  return { key: `${safeIdentity(track.identity)}.${name}`, sources };
}
