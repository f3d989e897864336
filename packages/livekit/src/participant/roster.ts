import { Encryption_Type, ParticipantInfo_State, TrackSource as Source, TrackType } from '@livekit/protocol';
import type { ParticipantInfo, SpeakerInfo } from '@livekit/protocol';
import type { Publication, RemoteParticipant, RoomEvent, TrackSource } from './types.ts';

const sources: Readonly<Record<number, TrackSource>> = {
  [Source.CAMERA]: 'camera',
  [Source.MICROPHONE]: 'microphone',
  [Source.SCREEN_SHARE]: 'screen_share',
  [Source.SCREEN_SHARE_AUDIO]: 'screen_share_audio',
};

/**
 * Who is in the room and what they publish. Turns the server's snapshots into events: each join, leave, publish, unpublish and mute exactly once, a participant's tracks
 * unpublished before it leaves.
 */
export class Roster {
  readonly #participants = new Map<string, { participant: RemoteParticipant; publications: Map<string, Publication>; version: number }>();
  readonly #speakers = new Map<string, number>();
  readonly #emit: (event: RoomEvent) => void;

  constructor(emit: (event: RoomEvent) => void) {
    this.#emit = emit;
  }

  participant(sid: string): RemoteParticipant | undefined {
    return this.#participants.get(sid)?.participant;
  }

  publication(trackSid: string): Publication | undefined {
    for (const { publications } of this.#participants.values()) {
      const found = publications.get(trackSid);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  *publications(): Generator<Publication> {
    for (const { publications } of this.#participants.values()) yield* publications.values();
  }

  get participants(): readonly RemoteParticipant[] {
    return [...this.#participants.values()].map(({ participant }) => participant);
  }

  /** The full list, as a join brings it: who is not in it has left. */
  replace(infos: readonly ParticipantInfo[]): void {
    const present = new Set(infos.map(({ sid }) => sid));
    for (const sid of [...this.#participants.keys()]) if (!present.has(sid)) this.#leave(sid);
    this.update(infos);
  }

  /** A change list, as `update` messages bring it, newcomers in the order in which they joined. Older versions of what is known are ignored. */
  update(infos: readonly ParticipantInfo[]): void {
    for (const info of infos.toSorted(byJoinTime)) {
      if (info.state === ParticipantInfo_State.DISCONNECTED) this.#leave(info.sid);
      else if (info.sid !== '' && info.permission?.hidden !== true) this.#change(info);
    }
  }

  /** Only changes of speakers are sent by the server; the event carries everybody who speaks. */
  updateSpeakers(speakers: readonly SpeakerInfo[]): void {
    for (const { sid, active, level } of speakers) {
      if (active && this.#participants.has(sid)) this.#speakers.set(sid, level);
      else this.#speakers.delete(sid);
    }
    this.#emitSpeakers();
  }

  #emitSpeakers(): void {
    const speakers = [...this.#speakers].map(([sid, level]) => ({ identity: this.participant(sid)?.identity ?? sid, level }));
    this.#emit({ type: 'speakers', speakers: speakers.sort((a, b) => b.level - a.level) });
  }

  #change(info: ParticipantInfo): void {
    let known = this.#participants.get(info.sid);
    if (known !== undefined && info.version !== 0 && info.version < known.version) return;
    const participant = { sid: info.sid, identity: info.identity, name: info.name, metadata: info.metadata };
    if (known === undefined) {
      known = { participant, publications: new Map(), version: info.version };
      this.#participants.set(info.sid, known);
      this.#emit({ type: 'joined', participant });
    } else {
      known.participant = participant;
      known.version = info.version;
    }
    this.#changeTracks(known.publications, info);
  }

  #changeTracks(publications: Map<string, Publication>, info: ParticipantInfo): void {
    const present = new Set(info.tracks.map(({ sid }) => sid));
    for (const [sid, publication] of [...publications]) {
      if (present.has(sid)) continue;
      publications.delete(sid);
      this.#emit({ type: 'unpublished', publication });
    }
    for (const track of info.tracks) {
      if (track.type === TrackType.DATA) continue;
      const publication = publicationOf(track, info);
      const before = publications.get(track.sid);
      publications.set(track.sid, publication);
      if (before === undefined) this.#emit({ type: 'published', publication });
      if ((before?.isMuted ?? false) !== publication.isMuted) this.#emit({ type: publication.isMuted ? 'muted' : 'unmuted', publication });
    }
  }

  #leave(sid: string): void {
    const known = this.#participants.get(sid);
    if (known === undefined) return;
    const publications = [...known.publications.values()];
    known.publications.clear(); // whoever looks while being told must not see them any more
    for (const publication of publications) this.#emit({ type: 'unpublished', publication });
    this.#participants.delete(sid);
    if (this.#speakers.delete(sid)) this.#emitSpeakers();
    this.#emit({ type: 'left', participant: known.participant });
  }
}

/** A server lists participants in any order; layouts show who came first in the first place. */
function byJoinTime(a: ParticipantInfo, b: ParticipantInfo): number {
  return joinedMs(a) - joinedMs(b) || (a.sid < b.sid ? -1 : 1);
}

/** Older servers tell whole seconds only. */
function joinedMs({ joinedAt, joinedAtMs }: ParticipantInfo): number {
  return Number(joinedAtMs) || Number(joinedAt) * 1000;
}

/** A track's source by LiveKit's number. */
export const sourceOf = (source: number): TrackSource => sources[source] ?? 'unknown';

/** The part of LiveKit's TrackInfo that a {@link Publication} is made of; its enumerations are numbers, so that it is the same in every version of the protocol's package. */
export interface TrackFacts {
  readonly sid: string;
  readonly type: number;
  readonly source: number;
  readonly encryption: number;
  readonly muted: boolean;
}

/** A track of a participant, in our words. */
export function publicationOf(track: TrackFacts, info: { readonly sid: string; readonly identity: string }): Publication {
  return {
    ...{ trackSid: track.sid, participantSid: info.sid, identity: info.identity, isMuted: track.muted },
    kind: track.type === TrackType.AUDIO ? 'audio' : 'video',
    source: sourceOf(track.source),
    isEncrypted: track.encryption !== Encryption_Type.NONE,
  };
}
