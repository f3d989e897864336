import type { BeepFinding } from './judge-audio.ts';
import { judgedSpans } from './judge-video.ts';
import type { JudgedFile, ShownFrame } from './judge-video.ts';
import type { PersonClock } from './person-clock.ts';
import type { SyncReport } from './types.ts';

const MINUTE_MS = 60_000;
/** A beep that is not this close to its 100 ms was damaged and has no say about time. */
const WHOLE_BEEP_MS = 15;
const MIN_PICTURES = 10;
const MIN_BEEPS = 2;

/** Measures sound against picture, minute by minute, where both are judged: neither while a person settles. */
export function judgeSync(shown: readonly ShownFrame[], beeps: readonly BeepFinding[], clock: PersonClock, file: JudgedFile): SyncReport[] {
  const spans = judgedSpans(clock, file);
  const judged = shown.filter(({ ms }) => spans.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs));
  const fresh = byMinute(freshFrames(judged, clock, file), file.durationMs, ({ ms }) => ms);
  const heard = byMinute(beeps, file.durationMs, ({ expectedMs }) => expectedMs);
  return fresh.map((frames, minute) => {
    const ages = frames.map(({ ms, frame }) => ms - clock.fileMsOf(frame / clock.fps));
    const video = videoDelay(ages, clock, file);
    const audioDelayMs = audioDelay(heard[minute]!);
    const offsetMs = video.delayMs === null || audioDelayMs === null ? null : audioDelayMs - video.delayMs;
    return { minute, videoDelayMs: video.delayMs, videoUncertaintyMs: video.uncertaintyMs, audioDelayMs, offsetMs };
  });
}

/** Pictures that are the first to show their frame and move on from the one before by no more than they must: frozen ones say nothing about time. */
function freshFrames(shown: readonly ShownFrame[], clock: PersonClock, { intervalMs }: JudgedFile): ShownFrame[] {
  const longestStep = Math.ceil((intervalMs * clock.fps) / 1000 + 0.01);
  return shown.filter(({ frame }, index) => {
    const step = frame - (shown[index - 1]?.frame ?? frame);
    return step >= 1 && step <= longestStep;
  });
}

/**
 * In an individual file every picture says its frame's time itself. A composite's picture stands for the time from p to p + T, and the middle of it counts: were pictures judged by their beginning, what
 * happens between two of them would be late by T / 2 on average and still be called in sync. At m = p + T / 2 the first picture with frame n shows it because n is the newest: n was there at m, but neither
 * was n + 1, nor was n at the picture before. So the delay lies between m − t(n) less the shorter of both intervals and m − t(n): many pictures together leave a narrow interval (outliers
 * are cut off at 2 %).
 */
function videoDelay(
  ages: number[],
  clock: PersonClock,
  { type, intervalMs }: JudgedFile,
): { delayMs: number | null; uncertaintyMs: number } {
  if (ages.length < MIN_PICTURES) return { delayMs: null, uncertaintyMs: 0 };
  ages.sort((a, b) => a - b);
  const at = (share: number): number => ages[Math.min(ages.length - 1, Math.floor(ages.length * share))]!;
  if (type === 'individual') return { delayMs: at(0.5), uncertaintyMs: 0 };
  const upper = at(0.02) + intervalMs / 2;
  const lower = at(0.98) + intervalMs / 2 - Math.min(intervalMs, 1000 / clock.fps);
  return { delayMs: (upper + lower) / 2, uncertaintyMs: Math.abs(upper - lower) / 2 };
}

function audioDelay(beeps: readonly BeepFinding[]): number | null {
  const delays = beeps.flatMap(({ expectedMs, heard }) =>
    heard && Math.abs(heard.lengthMs - 100) <= WHOLE_BEEP_MS ? [heard.startMs - expectedMs] : [],
  );
  if (delays.length < MIN_BEEPS) return null;
  delays.sort((a, b) => a - b);
  const middle = delays.length >> 1;
  return delays.length % 2 === 1 ? delays[middle]! : (delays[middle - 1]! + delays[middle]!) / 2;
}

function byMinute<T>(items: readonly T[], durationMs: number, msOf: (item: T) => number): T[][] {
  const minutes: T[][] = Array.from({ length: Math.max(1, Math.ceil(durationMs / MINUTE_MS)) }, () => []);
  for (const item of items) minutes[Math.max(0, Math.min(minutes.length - 1, Math.floor(msOf(item) / MINUTE_MS)))]!.push(item);
  return minutes;
}
