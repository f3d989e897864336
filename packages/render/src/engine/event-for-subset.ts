import type { SessionEvent } from '@tapedeck/rtplog';
import type { SubscribeRules } from '../plan.ts';
import { isWanted } from './subscription.ts';

/**
 * A session event as an output sees it that leaves some people out: null when it tells of somebody whose sound and picture are both left out, so that
 * they get no tile, are nobody's speaker and leave no placeholder.
 */
export function eventForSubset(event: SessionEvent, rules: SubscribeRules): SessionEvent | null {
  const isOut = (identity: string): boolean => !isWanted(rules, identity, 'audio') && !isWanted(rules, identity, 'video');
  if (event.type === 'speakers') {
    const speakers = event.speakers.filter(({ identity }) => !isOut(identity));
    return speakers.length === event.speakers.length ? event : { ...event, speakers };
  }
  return 'identity' in event && isOut(event.identity) ? null : event;
}
