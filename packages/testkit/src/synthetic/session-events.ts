import type { SessionEvent, TrackHeader } from '@tapedeck/rtplog';
import type { Pause, SyntheticLog, SyntheticParticipant } from './types.ts';

/** `Omit` over each member of a union. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type BareEvent = Without<SessionEvent, 'us' | 'wall'>;
export interface TimedEvent {
  readonly atS: number;
  readonly event: BareEvent;
}

/** Session events of one person, in order of time: joined, published, muted, unmuted, unpublished, left. */
export function personEvents(
  person: SyntheticParticipant,
  tracks: readonly TrackHeader[],
  joinS: number,
  leaveS: number,
  isEnd: boolean,
): TimedEvent[] {
  const { identity, name = identity, mutes = [] } = person;
  const participantSid = tracks[0]?.participantSid ?? `PA_${identity}`;
  const events: TimedEvent[] = [{ atS: joinS, event: { type: 'joined', participantSid, identity, name, metadata: '' } }];
  for (const { trackSid, kind, source } of tracks) {
    events.push({ atS: joinS, event: { type: 'published', trackSid, participantSid, identity, kind, source } });
    for (const { fromS, toS } of mutes.filter((mute) => mute.kind === kind)) {
      events.push({ atS: fromS, event: { type: 'muted', trackSid } }, { atS: toS, event: { type: 'unmuted', trackSid } });
    }
    if (!isEnd) events.push({ atS: leaveS, event: { type: 'unpublished', trackSid } });
  }
  if (!isEnd) events.push({ atS: leaveS, event: { type: 'left', participantSid, identity } });
  return events;
}

/** Session events of the room: rules, pauses, speakers, layouts. */
export function roomEvents(log: SyntheticLog): TimedEvent[] {
  const speakers = (log.speakers ?? []).map(({ atS, identity }): TimedEvent => ({
    atS,
    event: { type: 'speakers', speakers: [{ identity, level: 0.8 }] },
  }));
  const layouts = (log.layouts ?? []).map(({ atS, layout }): TimedEvent => ({ atS, event: { type: 'layout', layout } }));
  const pauses = (log.pauses ?? []).flatMap(({ fromS, toS, mode = 'cut' }): TimedEvent[] => [
    { atS: fromS, event: { type: 'paused', mode } },
    { atS: toS, event: { type: 'resumed' } },
  ]);
  const rules = (log.rules ?? []).map(({ atS, rules: changed }): TimedEvent => ({ atS, event: { type: 'subscribe', rules: changed } }));
  return [...rules, ...speakers, ...layouts, ...pauses];
}

/** Recording time (s) of a moment of the recorder's clock: what pauses cut out is taken out. */
export function withoutPauses(atS: number, pauses: readonly Pause[]): number {
  return atS - pauses.filter(isCut).reduce((sum, { fromS, toS }) => sum + Math.max(0, Math.min(atS, toS) - fromS), 0);
}

/** True when recording time stands still in it. */
export const isCut = ({ mode }: Pause): boolean => mode !== 'hold';
