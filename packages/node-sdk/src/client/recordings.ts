import { setTimeout as delay } from 'node:timers/promises';
import type {
  CreateRecording,
  CreateRender,
  Operations,
  PatchRecording,
  Recording,
  RecordingEvent,
  RecordingFile,
  RecordingPage,
  Render,
} from './api-types.ts';
import { TapedeckConnectionError } from './errors.ts';
import type { CallOptions, CreateOptions, Transport } from './transport.ts';

/** What `list` can be narrowed by. */
export type RecordingQuery = Operations['GET /v1/recordings']['query'];
/** For how long the addresses of files are good. */
export type LinkQuery = Operations['GET /v1/recordings/{id}']['query'];

const pollMs = 1_000;

/** Recordings, with their files, events and renders. */
export class Recordings {
  readonly #transport: Transport;
  /** More outputs from the kept log of an ended recording. */
  readonly renders: Renders;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.renders = new Renders(transport);
  }

  /** Starts a recording; it is `starting` when this resolves. */
  async create(request: CreateRecording, options: CreateOptions = {}): Promise<Recording> {
    return await this.#transport.call('POST /v1/recordings', { body: request }, options);
  }

  async get(id: string, query: LinkQuery = {}, options: CallOptions = {}): Promise<Recording> {
    return await this.#transport.call('GET /v1/recordings/{id}', { path: { id }, query }, options);
  }

  /** One page, newest first; `nextCursor` asks for the next one. */
  async list(query: RecordingQuery = {}, options: CallOptions = {}): Promise<RecordingPage> {
    return await this.#transport.call('GET /v1/recordings', { query }, options);
  }

  /** All of them, newest first; the pages are read as they are needed. */
  async *listAll(query: RecordingQuery = {}, options: CallOptions = {}): AsyncGenerator<Recording, void, undefined> {
    for (let page = await this.list(query, options); ; page = await this.list({ ...query, cursor: page.nextCursor }, options)) {
      yield* page.items;
      if (page.nextCursor === null) return;
    }
  }

  /** Changes layout, subscriptions or metadata. */
  async patch(id: string, change: PatchRecording, options: CallOptions = {}): Promise<Recording> {
    return await this.#transport.call('PATCH /v1/recordings/{id}', { path: { id }, body: change }, options);
  }

  async stop(id: string, options: CallOptions = {}): Promise<Recording> {
    return await this.#transport.call('POST /v1/recordings/{id}/stop', { path: { id } }, options);
  }

  async pause(id: string, options: CallOptions = {}): Promise<Recording> {
    return await this.#transport.call('POST /v1/recordings/{id}/pause', { path: { id } }, options);
  }

  async resume(id: string, options: CallOptions = {}): Promise<Recording> {
    return await this.#transport.call('POST /v1/recordings/{id}/resume', { path: { id } }, options);
  }

  /** Deletes an ended recording with its files. */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.call('DELETE /v1/recordings/{id}', { path: { id } }, options);
  }

  /** Resolves when the recording is `completed`, `failed` or `aborted`. The time of `options` is that of each question; a signal ends the wait. */
  async waitUntilEnded(id: string, options: CallOptions = {}): Promise<Recording> {
    for (;;) {
      const recording = await this.get(id, {}, options);
      if (recording.state === 'completed' || recording.state === 'failed' || recording.state === 'aborted') return recording;
      await delay(pollMs, undefined, { ...(options.signal !== undefined && { signal: options.signal }) }).catch((error: unknown) => {
        throw options.signal?.reason ?? error;
      });
    }
  }

  /** Its files with fresh addresses. */
  async files(id: string, query: LinkQuery = {}, options: CallOptions = {}): Promise<readonly RecordingFile[]> {
    return (await this.#transport.call('GET /v1/recordings/{id}/files', { path: { id }, query }, options)).items;
  }

  async deleteFile(id: string, fileId: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.call('DELETE /v1/recordings/{id}/files/{file}', { path: { id, file: fileId } }, options);
  }

  /** The complete files as one ZIP, made while it is read. `files`: their ids; all when left out. The signal ends the reading too. */
  async archive(
    id: string,
    query: { readonly files?: readonly string[] } = {},
    options: Pick<CallOptions, 'signal'> = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const files = query.files?.join(',');
    const asked = { path: { id }, ...(files !== undefined && { query: { files } }) };
    const { body } = await this.#transport.open('GET /v1/recordings/{id}/archive', asked, options.signal, { accept: 'application/zip' });
    if (body === null) throw new TapedeckConnectionError('answer', 'The archive has no content.');
    return body;
  }

  /** What happened to it, oldest first. */
  async events(id: string, options: CallOptions = {}): Promise<readonly RecordingEvent[]> {
    return (await this.#transport.call('GET /v1/recordings/{id}/events', { path: { id } }, options)).items;
  }

  /** The signed manifest of a recording made as evidence. */
  async evidence(id: string, options: CallOptions = {}): Promise<Operations['GET /v1/recordings/{id}/evidence']['answer']> {
    return await this.#transport.call('GET /v1/recordings/{id}/evidence', { path: { id } }, options);
  }
}

/** Renders of a recording. */
export class Renders {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async create(id: string, request: CreateRender, options: CreateOptions = {}): Promise<Render> {
    return await this.#transport.call('POST /v1/recordings/{id}/renders', { path: { id }, body: request }, options);
  }

  async get(id: string, renderId: string, options: CallOptions = {}): Promise<Render> {
    return await this.#transport.call('GET /v1/recordings/{id}/renders/{renderId}', { path: { id, renderId } }, options);
  }

  /** Newest first. */
  async list(id: string, options: CallOptions = {}): Promise<readonly Render[]> {
    return (await this.#transport.call('GET /v1/recordings/{id}/renders', { path: { id } }, options)).items;
  }

  async cancel(id: string, renderId: string, options: CallOptions = {}): Promise<Render> {
    return await this.#transport.call('DELETE /v1/recordings/{id}/renders/{renderId}', { path: { id, renderId } }, options);
  }
}
