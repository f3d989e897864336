import { setTimeout as delay } from 'node:timers/promises';
import type { AutomaticTemplate, Catalogue } from '@tapedeck/catalogue';
import type { OpenRoom, Publication, RoomView } from '@tapedeck/livekit';
import { isRecordedByItself, ValidationError } from '@tapedeck/protocol';
import type { Logger } from '../log/logger.ts';
import { subscribeRule } from '../recorder/subscribe-rule.ts';
import { automaticOrigin } from './automatic-origin.ts';
import { automaticRequest } from './automatic-request.ts';

/** LiveKit may tell of a track before its room service does. */
const looks = 3;
const againMs = 250;

/** What an {@link AutoRecorder} works with. */
export interface AutoRecorderOptions {
  readonly catalogue: Pick<Catalogue, 'applications' | 'templates' | 'recordings' | 'storages'>;
  readonly rooms: RoomView;
  /** Throws when no recording can be started now (disk full, say); the next look tries again. */
  readonly admit: () => Promise<void>;
  readonly log: Logger;
}

/**
 * Starts the recordings that templates make by themselves. It never goes by what it was told but by what LiveKit says is there now, so a webhook that comes late, twice or
 * not at all does no harm; and the catalogue starts one recording per template and session of a room, however many look at once.
 */
export interface AutoRecorder {
  /**
   * Looks at one room, because this track is said to be published there; again for a moment while it is not to be seen yet.
   *
   * @throws {CatalogueUnavailableError} CATALOGUE_UNAVAILABLE, or whatever LiveKit's room service said.
   */
  look(room: string, trackSid: string): Promise<void>;
  /** Looks at all rooms every `everyS` seconds until `signal` ends it. Resolves then; never rejects. */
  poll(everyS: number, signal: AbortSignal): Promise<void>;
}

/** Looks at nothing until it is asked to. */
export function createAutoRecorder(options: AutoRecorderOptions): AutoRecorder {
  const { log } = options;
  return {
    look: async (room, trackSid) => {
      for (let attempt = 1; !(await lookAtRoom(options, room, trackSid)) && attempt < looks; attempt++) await delay(againMs);
    },
    poll: async (everyS, signal) => {
      let isTroubled = false;
      while (!signal.aborted) {
        try {
          await lookAtAll(options);
          isTroubled = false;
        } catch (error) {
          if (!isTroubled) log.warn({ err: error }, 'rooms cannot be looked at, trying again');
          isTroubled = true;
        }
        await delay(everyS * 1000, undefined, { signal, ref: false }).catch(() => undefined);
      }
    },
  };
}

/** @returns False when a template waits for this room and the track that was named is not to be seen there yet. */
async function lookAtRoom(options: AutoRecorderOptions, name: string, trackSid: string): Promise<boolean> {
  const templates = (await options.catalogue.templates.automatic()).filter((template) => isRecordedByItself(template, name));
  const due = await notRunning(options, templates, name);
  if (due.length === 0) return true;
  const [room] = await options.rooms.rooms([name]);
  if (room === undefined) return false;
  const published = await options.rooms.publications(name);
  await startDue(options, due, room, published);
  return published.some((publication) => publication.trackSid === trackSid);
}

async function lookAtAll(options: AutoRecorderOptions): Promise<void> {
  const templates = await options.catalogue.templates.automatic();
  if (templates.length === 0) return;
  const troubles: unknown[] = [];
  // LiveKit counts the people of a room up to five seconds late: each room that matches is looked into.
  for (const room of await options.rooms.rooms()) {
    const matching = templates.filter((template) => isRecordedByItself(template, room.name));
    try {
      const due = await notRunning(options, matching, room.name);
      if (due.length > 0) await startDue(options, due, room, await options.rooms.publications(room.name));
    } catch (error) {
      troubles.push(error); // the other rooms may have none
    }
  }
  if (troubles.length > 0) throw new AggregateError(troubles, 'Rooms could not be looked into.');
}

async function notRunning(
  options: AutoRecorderOptions,
  templates: readonly AutomaticTemplate[],
  room: string,
): Promise<AutomaticTemplate[]> {
  if (templates.length === 0) return [];
  const running = await options.catalogue.recordings.runningAutomatic(room);
  return templates.filter(({ id }) => !running.includes(id));
}

async function startDue(
  options: AutoRecorderOptions,
  templates: readonly AutomaticTemplate[],
  room: OpenRoom,
  publications: readonly Publication[],
): Promise<void> {
  const published = publications.filter((publication) => !publication.isMuted);
  if (published.length === 0) return;
  for (const template of templates) {
    try {
      await startOne(options, template, room, published);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      options.log.error({ err: error, template: template.name, room: room.name }, 'template cannot be used'); // the others can
    }
  }
}

async function startOne(
  options: AutoRecorderOptions,
  template: AutomaticTemplate,
  room: OpenRoom,
  published: readonly Publication[],
): Promise<void> {
  const request = automaticRequest(template, room.name);
  if (!published.some(subscribeRule(request.subscribe))) return;
  await options.admit();
  const origin = await automaticOrigin(options.catalogue, template, request, room.sid);
  const recording = await options.catalogue.recordings.createAutomatic(template, request, room.sid, origin);
  if (recording !== null)
    options.log.info({ recording: recording.id, template: template.name, room: room.name }, 'recording started by its template');
}
