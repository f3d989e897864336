import { createHash, createHmac } from 'node:crypto';

/** A webhook as LiveKit sends it: the body, and a token of the pair that carries the body's SHA-256. @see https://docs.livekit.io/home/server/webhooks/ */
export function livekitWebhook(pair: { key: string; secret: string }, event: object): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify(event);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const nowS = Math.floor(Date.now() / 1000);
  const claims = { iss: pair.key, nbf: nowS, exp: nowS + 300, sha256: createHash('sha256').update(body).digest('base64') };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  const authorization = `${signed}.${createHmac('sha256', pair.secret).update(signed).digest('base64url')}`;
  return { body, headers: { authorization, 'content-type': 'application/webhook+json' } };
}
