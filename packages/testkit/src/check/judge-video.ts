import { isFlashFrame } from '../picture/index.ts';
import type { TestPictureReading } from '../picture/index.ts';
import type { PersonClock } from './person-clock.ts';
import type { FileExpectation, FileSpan, Tolerance, VideoReport } from './types.ts';

/** What one picture of the file showed in a person's tile. */
export interface TileReading {
  readonly ms: number;
  readonly reading: TestPictureReading | null;
}

/** A picture that showed the right person: `frame` is unwrapped. */
export interface ShownFrame {
  readonly ms: number;
  readonly frame: number;
}

/** The file's side of a judgement. */
export interface JudgedFile {
  readonly type: FileExpectation['type'];
  readonly durationMs: number;
  /** Time of the first picture. */
  readonly firstMs: number;
  /** Time from picture to picture. */
  readonly intervalMs: number;
  /** Where pictures were looked at. */
  readonly watched: readonly FileSpan[];
  readonly tolerance: Tolerance;
}

/** Returns the readings of the right person, frames unwrapped. */
export function shownFrames(readings: readonly TileReading[], id: number, clock: PersonClock): ShownFrame[] {
  const shown: ShownFrame[] = [];
  for (const { ms, reading } of readings) {
    if (reading?.identity === id) shown.push({ ms, frame: clock.frameOf(reading.frame, ms) });
  }
  return shown;
}

/** Counts what is wrong with a person's pictures. */
export function judgeVideo(
  readings: readonly TileReading[],
  shown: readonly ShownFrame[],
  id: number,
  clock: PersonClock,
  file: JudgedFile,
): VideoReport {
  const spans = judgedSpans(clock, file);
  const within = ({ ms }: { ms: number }): boolean => spans.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
  const judged = shown.filter(within);
  const counts = spans.reduce((sum, span) => addCounts(sum, countFrames(shown, span, clock, file)), {
    expected: 0,
    seen: 0,
    lost: 0,
    repeated: 0,
  });
  const strange = readings.filter((one) => one.reading !== null && one.reading.identity !== id && within(one));
  const misplaced = judged.filter(({ ms, frame }) => Math.abs(ms - clock.fileMsOf(frame / clock.fps)) > file.tolerance.misplacedMs);
  const discoloured = readings.filter(
    ({ reading }) =>
      reading?.identity === id && (reading.isColourRight === false || reading.isFlash !== isFlashFrame(reading.frame, clock.fps)),
  );
  return {
    framesExpected: counts.expected,
    framesSeen: counts.seen,
    framesLost: counts.lost,
    framesRepeated: counts.repeated,
    framesMisplaced: misplaced.length + strange.length,
    strangers: [...new Set(strange.map(({ reading }) => reading!.identity))],
    framesDiscoloured: discoloured.length,
    holes: spans.flatMap((span) =>
      holesBetween(
        judged.map(({ ms }) => ms),
        span,
        file,
      ),
    ),
  };
}

interface Counts {
  readonly expected: number;
  readonly seen: number;
  readonly lost: number;
  readonly repeated: number;
}

function addCounts(a: Counts, b: Counts): Counts {
  return { expected: a.expected + b.expected, seen: a.seen + b.seen, lost: a.lost + b.lost, repeated: a.repeated + b.repeated };
}

/** Spans in which pictures are judged: watched, without the settling time in front and the last two pictures. */
export function judgedSpans(clock: PersonClock, { durationMs, intervalMs, watched, tolerance }: JudgedFile): FileSpan[] {
  const lastMs = 2 * Math.max(intervalMs, 1000 / clock.fps);
  const settled = clock
    .spans('video', durationMs)
    .map(({ fromMs, toMs }) => ({ fromMs: fromMs + tolerance.settleMs, toMs: toMs - lastMs }));
  const both = settled.flatMap((span) =>
    watched.map(({ fromMs, toMs }) => ({ fromMs: Math.max(span.fromMs, fromMs), toMs: Math.min(span.toMs, toMs) })),
  );
  return both.filter(({ fromMs, toMs }) => toMs > fromMs);
}

/** Individual: frames that were sent in the span against those found; composite: pictures of the span against the different frames they show. */
function countFrames(shown: readonly ShownFrame[], span: FileSpan, clock: PersonClock, file: JudgedFile): Counts {
  const isIndividual = file.type === 'individual';
  const firstFrame = firstFrom(clock.mediaAt(span.fromMs) * clock.fps);
  const endFrame = firstFrom(clock.mediaAt(span.toMs) * clock.fps);
  const sent = endFrame - firstFrame;
  const pictures = firstFrom((span.toMs - file.firstMs) / file.intervalMs) - firstFrom((span.fromMs - file.firstMs) / file.intervalMs);
  const inside = shown.filter(({ ms, frame }) =>
    isIndividual ? frame >= firstFrame && frame < endFrame : ms >= span.fromMs && ms < span.toMs,
  );
  const expected = isIndividual ? sent : Math.min(sent, pictures);
  const seen = new Set(inside.map(({ frame }) => frame)).size;
  const same = inside.filter(({ frame }, index) => inside[index - 1]?.frame === frame).length;
  const dueRepeats = isIndividual ? 0 : Math.max(0, pictures - sent);
  return { expected, seen, lost: Math.max(0, expected - seen), repeated: Math.max(0, same - dueRepeats) };
}

/** First whole number at or after `position`, forgiving rounding. */
function firstFrom(position: number): number {
  return Math.ceil(position - 1e-3);
}

/** Stretches without an entry of `times` (rising) inside a span that are long enough to count. */
function holesBetween(times: readonly number[], span: FileSpan, { tolerance, intervalMs }: JudgedFile): FileSpan[] {
  const holes: FileSpan[] = [];
  let before = span.fromMs;
  for (const ms of [...times.filter((time) => time >= span.fromMs && time < span.toMs), span.toMs]) {
    if (ms - before > tolerance.holeMs + intervalMs) holes.push({ fromMs: Math.round(before), toMs: Math.round(ms) });
    before = ms;
  }
  return holes;
}
