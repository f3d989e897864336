import type { EvidenceKey, TapedeckEvent, Usage } from './api-types.ts';
import { followEvents, type EventOptions } from './follow-events.ts';
import { Recordings } from './recordings.ts';
import { ApplicationSettings, Keys, Rooms, Storages, Templates, Tokens, Webhooks, type UsageQuery } from './resources.ts';
import { Transport, type CallOptions, type TapedeckClientOptions } from './transport.ts';

/**
 * The native API of a Tapedeck server. Every method throws a `TapedeckApiError` for what the server refuses and a `TapedeckConnectionError` when there is no answer; it
 * takes an `AbortSignal` and a time limit. Attempts without an answer are repeated where that cannot do anything twice.
 *
 * Secrets are sent with every call: for servers, not for browsers.
 */
export class TapedeckClient {
  readonly recordings: Recordings;
  readonly templates: Templates;
  readonly rooms: Rooms;
  readonly storages: Storages;
  readonly webhooks: Webhooks;
  readonly keys: Keys;
  readonly application: ApplicationSettings;
  readonly tokens: Tokens;
  readonly #transport: Transport;

  /** @throws {TypeError} when the address is none. */
  constructor(options: TapedeckClientOptions) {
    const transport = new Transport(options);
    this.#transport = transport;
    this.recordings = new Recordings(transport);
    this.templates = new Templates(transport);
    this.rooms = new Rooms(transport);
    this.storages = new Storages(transport);
    this.webhooks = new Webhooks(transport);
    this.keys = new Keys(transport);
    this.application = new ApplicationSettings(transport);
    this.tokens = new Tokens(transport);
  }

  /** Minutes that the application recorded, by day (or month), mode and resolution tier. */
  async usage(query: UsageQuery = {}, options: CallOptions = {}): Promise<Usage> {
    return await this.#transport.call('GET /v1/usage', { query }, options);
  }

  /** The public key that signs evidence. */
  async evidenceKey(options: CallOptions = {}): Promise<EvidenceKey> {
    return await this.#transport.call('GET /v1/evidence-key', {}, options);
  }

  /** Events as they happen, until the iteration is left: `for await (const event of tapedeck.events({ room: 'standup' })) …`. See {@link followEvents}. */
  events(options: EventOptions = {}): AsyncGenerator<TapedeckEvent, void, undefined> {
    return followEvents(this.#transport, options);
  }
}
