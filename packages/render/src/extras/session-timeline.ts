import type { SessionEvent, TrackSource } from '@tapedeck/rtplog';

/** A stretch of recording time, ms. */
export interface SpanMs {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What one track was published for. */
export interface TimelineTrack extends SpanMs {
  readonly trackSid: string;
  readonly kind: 'audio' | 'video';
  readonly source: TrackSource;
  readonly muted: readonly SpanMs[];
}

/** One person of the recording. */
export interface TimelineParticipant {
  readonly identity: string;
  readonly name: string;
  readonly present: readonly SpanMs[];
  /** When the SFU counted the person among the active speakers. */
  readonly speaking: readonly SpanMs[];
  readonly speakingMs: number;
  readonly tracks: readonly TimelineTrack[];
}

/**
 * `timeline.json`: what happened, on the recording's clock (0 = its first media; pauses are cut out, so time stands still in them). All lists are in order of
 * time; what had not ended at the end of the recording ends with it.
 */
export interface SessionTimelineFile {
  readonly version: 1;
  readonly recordingId: string;
  readonly room: string | null;
  /** Wall clock of recording time 0, RFC 3339, or null. */
  readonly startedAt: string | null;
  readonly durationMs: number;
  readonly participants: readonly TimelineParticipant[];
  readonly screenShares: readonly ({ readonly identity: string } & SpanMs)[];
  readonly pauses: readonly { readonly atMs: number; readonly pausedAt: string; readonly resumedAt: string | null }[];
  readonly layouts: readonly { readonly atMs: number; readonly layout: unknown }[];
}

interface OpenSpan {
  readonly fromMs: number;
  toMs: number | null;
}

interface Track extends OpenSpan {
  readonly trackSid: string;
  readonly participantSid: string;
  readonly kind: 'audio' | 'video';
  readonly source: TrackSource;
  readonly muted: OpenSpan[];
}

interface Person {
  readonly identity: string;
  name: string;
  /** Their participants now: while somebody connects anew there may be two of one identity. */
  readonly participantSids: Set<string>;
  readonly present: OpenSpan[];
  readonly speaking: OpenSpan[];
  readonly tracks: Track[];
  /** When a recorder took over without having seen this person yet, ms. */
  doubtedMs: number | null;
}

type Publication = Extract<SessionEvent, { type: 'published' }>;

/** Adds the events of a session up to a {@link SessionTimelineFile}. Events come in order. */
export class SessionTimeline {
  readonly #people = new Map<string, Person>();
  readonly #pauses: { atMs: number; pausedAt: string; resumedAt: string | null }[] = [];
  readonly #layouts: { atMs: number; layout: unknown }[] = [];
  #room: string | null = null;
  #startedAt: string | null = null;

  /** Takes the next event; `us` is its RecordingUs. */
  take(event: SessionEvent, us: number): void {
    const atMs = Math.max(0, Math.round(us / 1000));
    switch (event.type) {
      case 'started':
        this.#start(event, atMs);
        break;
      case 'joined':
        this.#attend(event, event.name, atMs);
        break;
      case 'left':
        this.#leave(event, atMs);
        break;
      case 'published':
        this.publish(event, us);
        break;
      case 'unpublished':
        this.#unpublish(event.trackSid, atMs);
        break;
      case 'muted':
      case 'unmuted':
        this.#mute(event.trackSid, event.type === 'muted', atMs);
        break;
      case 'speakers':
        this.#speak(new Set(event.speakers.map(({ identity }) => identity)), atMs);
        break;
      case 'paused':
        this.#pauses.push({ atMs, pausedAt: new Date(event.wall).toISOString(), resumedAt: null });
        break;
      case 'resumed':
        this.#resume(event.wall);
        break;
      case 'layout':
        this.#layouts.push({ atMs, layout: event.layout });
        break;
      default:
    }
  }

  /** Someone publishes a track: said by an event, or by its first packet when the event was lost. */
  publish({ identity, participantSid, trackSid, kind, source }: Omit<Publication, 'type' | 'us' | 'wall'>, us: number): void {
    const atMs = Math.max(0, Math.round(us / 1000));
    const person = this.#attend({ identity, participantSid }, null, atMs);
    if (person.tracks.some((track) => track.trackSid === trackSid && track.toMs === null)) return;
    person.tracks.push({ trackSid, participantSid, kind, source, fromMs: atMs, toMs: null, muted: [] });
  }

