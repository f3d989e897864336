import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../', import.meta.url);
const lines = readFileSync(new URL('features.md', import.meta.url), 'utf8').split('\n');
const rows = lines.flatMap((line) => {
  const [id, , state = '', proof = ''] = line
    .split(/(?<!\\)\|/)
    .slice(1)
    .map((cell) => cell.trim());
  return id !== undefined && /^[NATLVP]\d+$/.test(id) ? [{ id, state, proof }] : [];
});
const range = (letter: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

test('every behaviour of the checklist has its row', () => {
  const wanted = [...range('N', 7), ...range('A', 6), ...range('T', 10), ...range('L', 5), ...range('V', 8), ...range('P', 14)];
  expect(rows.map(({ id }) => id)).toEqual(wanted);
});

test('a row is done, partly there or not yet, and what is there names its test', () => {
  for (const { id, state, proof } of rows) {
    expect(['done', 'partly', 'not yet'], id).toContain(state);
    expect(/`[^`]+\.test\.ts` › "/.test(proof), id).toBe(state !== 'not yet');
  }
});

test('every named test exists', () => {
  for (const { id, proof } of rows) {
    for (const [, file = '', name = ''] of proof.matchAll(/`([^`]+\.test\.ts)` › "([^"]+)"/g)) {
      const path = new URL(file, root);
      expect(existsSync(path), `${id}: ${file}`).toBe(true);
      expect(readFileSync(path, 'utf8'), `${id}: ${file}`).toContain(name);
    }
  }
});
