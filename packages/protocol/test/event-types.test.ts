import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventTypes } from '../src/index.ts';

const root = join(import.meta.dirname, '../../..');
const sources = globSync(['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'], { cwd: root })
  .filter((path) => !path.endsWith('.test.ts') && path !== 'packages/protocol/src/event.ts')
  .map((path) => readFileSync(join(root, path), 'utf8'));

test('every type of event that the source writes can be subscribed to, and stands in docs/events.md', () => {
  const written = new Set(
    sources.flatMap((text) =>
      [...text.matchAll(/(?:addEvent|leases\.event)\([\w.]+,(?: [\w.]+,)? '([a-z]+\.[a-z_]+)'/g)].map((match) => match[1]),
    ),
  );
  expect(written.size).toBeGreaterThan(8);
  expect(eventTypes).toEqual([...new Set(eventTypes)]);
  expect([...written].filter((type) => !eventTypes.includes(type as (typeof eventTypes)[number]))).toEqual([]);
  const document = readFileSync(join(root, 'docs/events.md'), 'utf8');
  expect(eventTypes.filter((type) => !document.includes(`| \`${type}\``))).toEqual([]);
});