  /** Everything up to the end of the recording. */
  finish(recordingId: string, endUs: number): SessionTimelineFile {
    const durationMs = Math.max(0, Math.round(endUs / 1000));
    for (const person of this.#people.values()) {
      // Gone while no recorder looked: nobody says so, and the successor never saw them.
      if (person.doubtedMs !== null && durationMs - person.doubtedMs > confirmationMs) endAll(person, person.doubtedMs);
    }
    const close = (spans: readonly OpenSpan[]): SpanMs[] => spans.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs ?? durationMs }));
    const participants = [...this.#people.values()].map(({ identity, name, present, speaking, tracks }): TimelineParticipant => {
      const spoken = close(speaking).filter(({ fromMs, toMs }) => toMs > fromMs);
      return {
        identity,
        name,
        present: close(present),
        speaking: spoken,
        speakingMs: spoken.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
        tracks: tracks.map(({ trackSid, kind, source, fromMs, toMs, muted }) => ({
          ...{ trackSid, kind, source, fromMs, toMs: toMs ?? durationMs },
          muted: close(muted),
        })),
      };
    });
    const screenShares = participants
      .flatMap(({ identity, tracks }) => tracks.filter(isScreen).map(({ fromMs, toMs }) => ({ identity, fromMs, toMs })))
      .sort((a, b) => a.fromMs - b.fromMs);
    const room = this.#room;
    const startedAt = this.#startedAt;
    return {
      version: 1,
      recordingId,
      room,
      startedAt,
      durationMs,
      participants,
      screenShares,
      pauses: this.#pauses,
      layouts: this.#layouts,
    };
  }

  #start({ room, epoch, wall }: Extract<SessionEvent, { type: 'started' }>, atMs: number): void {
    this.#room ??= room;
    this.#startedAt ??= new Date(wall - atMs).toISOString();
    if (epoch === 1) return;
    for (const person of this.#people.values()) {
      if (isOpen(person.present)) person.doubtedMs ??= atMs;
      person.participantSids.clear(); // who left while nobody looked is not told of
    }
  }

  #attend({ identity, participantSid }: Pick<Publication, 'identity' | 'participantSid'>, name: string | null, atMs: number): Person {
    let person = this.#people.get(identity);
    if (person === undefined) {
      person = { identity, name: name ?? identity, participantSids: new Set(), present: [], speaking: [], tracks: [], doubtedMs: null };
      this.#people.set(identity, person);
    }
    person.participantSids.add(participantSid);
    if (name !== null && name !== '') person.name = name;
    person.doubtedMs = null;
    if (!isOpen(person.present)) person.present.push({ fromMs: atMs, toMs: null });
    return person;
  }

  #leave({ identity, participantSid }: Pick<Publication, 'identity' | 'participantSid'>, atMs: number): void {
    const person = this.#people.get(identity);
    if (person === undefined) return;
    person.participantSids.delete(participantSid);
    if (person.participantSids.size === 0) return endAll(person, atMs);
    for (const track of person.tracks) if (track.participantSid === participantSid && track.toMs === null) endTrack(track, atMs);
  }

  #unpublish(trackSid: string, atMs: number): void {
    for (const { tracks } of this.#people.values()) {
      for (const track of tracks) if (track.trackSid === trackSid && track.toMs === null) endTrack(track, atMs);
    }
  }

  #mute(trackSid: string, isMuted: boolean, atMs: number): void {
    for (const { tracks } of this.#people.values()) {
      const track = tracks.find((candidate) => candidate.trackSid === trackSid && candidate.toMs === null);
      if (track === undefined) continue;
      if (!isMuted) endLast(track.muted, atMs);
      else if (!isOpen(track.muted)) track.muted.push({ fromMs: atMs, toMs: null });
    }
  }

  #speak(speakers: ReadonlySet<string>, atMs: number): void {
    for (const person of this.#people.values()) {
      if (!speakers.has(person.identity)) endLast(person.speaking, atMs);
      else if (!isOpen(person.speaking)) person.speaking.push({ fromMs: atMs, toMs: null });
    }
  }

  #resume(wall: number): void {
    const last = this.#pauses.at(-1);
    if (last !== undefined) last.resumedAt ??= new Date(wall).toISOString();
  }
}

/** How long a replaced recorder's people are believed to be there without being seen again. */
const confirmationMs = 10_000;

const isScreen = ({ kind, source }: TimelineTrack): boolean => kind === 'video' && source === 'screen_share';
const isOpen = (spans: readonly OpenSpan[]): boolean => spans.at(-1)?.toMs === null;

function endLast(spans: readonly OpenSpan[], atMs: number): void {
  const last = spans.at(-1);
  if (last !== undefined) last.toMs ??= Math.max(last.fromMs, atMs);
}

function endAll(person: Person, atMs: number): void {
  for (const track of person.tracks) if (track.toMs === null) endTrack(track, atMs);
  endLast(person.present, atMs);
  endLast(person.speaking, atMs);
}

function endTrack(track: Track, atMs: number): void {
  track.toMs = Math.max(track.fromMs, atMs);
  endLast(track.muted, atMs);
}
