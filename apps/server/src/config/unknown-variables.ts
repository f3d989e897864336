import { settings } from './settings.ts';

/** A `TAPEDECK_…` variable that means nothing to us. */
export interface UnknownVariable {
  readonly name: string;
  /** The one of ours that it differs from by one slip (a letter missing, added, changed or two swapped), or null. */
  readonly meant: string | null;
}

/** Read elsewhere: by the parts that they are for, by tests and by the benchmark. */
const others = [
  ...['TAPEDECK_CONFIG', 'TAPEDECK_CACHE_DIR', 'TAPEDECK_PARENT_PID', 'TAPEDECK_REQUIRE', 'TAPEDECK_TEST_CACHE', 'TAPEDECK_KILLS'],
  ...['TAPEDECK_CHROMIUM', 'TAPEDECK_XVFB', 'TAPEDECK_FFMPEG', 'TAPEDECK_TSHARK', 'TAPEDECK_VERSITYGW_BIN', 'TAPEDECK_REDIS_BIN'],
  ...['TAPEDECK_UPDATE_GOLDENS', 'TAPEDECK_PICTURES_DIR'],
];

/** What Kubernetes puts into every container beside a service named `tapedeck`. */
const isServiceLink = (name: string): boolean => /^TAPEDECK_(?:SERVICE_|PORT_\d+_)/.test(name);

/** The variables of an environment that look like ours and are not. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): readonly UnknownVariable[] {
  const known = [...settings.flatMap(({ env: name }) => (name === null ? [] : [name])), ...others];
  return Object.keys(env)
    .filter((name) => name.startsWith('TAPEDECK_') && !known.includes(name) && !isServiceLink(name))
    .map((name) => ({ name, meant: known.find((one) => isOneSlipAway(name, one)) ?? null }));
}

function isOneSlipAway(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const restA = a.slice(start);
  const restB = b.slice(start);
  const isSwapped = restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
  return isSwapped || restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1);
}
