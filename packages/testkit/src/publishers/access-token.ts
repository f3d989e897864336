import { AccessToken } from 'livekit-server-sdk';

/** How a publisher gets in: a finished token, or a key pair to sign one with. */
export type PublisherAccess = { readonly token: string } | { readonly key: string; readonly secret: string };

/**
 * A token that lets `identity` publish in `room` for six hours; a given token is returned as it is.
 *
 * @param canSubscribe false: the server makes no connection towards this participant.
 */
export async function publisherToken(
  access: PublisherAccess,
  room: string,
  identity: string,
  name: string,
  canSubscribe = true,
): Promise<string> {
  if ('token' in access) return access.token;
  const token = new AccessToken(access.key, access.secret, { identity, name, ttl: '6h' });
  token.addGrant({ roomJoin: true, room, canPublish: true, canSubscribe });
  return token.toJwt();
}
