import { DisconnectReason, ParticipantInfo_Kind, TrackType } from '@livekit/protocol';
import { WebhookReceiver } from 'livekit-server-sdk';
import { WebhookError } from './errors.ts';
import { sourceOf } from './participant/roster.ts';
import type { TrackSource } from './participant/types.ts';
import type { KeyPair } from './tokens.ts';

/** What LiveKit tells by a webhook, as far as we use it. A hint: it may come late, twice or never. */
export interface RoomWebhook {
  /** The same however often it comes. */
  readonly id: string;
  /** LiveKit's name of the event: `room_started`, `participant_joined`, `track_published` … */
  readonly event: string;
  /** Wall clock of the LiveKit server, ms since 1970, in whole seconds. */
  readonly createdAtMs: number;
  /** Name of the room; empty: about no room. */
  readonly room: string;
  /** null: about nobody. */
  readonly participant: WebhookParticipant | null;
  /** null: about no track. */
  readonly track: { readonly sid: string; readonly kind: 'audio' | 'video' | 'data'; readonly source: TrackSource } | null;
}

/** Somebody in a webhook. Those about tracks tell no more than `sid` and `identity`. */
export interface WebhookParticipant {
  readonly sid: string;
  readonly identity: string;
  /** Hidden or a recorder: nobody that a call consists of. */
  readonly isHidden: boolean;
  readonly mayPublish: boolean;
  /** Of one who has left, in LiveKit's words: `CLIENT_INITIATED`, `PARTICIPANT_REMOVED` …; null: not told. */
  readonly leaveReason: string | null;
}

/**
 * Reads the body of a webhook that LiveKit signed with `pair`: the Authorization header is a token of that pair that carries the SHA-256 of the body.
 *
 * @param body Exactly as it came.
 * @throws {WebhookError} LIVEKIT_WEBHOOK_INVALID for a missing, foreign, expired or mismatched signature and for bytes that are no event.
 * @see https://docs.livekit.io/home/server/webhooks/
 */
export async function readWebhook(pair: KeyPair, body: string, authorization: string | undefined): Promise<RoomWebhook> {
  try {
    const told = await new WebhookReceiver(pair.key, pair.secret).receive(body, authorization?.replace(/^Bearer /i, ''));
    const { id, event, createdAt, room, participant, track } = told;
    return {
      ...{ id, event, createdAtMs: Number(createdAt) * 1000, room: room?.name ?? '' },
      participant: participant === undefined ? null : readParticipant(participant),
      track:
        track === undefined ? null : { sid: track.sid, kind: kinds[Number(track.type)] ?? 'data', source: sourceOf(Number(track.source)) },
    };
  } catch (cause) {
    throw new WebhookError({ cause });
  }
}

const kinds: Readonly<Record<number, 'audio' | 'video'>> = { [TrackType.AUDIO]: 'audio', [TrackType.VIDEO]: 'video' };

type ToldParticipant = NonNullable<Awaited<ReturnType<WebhookReceiver['receive']>>['participant']>;

function readParticipant({ sid, identity, permission, kind, disconnectReason }: ToldParticipant): WebhookParticipant {
  const isEgress = Number(kind) === ParticipantInfo_Kind.EGRESS;
  const reason = DisconnectReason[Number(disconnectReason)] ?? null;
  return {
    ...{ sid, identity },
    isHidden: permission?.hidden === true || permission?.recorder === true || isEgress,
    mayPublish: permission?.canPublish ?? true,
    leaveReason: reason === 'UNKNOWN_REASON' ? null : reason,
  };
}
