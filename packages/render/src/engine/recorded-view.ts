import type { RecordedRules, SessionEvent, TrackSource } from '@tapedeck/rtplog';
import { matchesAny } from './subscription.ts';

type Joined = Extract<SessionEvent, { type: 'joined' }>;
type Published = Extract<SessionEvent, { type: 'published' }>;

/** What decides whether a track was to be recorded. */
export interface RecordedTrack {
  readonly trackSid: string;
  readonly identity: string;
  readonly kind: 'audio' | 'video';
  readonly source: TrackSource;
}

/**
 * The session as its subscription rules (`subscribe` events) let it be seen: who is not recorded at all is not there, and a track that is not recorded is not published.
 * A change of rules comes out as leaving and joining, unpublishing and publishing, so that nothing behind needs to know of rules. Before the first rules everything is recorded.
 */
export class RecordedView {
  #rules: RecordedRules | null = null;
  readonly #people = new Map<string, Joined>();
  readonly #tracks = new Map<string, Published>();
  readonly #muted = new Set<string>();
  /** By track, under the present rules: asked for every packet. */
  readonly #verdicts = new Map<string, boolean>();

  /** The events to be taken in place of this one, in order; itself when rules do not touch it. */
  take(event: SessionEvent): readonly SessionEvent[] {
    switch (event.type) {
      case 'subscribe':
        return this.#change(event);
      case 'joined':
        this.#people.set(event.participantSid, event);
        return this.#isPersonIn(event.identity) ? [event] : [];
      case 'left':
        this.#people.delete(event.participantSid);
        return this.#isPersonIn(event.identity) ? [event] : [];
      case 'published':
        this.#tracks.set(event.trackSid, event);
        return this.isRecorded(event) ? [event] : [];
      case 'unpublished':
        return this.#unpublish(event);
      case 'muted':
      case 'unmuted':
        if (event.type === 'muted') this.#muted.add(event.trackSid);
        else this.#muted.delete(event.trackSid);
        return this.#isTrackIn(event.trackSid) ? [event] : [];
      case 'speakers':
        if (this.#rules === null) return [event];
        return [{ ...event, speakers: event.speakers.filter(({ identity }) => this.#isPersonIn(identity)) }];
      default:
        return [event];
    }
  }

  /** Whether the present rules let this track be recorded. */
  isRecorded(track: RecordedTrack): boolean {
    if (this.#rules === null) return true;
    const known = this.#verdicts.get(track.trackSid);
    if (known !== undefined) return known;
    const verdict = this.#judge(this.#rules, track);
    this.#verdicts.set(track.trackSid, verdict);
    return verdict;
  }

  #judge(rules: RecordedRules, { identity, kind, source }: RecordedTrack): boolean {
    const { sources, except = [] } = rules[kind];
    const known = source !== 'unknown' ? source : kind === 'audio' ? 'microphone' : 'camera';
    if (except.some((track) => track.identity === identity && track.source === known)) return false;
    return this.#isNamed(identity, kind) && (sources === undefined || sources.includes(known));
  }

  #unpublish(event: Extract<SessionEvent, { type: 'unpublished' }>): readonly SessionEvent[] {
    const isIn = this.#isTrackIn(event.trackSid);
    this.#tracks.delete(event.trackSid);
    this.#muted.delete(event.trackSid);
    return isIn ? [event] : [];
  }

  #change(change: Extract<SessionEvent, { type: 'subscribe' }>): readonly SessionEvent[] {
    const people = [...this.#people.values()];
    const tracks = [...this.#tracks.values()];
    const were = {
      people: people.map(({ identity }) => this.#isPersonIn(identity)),
      tracks: tracks.map((track) => this.isRecorded(track)),
    };
    this.#rules = change.rules;
    this.#verdicts.clear();
    const at = { us: change.us, wall: change.wall };
    const gone: SessionEvent[] = [];
    const come: SessionEvent[] = [];
    for (const [index, track] of tracks.entries()) {
      const { trackSid } = track;
      if (this.isRecorded(track) === were.tracks[index]) continue;
      if (were.tracks[index] === true) gone.push({ ...at, type: 'unpublished', trackSid });
      else come.push({ ...track, ...at }, ...(this.#muted.has(trackSid) ? [{ ...at, type: 'muted' as const, trackSid }] : []));
    }
    const joined: SessionEvent[] = [];
    for (const [index, person] of people.entries()) {
      const { participantSid, identity } = person;
      if (this.#isPersonIn(identity) === were.people[index]) continue;
      if (were.people[index] === true) gone.push({ ...at, type: 'left', participantSid, identity });
      else joined.push({ ...person, ...at });
    }
    return [...gone, ...joined, ...come, change];
  }

  /** A track whose publication is not in the log is judged by nobody. */
  #isTrackIn(trackSid: string): boolean {
    const track = this.#tracks.get(trackSid);
    return track === undefined || this.isRecorded(track);
  }

  #isPersonIn(identity: string): boolean {
    return this.#rules === null || this.#isNamed(identity, 'audio') || this.#isNamed(identity, 'video');
  }

  #isNamed(identity: string, kind: 'audio' | 'video'): boolean {
    if (this.#rules === null) return true;
    const { allow, deny, sources } = this.#rules[kind];
    return sources?.length !== 0 && matchesAny(allow, identity) && !matchesAny(deny, identity);
  }
}
