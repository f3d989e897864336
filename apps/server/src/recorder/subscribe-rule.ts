import type { SubscribeRules } from '@tapedeck/render';
import type { Publication } from '@tapedeck/livekit';

/** Decides by identity and kind whether a publication is recorded; `*` in a pattern matches any run of characters, deny wins over allow. */
export function subscribeRule(rules: SubscribeRules): (publication: Pick<Publication, 'identity' | 'kind'>) => boolean {
  const compiled = { audio: compile(rules.audio), video: compile(rules.video) };
  return ({ identity, kind }) => {
    const { allow, deny } = compiled[kind];
    return allow.test(identity) && !deny.test(identity);
  };
}

function compile(rule: SubscribeRules['audio']): { readonly allow: RegExp; readonly deny: RegExp } {
  return { allow: anyOf(rule.allow), deny: anyOf(rule.deny) };
}

function anyOf(patterns: readonly string[]): RegExp {
  const sources = patterns.map((pattern) => pattern.split('*').map(escape).join('[\\s\\S]*'));
  return new RegExp(sources.length === 0 ? '(?!)' : `^(?:${sources.join('|')})$`);
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
