import type { SessionEvent } from '@tapedeck/rtplog';
import type { TrackInfo } from '../engine/track-item.ts';

/** A published track of someone present. */
export interface RosterTrack {
  readonly info: Pick<TrackInfo, 'trackSid' | 'participantSid' | 'identity' | 'kind' | 'source'>;
  isMuted: boolean;
}

type Presence = Pick<TrackInfo, 'identity' | 'participantSid'>;

interface Attendee {
  readonly identity: string;
  /** As the participant wants to be called; empty when never said. */
  name: string;
  readonly joinedOrder: number;
  /** Their participants now: while somebody connects anew there may be two of one identity. */
  readonly participantSids: Set<string>;
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

  /** What to call someone in one line: their name, or their identity when they have none. */
  nameOf(identity: string): string {
    const name = (this.#attendees.get(identity)?.name ?? '').replaceAll(/\s+/gu, ' ').trim();
    return name === '' ? identity : name;
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
        this.#attend(event, event.name);
        break;
      case 'left':
        this.#leave(event);
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

  #attend({ identity, participantSid }: Presence, name = ''): void {
    const known = this.#attendees.get(identity);
    if (known !== undefined) {
      known.participantSids.add(participantSid);
      known.isConfirmed = true;
      if (name !== '' && name !== known.name) {
        known.name = name;
        this.version++;
      }
      return;
    }
    const participantSids = new Set([participantSid]);
    this.#attendees.set(identity, { identity, name, joinedOrder: this.#joined++, participantSids, isConfirmed: true });
    this.version++;
  }

  #leave({ identity, participantSid }: Presence): void {
    const sids = this.#attendees.get(identity)?.participantSids;
    sids?.delete(participantSid);
    if (sids === undefined || sids.size === 0) return this.#forget(identity);
    for (const [trackSid, { info }] of this.#tracks) if (info.participantSid === participantSid) this.#tracks.delete(trackSid);
    this.version++;
  }

  #forget(identity: string): void {
    this.#attendees.delete(identity);
    for (const [trackSid, track] of this.#tracks) if (track.info.identity === identity) this.#tracks.delete(trackSid);
    this.version++;
  }

  #publish(info: RosterTrack['info']): void {
    this.#attend(info);
    if (this.#tracks.has(info.trackSid)) return;
    const { trackSid, participantSid, identity, kind, source } = info;
    this.#tracks.set(trackSid, { info: { trackSid, participantSid, identity, kind, source }, isMuted: false });
    this.version++;
  }

  #mute(trackSid: string, isMuted: boolean): void {
    const track = this.#tracks.get(trackSid);
    if (track !== undefined) track.isMuted = isMuted;
  }

  #doubtEveryone(us: number): void {
    for (const attendee of this.#attendees.values()) {
      attendee.isConfirmed = false;
      attendee.participantSids.clear(); // who left while nobody looked is not told of
    }
    this.#confirmBy = us + confirmationUs;
  }

  #expireUnconfirmed(us: number): void {
    if (this.#confirmBy === null || us < this.#confirmBy) return;
    this.#confirmBy = null;
    for (const attendee of [...this.#attendees.values()]) if (!attendee.isConfirmed) this.#forget(attendee.identity);
  }
}
