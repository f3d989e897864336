import { invalidParameter } from '../errors.ts';
import type { Fields } from './fields.ts';
import { requiredId } from './names.ts';

/** One picture (with its sound) of a user: `camera` with the microphone, or `screen` with its sound. */
export interface Stream {
  readonly userId: string;
  readonly source: 'camera' | 'screen';
  /** What regions of a custom layout call it; null: nothing. */
  readonly index: number | null;
}

const mostStreams = 17;

/** Whether both are the same stream. */
export const isSameStream = (a: Pick<Stream, 'userId' | 'source'>, b: Pick<Stream, 'userId' | 'source'>): boolean =>
  a.userId === b.userId && a.source === b.source;

/**
 * Streams to record and streams to leave out. An empty first list: every stream of the room.
 *
 * @param isCustom The layout goes by the Index of the targets: each has its own. Elsewhere the newest version alone insists on that, for older clients send 0 throughout.
 */
export function readStreamLists(
  fields: Fields,
  isCustom: boolean,
): { readonly targets: readonly Stream[]; readonly excludes: readonly Stream[] } {
  const targets = readList(fields, 'TargetStreams', isCustom || fields.isStrict);
  const excludes = readList(fields, 'ExcludeStreams', fields.isStrict);
  const both = targets.find((target) => excludes.some((exclude) => isSameStream(target, exclude)));
  if (both !== undefined)
    throw invalidParameter('ExcludeStreams', `must not name what TargetStreams names: ${both.userId} (${both.source})`);
  return { targets, excludes };
}

function readList(fields: Fields, name: string, isIndexUnique: boolean): readonly Stream[] {
  const list = fields.object(name);
  if (list === null) return [];
  const items = list.objects('StreamList');
  if (items.length > mostStreams) throw invalidParameter(list.at('StreamList'), `must have at most ${mostStreams} streams`);
  const streams = items.map((item): Stream => {
    const index = item.has('Index') ? item.integer('Index', { min: 0, max: 2_147_483_647, fallback: 0 }) : null;
    return { userId: requiredId(item, 'UserId'), source: item.choice('StreamType', [0, 1], 0) === 1 ? 'screen' : 'camera', index };
  });
  for (const [at, stream] of streams.entries()) {
    const field = `${list.at('StreamList')}[${at}]`;
    const before = streams.slice(0, at);
    if (before.some((other) => isSameStream(other, stream))) throw invalidParameter(field, 'names a stream twice');
    if (isIndexUnique && stream.index !== null && before.some((other) => other.index === stream.index))
      throw invalidParameter(`${field}.Index`, `must be unique; ${stream.index} is there twice`);
  }
  return streams;
}
