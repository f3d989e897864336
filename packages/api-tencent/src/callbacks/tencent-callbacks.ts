import { createHmac } from 'node:crypto';
import type { DialectCallbacks } from '@tapedeck/protocol';
import { detailsOf } from '../mapping/task-details.ts';
import { isLegacy, legacyCallbacks, signLegacy } from './legacy-callback.ts';
import { recordingCallbacks } from './recording-callbacks.ts';
import { roomCallbacks } from './room-callbacks.ts';

const retryEveryMs = 10_000;
/** Older messages are dropped. */
const longestAgeMs = 60_000;

/**
 * Callbacks as TRTC sends them: rooms 101 to 104, media 201 to 206, cloud recording 301 to 312, and event 100 of the legacy scheme for what that scheme recorded.
 *
 * @see https://trtc.io/document/54914 and https://trtc.io/document/39558
 */
export const tencentCallbacks: DialectCallbacks = Object.freeze({
  present: (event) => {
    if (event.kind === 'room') return roomCallbacks(event.notice);
    return detailsOf(event.origin).kind === 'recording' ? recordingCallbacks(event) : legacyCallbacks(event);
  },
  sign: (callback, key, appId, nowMs) => {
    const body = JSON.stringify(isLegacy(callback) ? signLegacy(callback.body, key, nowMs) : { ...callback.body, CallbackTs: nowMs });
    return { body, headers: { 'Content-Type': 'application/json', Sign: signOf(body, key), SdkAppId: appId } };
  },
  // The first failure is tried again at once, then every 10 s until the message is a minute old.
  retryMs: (attempt, ageMs) => (ageMs > longestAgeMs ? null : attempt <= 1 ? 0 : retryEveryMs),
  timeoutMs: 5000,
} satisfies DialectCallbacks);

/** The Sign header of these very bytes. */
export function signOf(body: string, key: string): string {
  return createHmac('sha256', key).update(body).digest('base64');
}
