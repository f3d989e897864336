import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const sources = globSync(['packages/*/src/**/*.ts', 'apps/*/src/**/*.{ts,tsx}'], { cwd: root }).filter(
  (path) => !path.endsWith('.test.ts'),
);

/** Code → fault (empty when the place does not say) and file, for every code that the source makes. */
function codesOfSource(): Map<string, { fault: string; path: string }> {
  const found = new Map<string, { fault: string; path: string }>();
  for (const path of sources) {
    const text = readFileSync(join(root, path), 'utf8');
    for (const match of text.matchAll(
      /override readonly code(?:: \w+)? = '([A-Z][A-Z0-9_]+)';\s*(?:override readonly fault(?:: \w+)? = '(\w+)')?/g,
    ))
      found.set(match[1] ?? '', { fault: match[2] ?? '', path });
    for (const match of text.matchAll(/\bcode: '([A-Z][A-Z0-9]*_[A-Z0-9_]+)'/g))
      if (!found.has(match[1] ?? '')) found.set(match[1] ?? '', { fault: '', path });
  }
  return found;
}

function rowsOfTable(): Map<string, { fault: string; status: string }> {
  const text = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([A-Z0-9_]+)` *\| (\w+) *\| (\d*) *\| .+ \|$/gm)];
  return new Map(rows.map(([, code = '', fault = '', status = '']) => [code, { fault, status }]));
}

test('docs/errors.md lists every code of the source and no other, sorted', () => {
  const [documented, made] = [[...rowsOfTable().keys()], [...codesOfSource().keys()]];
  expect(
    made.filter((code) => !documented.includes(code)),
    'missing in docs/errors.md',
  ).toEqual([]);
  expect(
    documented.filter((code) => !made.includes(code)),
    'in docs/errors.md only',
  ).toEqual([]);
  expect(documented).toEqual(documented.toSorted());
});

test('a code belongs to one class, and the table says its fault', () => {
  const rows = rowsOfTable();
  for (const [code, { fault, path }] of codesOfSource())
    if (fault !== '') expect([code, path, rows.get(code)?.fault]).toEqual([code, path, fault]);
  const all = sources.flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/override readonly code(?:: \w+)? = '([A-Z0-9_]+)'/g)].map(([, code]) => code),
  );
  expect(all.length).toBe(new Set(all).size);
});
