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

/** LiveKit's room service (rooms, participants, mute, remove) for one key pair. Accepts `ws` and `http` addresses. */
export function roomService(url: string, pair: KeyPair): RoomServiceClient {
  return new RoomServiceClient(httpUrl(url), pair.key, pair.secret);
}
