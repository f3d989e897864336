import type {
  Application,
  CreateKey,
  CreateStorage,
  CreateTemplate,
  CreateToken,
  CreateWebhook,
  Delivery,
  DeliveryPage,
  KeyPair,
  OpenRoom,
  Operations,
  PatchApplication,
  PatchStorage,
  PatchTemplate,
  PatchWebhook,
  Replay,
  Replayed,
  RoomToken,
  RotateSecret,
  StorageResource,
  StorageTest,
  Template,
  Webhook,
} from './api-types.ts';
import type { CallOptions, CreateOptions, Transport } from './transport.ts';

/** What usage can be narrowed by. */
export type UsageQuery = Operations['GET /v1/usage']['query'];
/** What deliveries can be narrowed by. */
export type DeliveryQuery = Operations['GET /v1/webhooks/{id}/deliveries']['query'];

class Resource {
  protected readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }
}

/** What recordings are made of by name, and which rooms are recorded by themselves. */
export class Templates extends Resource {
  async create(request: CreateTemplate, options: CreateOptions = {}): Promise<Template> {
    return await this.transport.call('POST /v1/templates', { body: request }, options);
  }
  /** By name. */
  async list(options: CallOptions = {}): Promise<readonly Template[]> {
    return (await this.transport.call('GET /v1/templates', {}, options)).items;
  }
  async get(id: string, options: CallOptions = {}): Promise<Template> {
    return await this.transport.call('GET /v1/templates/{id}', { path: { id } }, options);
  }
  async patch(id: string, change: PatchTemplate, options: CallOptions = {}): Promise<Template> {
    return await this.transport.call('PATCH /v1/templates/{id}', { path: { id }, body: change }, options);
  }
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.transport.call('DELETE /v1/templates/{id}', { path: { id } }, options);
  }
}

/** Where files go. */
export class Storages extends Resource {
  async create(request: CreateStorage, options: CreateOptions = {}): Promise<StorageResource> {
    return await this.transport.call('POST /v1/storages', { body: request }, options);
  }
  async list(options: CallOptions = {}): Promise<readonly StorageResource[]> {
    return (await this.transport.call('GET /v1/storages', {}, options)).items;
  }
  async get(id: string, options: CallOptions = {}): Promise<StorageResource> {
    return await this.transport.call('GET /v1/storages/{id}', { path: { id } }, options);
  }
  async patch(id: string, change: PatchStorage, options: CallOptions = {}): Promise<StorageResource> {
    return await this.transport.call('PATCH /v1/storages/{id}', { path: { id }, body: change }, options);
  }
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.transport.call('DELETE /v1/storages/{id}', { path: { id } }, options);
  }
  /** Writes, reads back and deletes a small object now. Resolves also when the storage fails: `error` names what is wrong. */
  async test(id: string, options: CallOptions = {}): Promise<StorageTest> {
    return await this.transport.call('POST /v1/storages/{id}/test', { path: { id } }, options);
  }
}

/** Where events are sent. */
export class Webhooks extends Resource {
  /** `secret` is in this answer only: keep it. */
  async create(request: CreateWebhook, options: CreateOptions = {}): Promise<Webhook> {
    return await this.transport.call('POST /v1/webhooks', { body: request }, options);
  }
  /** Oldest first. */
  async list(options: CallOptions = {}): Promise<readonly Webhook[]> {
    return (await this.transport.call('GET /v1/webhooks', {}, options)).items;
  }
  async get(id: string, options: CallOptions = {}): Promise<Webhook> {
    return await this.transport.call('GET /v1/webhooks/{id}', { path: { id } }, options);
  }
  async patch(id: string, change: PatchWebhook, options: CallOptions = {}): Promise<Webhook> {
    return await this.transport.call('PATCH /v1/webhooks/{id}', { path: { id }, body: change }, options);
  }
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.transport.call('DELETE /v1/webhooks/{id}', { path: { id } }, options);
  }
  /** A new secret, in this answer only; the old one signs too for a while. Not repeated when the answer is lost. */
  async rotateSecret(id: string, request: RotateSecret = {}, options: CallOptions = {}): Promise<Webhook> {
    return await this.transport.call('POST /v1/webhooks/{id}/rotate-secret', { path: { id }, body: request }, options);
  }
  /** A page of the delivery log, newest event first. */
  async deliveries(id: string, query: DeliveryQuery = {}, options: CallOptions = {}): Promise<DeliveryPage> {
    return await this.transport.call('GET /v1/webhooks/{id}/deliveries', { path: { id }, query }, options);
  }
  /** Sends the events of a time again. Not repeated when the answer is lost. */
  async replay(id: string, request: Replay, options: CallOptions = {}): Promise<Replayed> {
    return await this.transport.call('POST /v1/webhooks/{id}/replay', { path: { id }, body: request }, options);
  }
  /** Sends one event again. Not repeated when the answer is lost. */
  async replayDelivery(id: string, delivery: string, options: CallOptions = {}): Promise<Delivery> {
    return await this.transport.call('POST /v1/webhooks/{id}/deliveries/{delivery}/replay', { path: { id, delivery } }, options);
  }
}

/** Key pairs of the application. */
export class Keys extends Resource {
  /** `secret` is in this answer only: keep it. */
  async create(request: CreateKey, options: CreateOptions = {}): Promise<KeyPair> {
    return await this.transport.call('POST /v1/keys', { body: request }, options);
  }
  /** The primary pair first. */
  async list(options: CallOptions = {}): Promise<readonly KeyPair[]> {
    return (await this.transport.call('GET /v1/keys', {}, options)).items;
  }
  async get(key: string, options: CallOptions = {}): Promise<KeyPair> {
    return await this.transport.call('GET /v1/keys/{key}', { path: { key } }, options);
  }
  /** Revokes a pair: it opens nothing from now on. */
  async delete(key: string, options: CallOptions = {}): Promise<void> {
    await this.transport.call('DELETE /v1/keys/{key}', { path: { key } }, options);
  }
}

/** The application itself. */
export class ApplicationSettings extends Resource {
  async get(options: CallOptions = {}): Promise<Application> {
    return await this.transport.call('GET /v1/application', {}, options);
  }
  /** What is left out stays. */
  async patch(change: PatchApplication, options: CallOptions = {}): Promise<Application> {
    return await this.transport.call('PATCH /v1/application', { body: change }, options);
  }
}

/** Rooms on the SFU. */
export class Rooms extends Resource {
  /** Those that are open now. */
  async list(options: CallOptions = {}): Promise<readonly OpenRoom[]> {
    return (await this.transport.call('GET /v1/rooms', {}, options)).items;
  }
}

/** What participants join rooms with. */
export class Tokens extends Resource {
  /** A token and the address to use it at, for `livekit-client` and `joinRoom`. */
  async create(request: CreateToken, options: CallOptions = {}): Promise<RoomToken> {
    return await this.transport.call('POST /v1/tokens', { body: request }, options);
  }
}
