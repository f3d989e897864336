import { monotonicUs } from '@tapedeck/livekit';
import type { CreateRecording } from '@tapedeck/protocol';

/** Longest wait that a timer of Node takes. */
const longestTimerMs = 2 ** 31 - 1;

/** What a recording's request says about ending by itself. */
export interface EndRules extends Pick<CreateRecording, 'idleTimeoutS' | 'resumeWaitS' | 'maxDurationS'> {
  /** How long it waits for the first one to come; `idleTimeoutS` when left out. */
  readonly firstComerWaitS?: number;
}

/**
 * The rules of a recording. The vendors have one time for a room with nobody in it, whether somebody was there before or not, so what their APIs made waits for the first one
 * no longer than for the last one to come back.
 */
export function endRules(request: EndRules, isDialect: boolean): EndRules {
  const { idleTimeoutS, resumeWaitS } = request;
  return isDialect && resumeWaitS !== null ? { ...request, firstComerWaitS: Math.min(idleTimeoutS, resumeWaitS) } : request;
}

/** What there is to be seen of a room; times in ms of one monotonic clock. */
export interface Occupancy {
  /** People in the room, recorders aside. */
  readonly people: number;
  /** Somebody is known to have been there (or the recording was started because somebody was). */
  readonly wasOccupied: boolean;
  /** We are in the room, and nobody has been there yet. */
  readonly isAwaited: boolean;
  /** Since when nobody is there. */
  readonly emptySinceMs: number;
  /** The last media packet; before the first one: since when it is waited for. */
  readonly lastMediaMs: number;
  /** The first media packet of the recording; null: none yet. */
  readonly firstMediaMs: number | null;
  readonly isPaused: boolean;
}

/** When a recording ends by itself if nothing changes, and why; null: not in this state. */
export interface OwnEnd {
  readonly reason: 'idle' | 'room-empty' | 'max-duration';
  readonly atMs: number;
}

/**
 * The one place that decides when a recording ends by itself:
 * - `max-duration`: `maxDurationS` after its first media, pauses included;
 * - with somebody in the room, `idle`: `idleTimeoutS` without a media packet (a pause does not count);
 * - with nobody in the room, `room-empty`: `resumeWaitS` after the last one left; without `resumeWaitS` `idle` after `idleTimeoutS`;
 * - before anybody came, `idle` after `firstComerWaitS`, which is `idleTimeoutS` when left out.
 */
export function nextOwnEnd(rules: EndRules, seen: Occupancy): OwnEnd | null {
  const ends: OwnEnd[] = [];
  if (seen.firstMediaMs !== null) ends.push({ reason: 'max-duration', atMs: seen.firstMediaMs + rules.maxDurationS * 1000 });
  const idleMs = ((seen.isAwaited ? rules.firstComerWaitS : undefined) ?? rules.idleTimeoutS) * 1000;
  if (seen.people === 0 && seen.wasOccupied && rules.resumeWaitS !== null)
    ends.push({ reason: 'room-empty', atMs: seen.emptySinceMs + rules.resumeWaitS * 1000 });
  else if (seen.people === 0 && seen.isPaused) ends.push({ reason: 'idle', atMs: Math.max(seen.emptySinceMs, seen.lastMediaMs) + idleMs });
  else if (!seen.isPaused) ends.push({ reason: 'idle', atMs: seen.lastMediaMs + idleMs });
  return ends.reduce<OwnEnd | null>((first, end) => (first === null || end.atMs < first.atMs ? end : first), null);
}

/** How an {@link EndWatch} begins. */
export interface EndWatchOptions {
  readonly rules: EndRules;
  /** True: somebody was there before (an earlier epoch, or a template started the recording because of them). */
  readonly wasOccupied: boolean;
  /** How long ago the recording's first media came, ms; null: none yet. */
  readonly firstMediaAgoMs: number | null;
  /** CLOCK_MONOTONIC µs of the last media packet of this stay in the room; null: none yet. */
  readonly lastMediaUs: () => number | null;
  /** ms of the clock of `lastMediaUs`; default: that one. */
  readonly nowMs?: () => number;
  /** Called once. */
  readonly onEnd: (reason: OwnEnd['reason']) => void;
}

