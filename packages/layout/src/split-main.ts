import { byJoining } from './order.ts';
import type { LayoutOptions, MainChoice, Person } from './types.ts';

/** Who stands in the large tile (null: it stays empty) and everybody else, in order. */
export interface Split {
  readonly main: Person | null;
  readonly others: readonly Person[];
  /** Whether the large tile has its place at all. */
  readonly hasMain: boolean;
}

/** Takes the person of the large tile out of `people`: `options.main` when given (then the place stays empty without them), else `fallback`. */
export function splitMain(people: readonly Person[], options: LayoutOptions, fallback: Person | undefined): Split {
  const main = options.main === undefined ? fallback : findMain(people, options.main);
  return {
    main: main ?? null,
    others: people.filter((person) => person !== main),
    hasMain: main !== undefined || options.main !== undefined,
  };
}

/** The one whom `choice` means: of several, who came first, a shared screen before its camera. */
export function findMain(people: readonly Person[], choice: MainChoice): Person | undefined {
  const matching = people.filter(
    (person) =>
      matches(choice.identity, person.identity) && (choice.source === undefined || person.isScreen === (choice.source === 'screen')),
  );
  return matching.sort((a, b) => a.joinedOrder - b.joinedOrder || Number(b.isScreen) - Number(a.isScreen) || byJoining(a, b))[0];
}

/**
 * `*` matches any run of characters. An identity that is exactly the pattern matches too. Linear in the length of the identity: patterns come from outside, and a
 * regular expression of many `*` may take for ever.
 */
function matches(pattern: string, identity: string): boolean {
  if (pattern === identity) return true;
  const [head = '', ...pieces] = pattern.split('*');
  const tail = pieces.pop();
  if (tail === undefined || identity.length < head.length + tail.length) return false;
  if (!identity.startsWith(head) || !identity.endsWith(tail)) return false;
  const end = identity.length - tail.length;
  let at = head.length;
  for (const piece of pieces) {
    const found = identity.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
