import { AccessToken, TokenVerifier } from 'livekit-server-sdk';
import type { ClaimGrants } from 'livekit-server-sdk';
import { TokenError } from './errors.ts';

/** An access-key pair of a LiveKit server. Never logged. */
export interface KeyPair {
  readonly key: string;
  readonly secret: string;
}

/**
 * A token that joins `room` hidden, as a recorder: it may subscribe and nothing else.
 *
 * @param ttlS Life of the token in seconds; it is only checked when joining.
 */
export async function recorderToken(pair: KeyPair, room: string, identity: string, ttlS = 600): Promise<string> {
  const token = new AccessToken(pair.key, pair.secret, { identity, ttl: ttlS });
  token.addGrant({ roomJoin: true, room, hidden: true, recorder: true, canPublish: false, canPublishData: false, canSubscribe: true });
  return token.toJwt();
}

/** What {@link participantToken} grants. */
export interface ParticipantGrant {
  readonly room: string;
  readonly identity: string;
  readonly name?: string;
  readonly metadata?: string;
  /** Default true. */
  readonly canPublish?: boolean;
  /** Seconds; default 6 hours. */
  readonly ttlS?: number;
}

/** A token for a person or a test publisher: joins, publishes unless told otherwise, subscribes. */
export async function participantToken(pair: KeyPair, grant: ParticipantGrant): Promise<string> {
  const token = new AccessToken(pair.key, pair.secret, {
    identity: grant.identity,
    ttl: grant.ttlS ?? 21_600,
    ...(grant.name === undefined ? {} : { name: grant.name }),
    ...(grant.metadata === undefined ? {} : { metadata: grant.metadata }),
  });
  token.addGrant({ roomJoin: true, room: grant.room, canPublish: grant.canPublish ?? true, canPublishData: true, canSubscribe: true });
  return token.toJwt();
}

/**
 * The claims of a token that was signed with `pair` and is valid now.
 *
 * @throws {TokenError} LIVEKIT_TOKEN_INVALID for everything else.
 */
export async function verifyToken(pair: KeyPair, token: string): Promise<ClaimGrants> {
  try {
    return await new TokenVerifier(pair.key, pair.secret).verify(token);
  } catch (cause) {
    throw new TokenError('The access token is not valid.', { cause });
  }
}