/** Watches one recording's room by {@link nextOwnEnd}. Nothing polls: a timer stands at the next end, and is set again when something changes. */
export class EndWatch {
  readonly #options: EndWatchOptions;
  readonly #present = new Set<string>();
  readonly #nowMs: () => number;
  #seenSinceJoin = new Set<string>();
  #wasOccupied: boolean;
  #emptySinceMs: number;
  #expectedSinceMs: number;
  #firstMediaMs: number | null;
  #isPaused = false;
  /** Outside nobody knows who is there. */
  #isInRoom = false;
  #hasJoined = false;
  #lastMediaMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: EndWatchOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? monotonicMs;
    const startedMs = this.#nowMs();
    this.#emptySinceMs = startedMs;
    this.#expectedSinceMs = startedMs;
    this.#wasOccupied = options.wasOccupied;
    this.#firstMediaMs = options.firstMediaAgoMs === null ? null : startedMs - options.firstMediaAgoMs;
    this.#check();
  }

  /** How many people are in the room. */
  get people(): number {
    return this.#present.size;
  }

  /** Somebody is in the room; `sid` is the participant's. */
  enter(sid: string): void {
    this.#present.add(sid);
    this.#seenSinceJoin.add(sid);
    this.#wasOccupied = true;
    this.#check();
  }

  /** Somebody has left. */
  leave(sid: string): void {
    if (!this.#present.delete(sid)) return;
    if (this.#present.size === 0) this.#emptySinceMs = this.#nowMs();
    this.#check();
  }

  /** We are about to enter the room (again): those present will be told anew. */
  joining(): void {
    this.#lookForMedia(); // who comes next knows nothing of it
    this.#seenSinceJoin = new Set();
    this.#isInRoom = false;
  }

  /** We are in the room and have been told who is there: whoever was not named has left meanwhile. Returns them. */
  joined(): readonly string[] {
    // Nobody could send while we were away.
    if (this.#hasJoined && this.#present.size > 0) this.#expectedSinceMs = this.#nowMs();
    const gone = [...this.#present].filter((sid) => !this.#seenSinceJoin.has(sid));
    for (const sid of gone) this.leave(sid);
    this.#isInRoom = true;
    if (!this.#hasJoined && this.#present.size === 0) this.#emptySinceMs = this.#nowMs();
    this.#hasJoined = true;
    this.#check();
    return gone;
  }

  /** The recording's first media came. */
  begin(): void {
    this.#firstMediaMs ??= this.#nowMs();
    this.#check();
  }

  /** Silence counts no more, or again from now on. */
  setPaused(isPaused: boolean): void {
    if (this.#isPaused && !isPaused) this.#expectedSinceMs = this.#nowMs();
    this.#isPaused = isPaused;
    this.#check();
  }

  /** Idempotent. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #check(): void {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    const end = nextOwnEnd(this.#options.rules, this.#occupancy());
    if (end === null) return;
    const leftMs = end.atMs - this.#nowMs();
    if (leftMs > 0) {
      this.#timer = setTimeout(() => this.#check(), Math.min(Math.ceil(leftMs), longestTimerMs));
      return;
    }
    this.close();
    this.#options.onEnd(end.reason);
  }

  #lookForMedia(): number {
    this.#lastMediaMs = Math.max(this.#lastMediaMs, (this.#options.lastMediaUs() ?? 0) / 1000);
    return this.#lastMediaMs;
  }

  #occupancy(): Occupancy {
    return {
      ...{
        people: this.#present.size,
        wasOccupied: this.#wasOccupied && this.#isInRoom,
        isAwaited: !this.#wasOccupied && this.#isInRoom,
        emptySinceMs: this.#emptySinceMs,
        isPaused: this.#isPaused,
      },
      lastMediaMs: Math.max(this.#expectedSinceMs, this.#lookForMedia()),
      firstMediaMs: this.#firstMediaMs,
    };
  }
}

const monotonicMs = (): number => monotonicUs() / 1000;
