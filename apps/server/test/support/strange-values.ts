/** Draws numbers in [0, 1). */
export type Draw = () => number;

/** One of the values. */
export function pick<T>(draw: Draw, values: readonly T[]): T {
  const value = values[Math.floor(draw() * values.length)];
  if (value === undefined) throw new RangeError('There is nothing to pick from.');
  return value;
}

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

/** Values that are of the wrong type, out of range, or that careless code falls over. */
const values: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 1.5, 255, 65_536, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 63), 1e308, 5e-324],
  ...[
    '',
    ' ',
    '0',
    '1',
    '-1',
    '1e9',
    'NaN',
    '__proto__',
    'constructor',
    'toString',
    'a\0b',
    '\ud800',
    '😀',
    '../../etc/passwd',
    '%00',
    '%',
  ],
  ...['https://example.invalid/x', 'file:///etc/passwd', "'; drop table recordings; --", '[\\w+(', '{TaskId}{Duration}{', '.*$', '*'],
  ...['x'.repeat(64), 'é'.repeat(1000), 'x'.repeat(20_000), '\u202e', '\r\n', '2026-01-31T08:00:00Z', '9999-99-99', '#ff0000', '#zz'],
  ...[
    [],
    {},
    [[]],
    [null],
    [''],
    [1, '1'],
    { a: 1 },
    { UserId: 5 },
    { StreamList: {} },
    { length: 2 },
    Array.from({ length: 200 }, (_, index) => index),
    deep(500),
  ],
];

/** A JSON value that nobody expects. */
export const strangeValue = (draw: Draw): unknown => structuredClone(pick(draw, values));

/** The value with one part of it replaced, left out, doubled or added somewhere inside, as often as asked. The value itself stays. */
export function mutate(draw: Draw, value: unknown, times: number): unknown {
  let result = structuredClone(value);
  for (let round = 0; round < times; round++) result = mutateOnce(draw, result);
  return result;
}

function mutateOnce(draw: Draw, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return strangeValue(draw);
  const part = value as Record<string, unknown>;
  const names = Object.keys(part);
  const name = names.length === 0 ? 'x' : pick(draw, names);
  const inner = part[name];
  if (typeof inner === 'object' && inner !== null && draw() < 0.6) part[name] = mutateOnce(draw, inner);
  else if (draw() < 0.6) part[name] = strangeValue(draw);
  else if (draw() < 0.5) delete part[name];
  else part[pick(draw, ['Extra', '__proto__x', 'constructor', `${name}.0`, name.toLowerCase(), ''])] = strangeValue(draw);
  return value;
}
