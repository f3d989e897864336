import { createHmac } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { isSameBytes } from '../wire/same-bytes.ts';
import { readUserBuffer } from './user-buffer.ts';

/** Who shows a ticket, where, and the key that made it. */
export interface TicketHolder {
  readonly userId: string;
  readonly sdkAppId: number;
  /** The application's UserSig key, as text. */
  readonly key: string;
  readonly nowMs: number;
}

/** A room to enter with a PrivateMapKey. */
export interface TicketRoom {
  readonly id: string;
  readonly isText: boolean;
}

/** More than a ticket needs, once inflated. */
const mostBytes = 16_384;
/** How far the clock that made a ticket may be ahead. */
const skewS = 300;
/** Enter the room, receive audio, video and substream: what a recorder does. */
const recorderPrivileges = 2 + 8 + 32 + 128;

/**
 * Checks a UserSig (version 2). null: it is right; else what is wrong with it, as the end of a sentence.
 *
 * @see https://github.com/tencentyun/tls-sig-api-v2-golang
 */
export function checkUserSig(ticket: string, holder: TicketHolder): string | null {
  const document = open(ticket);
  if (document === null) return 'is not a UserSig of version 2';
  if (document['TLS.userbuf'] !== undefined) return 'is a PrivateMapKey, not a UserSig';
  return checkDocument(document, holder);
}

/** Checks a PrivateMapKey for a room. null: it is right and lets a recorder in; else what is wrong with it. */
export function checkPrivateMapKey(ticket: string, holder: TicketHolder, room: TicketRoom): string | null {
  const document = open(ticket);
  if (document === null) return 'is not a ticket of version 2';
  const packed = document['TLS.userbuf'];
  if (typeof packed !== 'string') return 'is a UserSig, not a PrivateMapKey';
  const trouble = checkDocument(document, holder);
  if (trouble !== null) return trouble;
  const buffer = readUserBuffer(Buffer.from(packed, 'base64'));
  if (buffer === null) return 'holds no readable privileges';
  if (buffer.account !== holder.userId || buffer.sdkAppId !== holder.sdkAppId) return 'is for another user or application';
  if (buffer.room !== room.id || buffer.isText !== room.isText) return 'is for another room';
  if (buffer.expiresAtS * 1000 < holder.nowMs) return 'has expired';
  return (buffer.privileges & recorderPrivileges) === recorderPrivileges ? null : 'does not allow to enter and receive everything';
}

type Document = Readonly<Record<string, unknown>>;

function checkDocument(document: Document, { userId, sdkAppId, key, nowMs }: TicketHolder): string | null {
  const [time, life] = [Number(document['TLS.time']), Number(document['TLS.expire'])];
  if (!isSigned(document, key)) return 'is not signed with the key of this application';
  if (text(document['TLS.identifier']) !== userId) return 'is for another user';
  if (text(document['TLS.sdkappid']) !== String(sdkAppId)) return 'is for another application';
  if (!Number.isFinite(time) || !Number.isFinite(life) || (time - skewS) * 1000 > nowMs) return 'says no usable time';
  return (time + life) * 1000 < nowMs ? 'has expired' : null;
}

function isSigned(document: Document, key: string): boolean {
  const lines = ['identifier', 'sdkappid', 'time', 'expire'].map((name) => `TLS.${name}:${text(document[`TLS.${name}`])}\n`);
  if (document['TLS.userbuf'] !== undefined) lines.push(`TLS.userbuf:${text(document['TLS.userbuf'])}\n`);
  const expected = createHmac('sha256', key).update(lines.join('')).digest();
  return isSameBytes(expected, Buffer.from(text(document['TLS.sig']), 'base64'));
}

/** The signed document of a ticket, or null when it holds none. */
function open(ticket: string): Document | null {
  const base64 = ticket.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
  try {
    const value: unknown = JSON.parse(inflateSync(Buffer.from(base64, 'base64'), { maxOutputLength: mostBytes }).toString('utf8'));
    if (value === null || typeof value !== 'object') return null;
    return text((value as Document)['TLS.ver']) === '2.0' ? (value as Document) : null;
  } catch {
    return null; // not deflated, too large or no JSON: whatever it is, it is no ticket
  }
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
