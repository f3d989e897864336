/** What {@link nextSpeaker} remembers between calls. Frozen data; keep the value it returns. */
export interface SpeakerState {
  readonly current: string | null;
  /** Louder than `current` since `challengerSinceUs`, or null. */
  readonly challenger: string | null;
  readonly challengerSinceUs: number;
  /** When `current` took the place. */
  readonly currentSinceUs: number;
}

/** Nobody has spoken yet. */
export const noSpeaker: SpeakerState = Object.freeze({ current: null, challenger: null, challengerSinceUs: 0, currentSinceUs: 0 });

/** Someone must be the loudest for this long before the picture changes. */
export const speakerPatienceUs = 700_000;
/** A picture that has just changed stays for at least this long. */
export const speakerHoldUs = 2_000_000;

/**
 * The active speaker at `atUs`, with hysteresis: the first speaker takes an empty place at once; later ones must be the loudest for
 * {@link speakerPatienceUs} and never replace a picture younger than {@link speakerHoldUs}. Silence keeps the last speaker. Pure.
 *
 * @param loudest Identities that speak now, loudest first.
 * @param present Everybody who may stand in the large tile; a speaker who is not among them gives the place up.
 * @param atUs RecordingUs; must not decrease between calls.
 */
export function nextSpeaker(state: SpeakerState, loudest: readonly string[], present: ReadonlySet<string>, atUs: number): SpeakerState {
  const candidate = loudest.find((identity) => present.has(identity)) ?? null;
  const hasCurrent = state.current !== null && present.has(state.current);
  if (!hasCurrent) {
    if (candidate === null) return state.current === null && state.challenger === null ? state : noSpeaker;
    return { current: candidate, challenger: null, challengerSinceUs: 0, currentSinceUs: atUs };
  }
  if (candidate === null || candidate === state.current) {
    return state.challenger === null ? state : { ...state, challenger: null, challengerSinceUs: 0 };
  }
  if (candidate !== state.challenger) return { ...state, challenger: candidate, challengerSinceUs: atUs };
  if (atUs - state.challengerSinceUs < speakerPatienceUs || atUs - state.currentSinceUs < speakerHoldUs) return state;
  return { current: candidate, challenger: null, challengerSinceUs: 0, currentSinceUs: atUs };
}
