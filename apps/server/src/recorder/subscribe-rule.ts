import type { Publication } from '@tapedeck/livekit';
import { matchesAny, type SubscribeRules } from '@tapedeck/protocol';

/** Decides by identity, kind and source whether a publication is recorded; deny wins over allow. A track of unknown source counts as camera or microphone. */
export function subscribeRule(rules: SubscribeRules): (publication: Pick<Publication, 'identity' | 'kind' | 'source'>) => boolean {
  return ({ identity, kind, source }) => {
    const { allow, deny, sources, except = [] } = rules[kind];
    const known = knownSource(kind, source);
    // Rules of recordings from before there were sources do not say them.
    if (sources !== undefined && !(sources as readonly string[]).includes(known)) return false;
    if (except.some((track) => track.identity === identity && track.source === known)) return false;
    return matchesAny(allow, identity) && !matchesAny(deny, identity);
  };
}

function knownSource(kind: Publication['kind'], source: Publication['source']): string {
  if (source !== 'unknown') return source;
  return kind === 'audio' ? 'microphone' : 'camera';
}
