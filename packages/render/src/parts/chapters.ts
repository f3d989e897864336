import type { Chapter } from './types.ts';

/** Chapters do not begin closer to one another than this. */
const togetherUs = 2_000_000;
/** What an MP4's list can hold. */
const mostChapters = 255;

/**
 * Chapters of a file that holds `fromUs` … `untilUs` of an output, counted from the file's first instant, the first one at 0; at most 255. Marks that come close together share
 * a chapter. Empty when nothing is marked but the file's beginning.
 *
 * @param marks In order of time, since the output's first instant (negative: before it, in a render that begins later than the recording).
 */
export function chaptersWithin(marks: readonly Chapter[], fromUs: number, untilUs: number): readonly Chapter[] {
  const atStart = marks.filter(({ startUs }) => startUs === fromUs);
  const before = atStart.length > 0 ? atStart : marks.filter(({ startUs }) => startUs < fromUs).slice(-1);
  const chapters: Chapter[] = before.length === 0 ? [] : [{ startUs: 0, title: before.map(({ title }) => title).join(', ') }];
  for (const { startUs, title } of marks) {
    if (startUs <= fromUs || startUs >= untilUs) continue;
    const last = chapters.at(-1);
    const atUs = startUs - fromUs;
    if (last === undefined && atUs >= togetherUs) chapters.push({ startUs: 0, title: 'Start' }, { startUs: atUs, title });
    else if (last === undefined) chapters.push({ startUs: 0, title });
    else if (atUs - last.startUs >= togetherUs) chapters.push({ startUs: atUs, title });
    else chapters[chapters.length - 1] = { startUs: last.startUs, title: `${last.title}, ${title}` };
  }
  return chapters.length < 2 ? [] : chapters.slice(0, mostChapters);
}
