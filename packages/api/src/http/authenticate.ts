import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Application, Catalogue } from '@tapedeck/catalogue';
import type { FastifyRequest } from 'fastify';
import { ForbiddenError, UnauthenticatedError } from '../errors.ts';

/** Who sends a request. `room`: the one room that its token narrows it to; null: all. */
export interface Principal {
  readonly application: Application;
  readonly kind: 'key' | 'token';
  readonly room: string | null;
  /** When its token ends, seconds of the wall clock; null: never. */
  readonly expiresAtS: number | null;
}

const principals = new WeakMap<FastifyRequest, Principal>();

/** Who sent this request; every route behind {@link authenticate} has one. */
export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new UnauthenticatedError();
  return principal;
}

/** The application, when its key pair itself asks. @throws {ForbiddenError} FORBIDDEN for a token: it is made for rooms. */
export function keyHolderOf(request: FastifyRequest): Application {
  const { application, kind } = principalOf(request);
  if (kind === 'token') throw new ForbiddenError('Only the key pair itself may do this.');
  return application;
}

/**
 * Finds out who sends a request, from its Authorization header. Secrets and signatures are compared in constant time, for unknown keys too.
 *
 * @throws {UnauthenticatedError} UNAUTHENTICATED
 * @throws {ForbiddenError} FORBIDDEN for a good token without `video.roomRecord`.
 */
export async function authenticate(catalogue: Catalogue, request: FastifyRequest): Promise<void> {
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(/ +/, 2);
  const read = { basic: fromBasic, bearer: fromBearer }[scheme.toLowerCase()];
  const principal = read === undefined ? null : await read(catalogue, value);
  if (principal === null) throw new UnauthenticatedError();
  principals.set(request, principal);
}

async function fromBasic(catalogue: Catalogue, value: string): Promise<Principal | null> {
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) return null;
  const application = await catalogue.applications.byKey(pair.slice(0, colon));
  const isRight = isSame(pair.slice(colon + 1), application?.secret ?? '');
  return application !== null && isRight ? { application, kind: 'key', room: null, expiresAtS: null } : null;
}

interface Claims {
  readonly iss?: unknown;
  readonly exp?: unknown;
  readonly nbf?: unknown;
  readonly video?: { readonly roomRecord?: unknown; readonly room?: unknown };
}

const clockSkewS = 10;

/** @see https://docs.livekit.io/home/get-started/authentication/ (HS256 JSON Web Token, issuer = key) */
async function fromBearer(catalogue: Catalogue, token: string): Promise<Principal | null> {
  const [head = '', body = '', signature = '', ...rest] = token.split('.');
  const header = readJson(head) as { alg?: unknown } | null;
  const claims = readJson(body) as Claims | null;
  if (rest.length > 0 || header?.alg !== 'HS256' || typeof claims?.iss !== 'string') return null;
  const application = await catalogue.applications.byKey(claims.iss);
  const expected = createHmac('sha256', application?.secret ?? '')
    .update(`${head}.${body}`)
    .digest('base64url');
  const isSigned = isSame(signature, expected) && application !== null;
  const nowS = Date.now() / 1000;
  const isInTime = typeof claims.exp === 'number' && claims.exp + clockSkewS > nowS && !(Number(claims.nbf ?? 0) - clockSkewS > nowS);
  if (!isSigned || !isInTime) return null;
  if (claims.video?.roomRecord !== true) throw new ForbiddenError('The token does not carry video.roomRecord.');
  const { room } = claims.video;
  return {
    application,
    kind: 'token',
    room: typeof room === 'string' && room !== '' ? room : null,
    expiresAtS: Number(claims.exp) + clockSkewS,
  };
}

function readJson(part: string): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return value !== null && typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** Equal texts, in a time that does not depend on where they differ or how long they are. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
