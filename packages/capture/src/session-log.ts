import { monotonicUs } from '@tapedeck/livekit';
import type { RoomEvent } from '@tapedeck/livekit';
import type { LogWriter, SessionEvent } from '@tapedeck/rtplog';

type Body = SessionEvent extends infer E ? (E extends SessionEvent ? Omit<E, 'us' | 'wall'> : never) : never;

/** Writes one event, stamped with both clocks of this instant. */
export function writeEvent(log: LogWriter, body: Body, us = monotonicUs()): void {
  log.event({ us, wall: Date.now(), ...body } as SessionEvent);
}

/** The session line of a room event, or null when it has none. */
export function sessionEventOf(event: RoomEvent): Body | null {
  switch (event.type) {
    case 'joined': {
      const { sid: participantSid, identity, name, metadata } = event.participant;
      return { type: 'joined', participantSid, identity, name, metadata };
    }
    case 'left':
      return { type: 'left', participantSid: event.participant.sid, identity: event.participant.identity };
    case 'published': {
      const { trackSid, participantSid, identity, kind, source } = event.publication;
      return { type: 'published', trackSid, participantSid, identity, kind, source };
    }
    case 'unpublished':
    case 'muted':
    case 'unmuted':
      return { type: event.type, trackSid: event.publication.trackSid };
    case 'speakers':
      return { type: 'speakers', speakers: event.speakers };
    case 'keyframe-requested':
      return { type: 'keyframe-requested', trackSid: event.trackSid };
    case 'packets-lost':
      return { type: 'gap', reason: 'network', droppedPackets: event.count, trackSid: event.trackSid };
    case 'disconnected':
      return { type: 'disconnected' };
    case 'reconnected':
      return { type: 'reconnected' };
    case 'subscription-failed':
      return { type: 'note', text: `Track ${event.trackSid} cannot be subscribed: ${event.error}.` };
    case 'room-metadata':
    case 'ended':
      return null;
  }
}
