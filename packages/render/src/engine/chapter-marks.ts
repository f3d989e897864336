import type { SessionEvent } from '@tapedeck/rtplog';
import { chaptersWithin } from '../parts/chapters.ts';
import type { Chapter } from '../parts/types.ts';

/** A speaker is marked this long after the one before, at the earliest. */
const speakerEveryUs = 10_000_000;

/** Turns the events of a session into chapters: somebody joins, shares a screen, or takes over speaking. Events come in order. */
export class ChapterMarks {
  readonly #names = new Map<string, string>();
  readonly #present = new Set<string>();
  readonly #marks: Chapter[] = [];
  #speaker: string | null = null;
  #speakerUs = Number.NEGATIVE_INFINITY;

  /** Takes the next event; `us` since the output's first instant, negative before it. */
  take(event: SessionEvent, us: number): void {
    if (event.type === 'joined') {
      this.#names.set(event.identity, event.name === '' ? event.identity : event.name);
      // A recorder that takes over tells of everybody who is there.
      if (!this.#present.has(event.identity)) this.#add(us, `${this.#nameOf(event.identity)} joins`);
      this.#present.add(event.identity);
    } else if (event.type === 'left') this.#present.delete(event.identity);
    else if (event.type === 'published' && event.source === 'screen_share')
      this.#add(us, `${this.#nameOf(event.identity)} shares a screen`);
    else if (event.type === 'speakers') this.#speak(event.speakers, us);
  }

  /** Chapters of a file that holds this stretch of the output. */
  within(fromUs: number, untilUs: number): readonly Chapter[] {
    return chaptersWithin(this.#marks, fromUs, untilUs);
  }

  #speak(speakers: Extract<SessionEvent, { type: 'speakers' }>['speakers'], us: number): void {
    const loudest = speakers.toSorted((a, b) => b.level - a.level)[0]?.identity;
    if (loudest === undefined || loudest === this.#speaker || us - this.#speakerUs < speakerEveryUs) return;
    this.#speaker = loudest;
    this.#speakerUs = us;
    this.#add(us, `${this.#nameOf(loudest)} speaks`);
  }

  #nameOf(identity: string): string {
    return this.#names.get(identity) ?? identity;
  }

  #add(startUs: number, title: string): void {
    this.#marks.push({ startUs, title });
  }
}
