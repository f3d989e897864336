import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionEvent } from '@tapedeck/rtplog';

/** The instant at which an epoch begins, on the clocks that the last one may be compared with. */
export interface Now {
  /** CLOCK_MONOTONIC, µs. */
  readonly us: number;
  readonly wallMs: number;
  readonly bootId: string;
}

/**
 * Recording time (µs) at which an epoch that begins `now` goes on: 0 for the first one, else where the last epoch's clock stands by now; what was cut out
 * by a pause does not count. Within one boot the monotonic clock tells, after a reboot the wall clock.
 */
export function recordingUsAt(recordingDir: string, now: Now): number {
  for (const epochDir of epochDirs(recordingDir).reverse()) {
    const events = readSession(epochDir);
    const started = events.find((event) => event.type === 'started');
    if (started?.type === 'started') return started.recordingUs + elapsedUs(started, events, now);
  }
  return 0;
}

/** True when any epoch of the recording has captured a packet. */
export function hasMedia(recordingDir: string): boolean {
  return epochDirs(recordingDir).some(hasPackets);
}

/** True when an epoch has captured a packet. */
export function hasPackets(epochDir: string): boolean {
  const tracks = join(epochDir, 'tracks');
  return existsSync(tracks) && readdirSync(tracks).some((track) => readdirSync(join(tracks, track)).length > 0);
}

/** When the last packet of a recording reached the disk (within a flush of 200 ms), or null without any. */
export function lastMediaAt(recordingDir: string): Date | null {
  let latestMs = 0;
  for (const epochDir of epochDirs(recordingDir).filter(hasPackets)) {
    for (const name of readdirSync(join(epochDir, 'tracks'), { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.rtplog')) latestMs = Math.max(latestMs, statSync(join(epochDir, 'tracks', name)).mtimeMs);
    }
  }
  return latestMs === 0 ? null : new Date(latestMs);
}

/** True when a recorder was lost during a pause: the log says `paused` and not yet `resumed`. */
export function endsPaused(recordingDir: string): boolean {
  const changes = epochDirs(recordingDir).flatMap((epochDir) =>
    readSession(epochDir).filter(({ type }) => type === 'paused' || type === 'resumed'),
  );
  return changes.at(-1)?.type === 'paused';
}

/** When the recording's first media came, by the wall clock of its recorder, or null without any. */
export function firstMediaAt(recordingDir: string): Date | null {
  for (const epochDir of epochDirs(recordingDir)) {
    const started = readSession(epochDir).find((event) => event.type === 'started');
    if (started !== undefined) return new Date(started.wall);
  }
  return null;
}

/** Recording time (ms) at which each epoch that captured began, in order: one more than the recording was taken over. */
export function epochStarts(recordingDir: string): readonly number[] {
  return epochDirs(recordingDir).flatMap((epochDir) => {
    const started = readSession(epochDir).find((event) => event.type === 'started');
    return started === undefined ? [] : [started.recordingUs / 1000];
  });
}

/** Folders `e1`, `e2` … in order. */
export function epochDirs(recordingDir: string): string[] {
  if (!existsSync(recordingDir)) return [];
  return readdirSync(recordingDir)
    .filter((name) => /^e\d+$/.test(name))
    .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
    .map((name) => join(recordingDir, name));
}

function elapsedUs(started: Extract<SessionEvent, { type: 'started' }>, events: readonly SessionEvent[], now: Now): number {
  const isSameBoot = started.bootId === now.bootId;
  const at = (event: SessionEvent): number => (isSameBoot ? event.us : event.wall * 1000);
  const nowUs = isSameBoot ? now.us : now.wallMs * 1000;
  let pausedUs = 0;
  let pausedSince: number | null = null;
  for (const event of events) {
    if (event.type === 'paused' && event.mode !== 'hold') pausedSince ??= at(event);
    if (event.type !== 'resumed' || pausedSince === null) continue;
    pausedUs += at(event) - pausedSince;
    pausedSince = null;
  }
  if (pausedSince !== null) pausedUs += nowUs - pausedSince;
  return Math.max(0, nowUs - at(started) - pausedUs);
}

const clockEvents = /"type":"(?:started|paused|resumed)"/;

/** The events that say where the clock stands. */
function readSession(epochDir: string): SessionEvent[] {
  const path = join(epochDir, 'session.jsonl');
  if (!existsSync(path)) return [];
  const events: SessionEvent[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (!clockEvents.test(line)) continue; // an hour of speakers is not parsed to find one start
    try {
      events.push(JSON.parse(line) as SessionEvent);
    } catch {
      break; // a torn line is the end of what was written
    }
  }
  return events;
}
