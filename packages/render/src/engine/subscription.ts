import type { SubscribeRules } from '../plan.ts';

/** Whether the rules let this participant's audio or video into the output. `*` matches any run of characters; deny wins over allow. */
export function isWanted(rules: SubscribeRules, identity: string, kind: 'audio' | 'video'): boolean {
  const { allow, deny } = rules[kind];
  return matchesAny(allow, identity) && !matchesAny(deny, identity);
}

/** True when `text` is matched by one of the patterns as a whole. */
export function matchesAny(patterns: readonly string[], identity: string): boolean {
  return patterns.some((pattern) => matches(pattern, identity));
}

function matches(pattern: string, identity: string): boolean {
  const pieces = pattern.split('*');
  const [head = ''] = pieces;
  if (pieces.length === 1) return identity === head;
  const tail = pieces.at(-1) ?? '';
  if (identity.length < head.length + tail.length || !identity.startsWith(head) || !identity.endsWith(tail)) return false;
  let at = head.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = identity.indexOf(piece, at);
    if (found < 0 || found + piece.length > identity.length - tail.length) return false;
    at = found + piece.length;
  }
  return true;
}
