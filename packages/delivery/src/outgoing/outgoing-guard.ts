import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { OutgoingAddressError } from '../errors.ts';
import { addressKind, listOf } from './address-kind.ts';

/**
 * Decides where requests that users ask for may go (storages, webhooks, images). Every connection of its agents is checked at the address it is made
 * to: what a name resolves to is looked up once, checked and connected to, so a name that changes its answer gains nothing.
 */
export interface OutgoingGuard {
  /** Keep-alive; closed by {@link close}. */
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  /**
   * Refuses early what would be refused later. A name that does not resolve now is let through: connections are checked again.
   *
   * @param field Where in a request the URL stands, for the error.
   * @returns The URL, parsed.
   * @throws {OutgoingAddressError} OUTGOING_ADDRESS when it is no plain http(s) URL or leads into a private network.
   */
  check(url: string, field?: string): Promise<URL>;
  close(): void;
}

/**
 * @param allowPrivate Names (`minio`, `*.lan`), addresses and networks (`10.0.0.0/8`) that are allowed although they are private; `*`: all but the addresses
 * that hand out a cloud machine's credentials, which must be named.
 * @throws {RangeError} for an entry that is none of these.
 */
export function createOutgoingGuard(allowPrivate: readonly string[]): OutgoingGuard {
  const mayReach = readAllowed(allowPrivate);
  const lookup = guardedLookup(mayReach);
  const options = { keepAlive: true, maxSockets: 64, lookup };
  const httpAgent = guardAgent(new HttpAgent(options), mayReach);
  const httpsAgent = guardAgent(new HttpsAgent(options), mayReach);
  return Object.freeze({
    httpAgent,
    httpsAgent,
    check: async (text: string, field?: string) => await checkUrl(text, mayReach, field),
    close: () => {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  });
}

/** True when the entry can stand in `allowPrivate`. */
export function isAllowEntry(entry: string): boolean {
  if (entry === '*' || isNamePattern(entry)) return true;
  try {
    listOf([entry]);
    return true;
  } catch {
    return false;
  }
}

/** A host by its name in the URL and one address of it. */
type MayReach = (name: string, address: string) => boolean;

const isNamePattern = (entry: string): boolean =>
  /^(\*\.)?[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?$/i.test(entry) && !/^[\d.]+$/.test(entry) && isIP(entry) === 0;

function readAllowed(entries: readonly string[]): MayReach {
  const names = entries.filter((entry) => entry !== '*' && isNamePattern(entry)).map((entry) => entry.toLowerCase());
  const networks = listOf(entries.filter((entry) => entry !== '*' && !isNamePattern(entry)));
  const isOpen = entries.includes('*');
  return (name, address) => {
    const kind = addressKind(address);
    if (kind === 'public' || networks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')) return true;
    if (kind === 'metadata') return false;
    const host = name.toLowerCase().replace(/\.$/, '');
    return isOpen || names.some((allowed) => (allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed));
  };
}

async function checkUrl(text: string, mayReach: MayReach, field: string | undefined): Promise<URL> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new OutgoingAddressError(text, 'it is no http:// or https:// URL', field);
  if (url.username !== '' || url.password !== '') throw new OutgoingAddressError(url.host, 'it carries a user name or password', field);
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(name) === 0 ? await resolve(name) : [name];
  const refused = addresses.find((address) => !mayReach(name, address));
  if (refused !== undefined && addresses.every((address) => !mayReach(name, address))) throw refusal(name, refused, field);
  return url;
}

const refusal = (name: string, address: string, field?: string): OutgoingAddressError =>
  new OutgoingAddressError(
    name,
    `${name === address ? 'it' : address} lies in a private network; the configuration key outgoing.allowPrivate opens such`,
    field,
  );

const resolve = (name: string): Promise<string[]> =>
  new Promise((done) => {
    dnsLookup(name, { all: true }, (error, found) => done(error === null ? found.map(({ address }) => address) : []));
  });

function guardedLookup(mayReach: MayReach): LookupFunction {
  return (name, options: LookupOptions, callback) => {
    dnsLookup(name, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return callback(error, '', 4);
      const allowed = found.filter(({ address }) => mayReach(name, address));
      const first = allowed[0];
      if (first === undefined) return callback(refusal(name, found[0]?.address ?? name), '', 4);
      if (options.all === true) return (callback as unknown as (error: null, all: LookupAddress[]) => void)(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}

/** A host that is an address already is not looked up: it is checked here. */
function guardAgent<A extends HttpAgent>(agent: A, mayReach: MayReach): A {
  const create = agent.createConnection.bind(agent) as (options: { host?: string | null }, ready?: unknown) => Duplex | null | undefined;
  const guarded: typeof create = (options, ready) => {
    const host = (options.host ?? 'localhost').replace(/^\[|\]$/g, '');
    if (isIP(host) === 0 || mayReach(host, host)) return create(options, ready);
    const socket = new Socket();
    process.nextTick(() => socket.destroy(refusal(host, host)));
    return socket;
  };
  return Object.assign(agent, { createConnection: guarded });
}
