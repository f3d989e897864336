import type { Bending } from './bending-line.ts';

/**
 * The first packets of a track often come in a burst (a queue empties, an encoder warms up): then the first one, which anchors the map, was late by all of it, and 0.5 % would take a minute to make
 * up for that. So in its first seconds a map that is too late is put right as fast as it can go without running backwards in anyone's ears for long.
 */
export const START_UP_US = 6_000_000;
/** Smaller errors are left to the usual bend. */
const WORTH_US = 15_000;
const FAST: Bending = { limit: 0.3, shortestUs: 100_000 };

/** Returns how to bend: fast in the start-up of a map that is too late (`errorUs` = target − map < 0), else as `usual` says. */
export function bendingFor(ageUs: number, errorUs: number, usual: Bending): Bending {
  return ageUs < START_UP_US && errorUs < -WORTH_US ? FAST : usual;
}
