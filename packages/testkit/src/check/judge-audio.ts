import { BLOCK_MS, findBeep } from './beep-detector.ts';
import type { HeardBeep } from './beep-detector.ts';
import type { PersonClock } from './person-clock.ts';
import type { AudioReport, FileSpan, Tolerance } from './types.ts';

/** Beeps are looked for this far from where they should be. */
const SEARCH_MS = 400;
/** A person who is this quiet cannot be heard at all. */
const AUDIBLE = 0.005;
/** The hum against the beep, and what of it is silence. */
const SILENT_SHARE = (200 / 3600) * 0.25;

/** One expected beep. */
export interface BeepFinding {
  readonly expectedMs: number;
  readonly heard: HeardBeep | null;
}

/** A beep's level is that of its eighth loudest block (of 20): the loudest ones are louder than the beep when somebody else's beep begins or ends in them. */
const LEVEL_RANK = 8;

/** Amplitude of the person's full beep: the upper quartile of each second's level; 0 when there is none. */
export function beepPlateau(amplitudes: Float32Array): number {
  const blocksPerSecond = 1000 / BLOCK_MS;
  const levels: number[] = [];
  for (let from = 0; from < amplitudes.length; from += blocksPerSecond) {
    const level =
      amplitudes
        .slice(from, from + blocksPerSecond)
        .sort()
        .at(-LEVEL_RANK) ?? 0;
    if (level > AUDIBLE) levels.push(level);
  }
  levels.sort((a, b) => a - b);
  return levels[Math.floor(levels.length * 0.75)] ?? 0;
}

/** First block that is surely part of a beep, ms; null when there is none. */
export function firstBeepMs(amplitudes: Float32Array, plateau: number): number | null {
  const block = plateau === 0 ? -1 : amplitudes.findIndex((amplitude) => amplitude > plateau / 2);
  return block < 0 ? null : block * BLOCK_MS;
}

/** Looks for every beep that is due in the judged spans. */
export function findBeeps(amplitudes: Float32Array, plateau: number, spans: readonly FileSpan[], clock: PersonClock): BeepFinding[] {
  const findings: BeepFinding[] = [];
  for (const { fromMs, toMs } of spans) {
    for (let second = Math.ceil(clock.mediaAt(fromMs)); clock.fileMsOf(second) + 150 < toMs; second++) {
      const expectedMs = clock.fileMsOf(second);
      findings.push({ expectedMs, heard: plateau === 0 ? null : findBeep(amplitudes, expectedMs, SEARCH_MS, plateau) });
    }
  }
  return findings;
}

/** Counts beeps and silence of one person. */
export function judgeAudio(
  amplitudes: Float32Array,
  plateau: number,
  spans: readonly FileSpan[],
  findings: readonly BeepFinding[],
  hasHum: boolean,
  tolerance: Tolerance,
): AudioReport {
  const missing = findings
    .filter(({ heard }) => heard === null)
    .map(({ expectedMs }) => ({ fromMs: Math.round(expectedMs), toMs: Math.round(expectedMs + 100) }));
  const silence = hasHum ? spans.flatMap((span) => silentStretches(amplitudes, plateau, span, tolerance.holeMs)) : missing;
  return { beepsExpected: findings.length, beepsHeard: findings.length - missing.length, holes: silence };
}

function silentStretches(amplitudes: Float32Array, plateau: number, { fromMs, toMs }: FileSpan, holeMs: number): FileSpan[] {
  const stretches: FileSpan[] = [];
  const threshold = plateau * SILENT_SHARE;
  const end = Math.floor(toMs / BLOCK_MS);
  let silentFrom: number | null = null;
  for (let block = Math.ceil(fromMs / BLOCK_MS); block <= end; block++) {
    const isSilent = block < end && (amplitudes[block] ?? 0) <= threshold;
    if (isSilent) silentFrom ??= block;
    else if (silentFrom !== null) {
      if ((block - silentFrom) * BLOCK_MS >= holeMs) stretches.push({ fromMs: silentFrom * BLOCK_MS, toMs: block * BLOCK_MS });
      silentFrom = null;
    }
  }
  return stretches;
}
