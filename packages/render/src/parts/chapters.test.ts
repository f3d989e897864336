import { expect, it } from 'vitest';
import { chaptersWithin } from './chapters.ts';

const marks = [
  { startUs: 500_000, title: 'Ada joins' },
  { startUs: 1_000_000, title: 'Bo joins' },
  { startUs: 30_000_000, title: 'Bo speaks' },
  { startUs: 95_000_000, title: 'Ada shares a screen' },
];

it('begins at the file’s first instant, joins marks that are close, and counts from the file', () => {
  expect(chaptersWithin(marks, 0, 60e6)).toEqual([
    { startUs: 0, title: 'Ada joins, Bo joins' },
    { startUs: 30e6, title: 'Bo speaks' },
  ]);
  expect(chaptersWithin(marks, 60e6, 120e6)).toEqual([
    { startUs: 0, title: 'Bo speaks' },
    { startUs: 35e6, title: 'Ada shares a screen' },
  ]);
  expect(chaptersWithin(marks.slice(2), 0, 60e6)).toEqual([
    { startUs: 0, title: 'Start' },
    { startUs: 30e6, title: 'Bo speaks' },
  ]);
});

it('names everybody who is there at the first instant, and of what was before it the last alone', () => {
  const there = ['Ada joins', 'Bo joins'].map((title) => ({ startUs: 0, title }));
  const speaks = { startUs: 9e6, title: 'Bo speaks' };
  expect(chaptersWithin([...there, speaks], 0, 60e6)).toEqual([{ startUs: 0, title: 'Ada joins, Bo joins' }, speaks]);
  const before = there.map(({ title }, index) => ({ startUs: -2e6 + index, title }));
  expect(chaptersWithin([...before, speaks], 0, 60e6)).toEqual([{ startUs: 0, title: 'Bo joins' }, speaks]);
});

it('says nothing when nothing happens, and never more than a file can hold', () => {
  expect(chaptersWithin(marks.slice(0, 2), 0, 60e6)).toEqual([]);
  expect(chaptersWithin([], 0, 60e6)).toEqual([]);
  const many = Array.from({ length: 400 }, (_, i) => ({ startUs: i * 5e6, title: `${i}` }));
  expect(chaptersWithin(many, 0, 1e12)).toHaveLength(255);
});
