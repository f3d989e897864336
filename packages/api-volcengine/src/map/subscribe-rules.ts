import type { Stream } from '../read/streams.ts';

/** What is recorded of one stream. */
interface Wish {
  readonly targets: readonly Stream[];
  readonly excludes: readonly Stream[];
  readonly isAudioOnly: boolean;
  /** By StreamIndex: 1 sound alone, 2 picture alone. */
  readonly mediaTypes: ReadonlyMap<number, 0 | 1 | 2>;
}

const names = {
  audio: { camera: 'microphone', screen: 'screen_share_audio' },
  video: { camera: 'camera', screen: 'screen_share' },
} as const;

/** The native rules, as a request spells them: whose tracks of which source are recorded. */
export function subscribeRules(wish: Wish): object {
  return {
    audio: ruleOf('audio', wish),
    video: wish.isAudioOnly ? { sources: [] } : ruleOf('video', wish),
  };
}

/** Identities times sources, less the pairs that nobody asked for. */
function ruleOf(kind: 'audio' | 'video', { targets, excludes, mediaTypes }: Wish): object {
  const pair = (userId: string, source: Stream['source']): object => ({ identity: userId, source: names[kind][source] });
  if (targets.length === 0) return { except: excludes.map(({ userId, source }) => pair(userId, source)) };
  const silent = kind === 'audio' ? 2 : 1;
  const wanted = targets.filter(({ index }) => index === null || mediaTypes.get(index) !== silent);
  if (wanted.length === 0) return { sources: [] };
  const identities = [...new Set(wanted.map(({ userId }) => userId))];
  const sources = [...new Set(wanted.map(({ source }) => source))];
  const except = identities.flatMap((userId) =>
    sources
      .filter((source) => !wanted.some((stream) => stream.userId === userId && stream.source === source))
      .map((source) => pair(userId, source)),
  );
  return { allow: identities, sources: sources.map((source) => names[kind][source]), except };
}
