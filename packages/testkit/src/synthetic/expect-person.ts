import { DEFAULT_FPS, DEFAULT_LOOP_S } from './load-media.ts';
import { isCut, withoutPauses } from './session-events.ts';
import type { ExpectedPerson, Span, SyntheticLog, SyntheticParticipant } from './types.ts';

/** After an unmute or a pause pictures start with the next keyframe of the loop. */
const KEYFRAME_WAIT_S = 2;

/** What a finished file must show of a person. `delayMs` is the constant part of the person's way: recording time counts from arrival. */
export function expectPerson(log: SyntheticLog, person: SyntheticParticipant, index: number, delayMs: number): ExpectedPerson {
  const { joinS = 0, mutes = [], video = {}, audio = {} } = person;
  const leaveS = Math.min(person.leaveS ?? log.durationS, log.durationS);
  const fps = video?.fps ?? DEFAULT_FPS;
  const pauses = log.pauses ?? [];
  const spans = (kind: 'audio' | 'video', waitS: number) =>
    without(
      { fromS: joinS, toS: leaveS },
      [...mutes.filter((mute) => mute.kind === kind), ...pauses].map(({ fromS, toS }) => ({ fromS, toS: toS + waitS })),
    ).map(({ fromS, toS }) => ({ fromMs: withoutPauses(fromS, pauses) * 1000 + delayMs, toMs: withoutPauses(toS, pauses) * 1000 }));
  return {
    identity: person.identity,
    id: person.id ?? index,
    startMs: joinS * 1000 + delayMs,
    driftPpm: person.driftPpm ?? 0,
    fps,
    frameModulus: fps * (log.loopS ?? DEFAULT_LOOP_S),
    video: video === null ? [] : spans('video', KEYFRAME_WAIT_S),
    audio: audio === null ? [] : spans('audio', 0),
    hasHum: audio?.dtx !== true,
    pauses: pauses.filter(isCut).map(({ fromS, toS }) => ({ fromMs: fromS * 1000, toMs: toS * 1000 })),
  };
}

function without(whole: Span, holes: readonly Span[]): Span[] {
  const rest: Span[] = [];
  let from = whole.fromS;
  for (const { fromS, toS } of [...holes].sort((a, b) => a.fromS - b.fromS)) {
    if (fromS > from) rest.push({ fromS: from, toS: Math.min(fromS, whole.toS) });
    from = Math.max(from, toS);
  }
  if (from < whole.toS) rest.push({ fromS: from, toS: whole.toS });
  return rest;
}
