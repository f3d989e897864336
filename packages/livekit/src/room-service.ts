import { RoomServiceClient } from 'livekit-server-sdk';
import type { KeyPair } from './tokens.ts';

/** `ws(s)://…` as `http(s)://…`; other addresses unchanged. No trailing slash. */
export function httpUrl(url: string): string {
  return url.replace(/^ws/, 'http').replace(/\/+$/, '');
}

/** `http(s)://…` as `ws(s)://…`; other addresses unchanged. No trailing slash. */
export function wsUrl(url: string): string {
  return url.replace(/^http/, 'ws').replace(/\/+$/, '');
}

/**
 * Whether a LiveKit server answers there within a second. Its root says 200, and 406 when its node is not well; a proxy before a cluster may know no root, so any other answer short of a server error counts.
 * Never rejects.
 */
export async function doesAnswer(url: string): Promise<boolean> {
  return await fetch(httpUrl(url), { signal: AbortSignal.timeout(1000), redirect: 'manual' }).then(
    async ({ status, body }) => {
      await body?.cancel();
      return status < 500 && status !== 406;
    },
    () => false,
  );
}

/** LiveKit's room service (rooms, participants, mute, remove) for one key pair. Accepts `ws` and `http` addresses. */
export function roomService(url: string, pair: KeyPair): RoomServiceClient {
  return new RoomServiceClient(httpUrl(url), pair.key, pair.secret);
}
