import { setTimeout as delay } from 'node:timers/promises';
import type { EventRow } from '@tapedeck/catalogue';
import { EventSchema, StreamQuerySchema, TapedeckError, ValidationError, eventSelectors, selectsEvent } from '@tapedeck/protocol';
import type { StreamQuery } from '@tapedeck/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ForbiddenError } from '../errors.ts';
import { principalOf } from '../http/authenticate.ts';
import type { Principal } from '../http/authenticate.ts';
import { readQuery } from '../http/read-query.ts';
import { problems } from '../openapi.ts';
import type { ApiOptions } from '../ports.ts';
import { presentEvent } from '../present-event.ts';
import { originOf } from '../present-recording.ts';
import { createEventHub } from '../stream/event-hub.ts';
import type { EventHub } from '../stream/event-hub.ts';
import { createEventWriter } from '../stream/event-writer.ts';
import type { EventWriter } from '../stream/event-writer.ts';

const pageSize = 100;
const retryMs = 1000;

/** `GET /v1/events`: committed events as they come, as a text/event-stream. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function eventStreamRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { heartbeatMs = 15_000, patienceMs = 30_000, keptEvents = 1000 } = options.stream ?? {};
  const hub = createEventHub(options.catalogue, keptEvents);
  const open = new Set<EventWriter>();
  app.addHook('preClose', async () => {
    for (const writer of open) writer.end();
    await hub.close();
  });

  app.get('/v1/events', {
    exposeHeadRoute: false,
    schema: {
      ...{ tags: ['events'], summary: 'Events as they happen (server-sent events)', querystring: StreamQuerySchema },
      headers: { type: 'object', properties: { 'last-event-id': { type: 'string', description: 'Go on behind this event.' } } },
      response: { 200: { description: 'A stream', content: { 'text/event-stream': { schema: EventSchema } } }, ...problems },
    },
    handler: async (request, reply) => {
      const wanted = readWanted(request);
      const from = await placeToBegin(options, request, wanted.after);
      const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
      reply.hijack();
      reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...headers });
      const writer = createEventWriter(reply.raw, patienceMs);
      open.add(writer);
      const beating = setInterval(() => void keep(options, wanted.principal, writer), heartbeatMs);
      try {
        await writer.write(`retry: ${retryMs}\n\n${from.isKnown ? '' : resetNotice}`);
        const origin = originOf(options, request);
        await follow(hub, from.place, writer, (event) =>
          wanted.takes(event) ? frame(event.id, event.type, presentEvent(event, options.files, origin)) : null,
        );
      } finally {
        clearInterval(beating);
        open.delete(writer);
        writer.end();
      }
    },
  });
}

/** Told when the event to go on behind is not kept any more: what happened since is not known here, so read the recordings again. */
const resetNotice = frame(null, 'stream.reset', { reason: 'last-event-id-unknown' });

function frame(id: string | null, type: string, data: unknown): string {
  return `${id === null ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

interface Wanted {
  readonly principal: Principal;
  readonly after: string | null;
  takes(event: EventRow): boolean;
}

function readWanted(request: FastifyRequest): Wanted {
  const principal = principalOf(request);
  const query = readQuery(StreamQuerySchema, request.query) as StreamQuery;
  if (principal.room !== null && (query.room ?? principal.room) !== principal.room)
    throw new ForbiddenError('The token is for another room.');
  const room = principal.room ?? query.room;
  const types = query.types?.split(',');
  const stranger = types?.find((type) => !eventSelectors.includes(type));
  if (stranger !== undefined) throw new ValidationError('types', `must name some of ${eventSelectors.join(', ')}`, stranger);
  const header = request.headers['last-event-id'];
  const after = typeof header === 'string' && header !== '' ? header : (query.after ?? null);
  if (after !== null && !/^evt_[0-9a-z]{26}$/.test(after)) throw new ValidationError('Last-Event-ID', 'must be the id of an event', after);
  return {
    ...{ principal, after },
    takes: (event) =>
      event.applicationId === principal.application.id &&
      (room === undefined || event.room === room) &&
      (query.recording === undefined || event.recordingId === query.recording) &&
      (types === undefined || selectsEvent(types, event.type)),
  };
}

async function placeToBegin(
  { catalogue }: ApiOptions,
  request: FastifyRequest,
  after: string | null,
): Promise<{ place: number; isKnown: boolean }> {
  if (after === null) return { place: await catalogue.events.newest(), isKnown: true };
  const place = await catalogue.events.placeOf(principalOf(request).application.id, after);
  return { place: place ?? (await catalogue.events.newest()), isKnown: place !== null };
}

async function follow(hub: EventHub, from: number, writer: EventWriter, toFrame: (event: EventRow) => string | null): Promise<void> {
  let place = from;
  while (!writer.ended.aborted) {
    try {
      const events = await hub.read(place, pageSize);
      for (const event of events) {
        if (writer.ended.aborted) return;
        const text = toFrame(event);
        if (text !== null) await writer.write(text);
        ({ place } = event);
      }
      if (events.length === 0) await hub.changed(place, writer.ended);
    } catch (error) {
      if (!(error instanceof TapedeckError && error.retryable)) throw error;
      await delay(retryMs, undefined, { signal: writer.ended }).catch(() => undefined);
    }
  }
}

/** Shows that the stream lives; ends it when its credentials do not hold any more. */
async function keep({ catalogue }: ApiOptions, { application, expiresAtS }: Principal, writer: EventWriter): Promise<void> {
  const isExpired = expiresAtS !== null && expiresAtS < Date.now() / 1000;
  const isRevoked = await catalogue.applications.byKey(application.key).then(
    (found) => found === null,
    () => false, // the catalogue is away: nothing is known
  );
  if (isExpired || isRevoked) writer.end();
  else writer.beat();
}
