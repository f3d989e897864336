import type { LayoutOptions, Person } from './types.ts';

/** The people who get a tile, in drawing order: screens first, then by join order, then by identity. */
export function inTileOrder(people: readonly Person[], options: LayoutOptions): Person[] {
  return people
    .filter((person) => person.hasVideo || options.showAudioOnly === true)
    .sort((a, b) => Number(b.isScreen) - Number(a.isScreen) || byJoining(a, b));
}

/** Earlier joiners first, then by identity. */
export function byJoining(a: Person, b: Person): number {
  return a.joinedOrder - b.joinedOrder || (a.identity < b.identity ? -1 : a.identity > b.identity ? 1 : 0);
}
