import type { SessionEvent } from '@tapedeck/rtplog';
import type { TrackInfo } from '../engine/track-item.ts';

/** A published track of someone present. */
export interface RosterTrack {
  readonly info: Pick<TrackInfo, 'trackSid' | 'identity' | 'kind' | 'source'>;
  isMuted: boolean;
}

interface Attendee {
  readonly identity: string;
  readonly joinedOrder: number;
  /** False after a recorder was replaced, until the new one has seen this participant too. */
  isConfirmed: boolean;
}

/** How long a replaced recorder's people are believed to be there without being seen again. */
const confirmationUs = 10_000_000;

/** Who is in the room, who publishes what and who speaks, at one moment of the recording: the sum of the session events taken so far. */
export class Roster {
  /** Counts every change that may change a layout. */
  version = 0;
  readonly #attendees = new Map<string, Attendee>();
  readonly #tracks = new Map<string, RosterTrack>();
  #speakers: readonly string[] = [];
  #joined = 0;
  #confirmBy: number | null = null;

  get attendees(): Iterable<{ readonly identity: string; readonly joinedOrder: number }> {
    return this.#attendees.values();
  }

  get tracks(): ReadonlyMap<string, RosterTrack> {
    return this.#tracks;
  }

  /** Identities speaking now, loudest first. */
  get speakers(): readonly string[] {
    return this.#speakers;
  }

  /** Takes the next session event; `us` is its recording time. */
  take(event: SessionEvent, us: number): void {
    this.#expireUnconfirmed(us);
    switch (event.type) {
      case 'started':
        if (event.epoch > 1) this.#doubtEveryone(us);
        break;
      case 'joined':
        this.#attend(event.identity);
        break;
      case 'left':
        this.#leave(event.identity);
        break;
      case 'published':
        this.#publish(event);
        break;
      case 'unpublished':
        if (this.#tracks.delete(event.trackSid)) this.version++;
        break;
      case 'muted':
      case 'unmuted':
        this.#mute(event.trackSid, event.type === 'muted');
        break;
      case 'speakers':
        this.#speakers = [...event.speakers].sort((a, b) => b.level - a.level).map((speaker) => speaker.identity);
        break;
      default:
    }
  }

  #attend(identity: string): void {
    const known = this.#attendees.get(identity);
    if (known !== undefined) {
      known.isConfirmed = true;
      return;
    }
    this.#attendees.set(identity, { identity, joinedOrder: this.#joined++, isConfirmed: true });
    this.version++;
  }

  #leave(identity: string): void {
    this.#attendees.delete(identity);
    for (const [trackSid, track] of this.#tracks) if (track.info.identity === identity) this.#tracks.delete(trackSid);
    this.version++;
  }

  #publish(info: RosterTrack['info']): void {
    this.#attend(info.identity);
    if (this.#tracks.has(info.trackSid)) return;
    const { trackSid, identity, kind, source } = info;
    this.#tracks.set(trackSid, { info: { trackSid, identity, kind, source }, isMuted: false });
    this.version++;
  }

  #mute(trackSid: string, isMuted: boolean): void {
    const track = this.#tracks.get(trackSid);
    if (track !== undefined) track.isMuted = isMuted;
  }

  #doubtEveryone(us: number): void {
    for (const attendee of this.#attendees.values()) attendee.isConfirmed = false;
    this.#confirmBy = us + confirmationUs;
  }

  #expireUnconfirmed(us: number): void {
    if (this.#confirmBy === null || us < this.#confirmBy) return;
    this.#confirmBy = null;
    for (const attendee of [...this.#attendees.values()]) if (!attendee.isConfirmed) this.#leave(attendee.identity);
  }
}
