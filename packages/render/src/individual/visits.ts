import type { SessionEvent } from '@tapedeck/rtplog';

interface Visitor {
  /** Their participants now: for a moment there may be two of one identity. */
  readonly present: Set<string>;
  /** RecordingUs at which the last of them left; null: is there, or never was. */
  leftUs: number | null;
  visit: number;
}

/**
 * Counts everybody's visits: who leaves and is back within the resume wait is still on the same visit, who stays away longer begins another one, and with it other files.
 * Without a resume wait there is one visit for ever.
 */
export class Visits {
  readonly #waitUs: number;
  readonly #visitors = new Map<string, Visitor>();

  constructor(resumeWaitS: number | null) {
    this.#waitUs = resumeWaitS === null ? Infinity : resumeWaitS * 1e6;
  }

  /** Takes the next session event; `us` is its recording time. */
  take(event: SessionEvent, us: number): void {
    if (event.type === 'joined') this.#join(event, us);
    else if (event.type === 'left') this.#leave(event, us);
  }

  /** Number of the present visit, 0 for the first. */
  of(identity: string): number {
    return this.#visitors.get(identity)?.visit ?? 0;
  }

  #join({ identity, participantSid }: Extract<SessionEvent, { type: 'joined' }>, us: number): void {
    const visitor = this.#visitors.get(identity) ?? { present: new Set(), leftUs: null, visit: 0 };
    this.#visitors.set(identity, visitor);
    if (visitor.leftUs !== null && us - visitor.leftUs > this.#waitUs) visitor.visit++;
    visitor.leftUs = null;
    visitor.present.add(participantSid);
  }

  #leave({ identity, participantSid }: Extract<SessionEvent, { type: 'left' }>, us: number): void {
    const visitor = this.#visitors.get(identity);
    if (visitor === undefined || !visitor.present.delete(participantSid) || visitor.present.size > 0) return;
    visitor.leftUs = us;
  }
}
