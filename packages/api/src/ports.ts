import type { Readable } from 'node:stream';
import type { Application, Catalogue, FilePlace, RecordingHome } from '@tapedeck/catalogue';
import type { CreateRecording, CreateStorage, CreateToken, EvidenceKey, Room, StorageTest, Token } from '@tapedeck/protocol';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';

/** Everything that the API does outside the catalogue. Errors that are a TapedeckError reach the caller as they are. */
export interface ApiOptions {
  readonly catalogue: Catalogue;
  readonly livekit: LiveKitPort;
  readonly files: FilesPort;
  readonly storages: StoragesPort;
  /** Without it nothing of evidence is served. */
  readonly evidence?: EvidencePort;
  /** What must be so for recordings to start, each `ok` or what is missing. The catalogue is looked at besides. */
  readonly readiness: () => Promise<Readonly<Record<string, string>>>;
  /** The text of `GET /metrics`, in the Prometheus exposition format. */
  readonly metrics: () => Promise<string>;
  /** Asked before a recording is created; throws (a TapedeckError: disk full, say) to refuse it. */
  readonly admit?: (application: Application, request: CreateRecording) => Promise<void>;
  /** Asked before an address is kept that this server will send to; throws (a TapedeckError naming `field`) where nothing may go. */
  readonly outgoing?: { check(url: string, field?: string): Promise<unknown> };
  /**
   * Takes a webhook of the LiveKit server: the body exactly as it came, and the Authorization header. Throws (a TapedeckError) what is not signed, and what must be sent again.
   * Without it `POST /v1/livekit/webhook` is not served.
   */
  readonly livekitWebhook?: (body: string, authorization: string | undefined) => Promise<void>;
  /** Where clients reach this server, e.g. `https://tapedeck.example`; without it, as the request's Host header says. */
  readonly publicUrl?: string;
  /** Adds routes of the server's own (console, proxies) in a scope of their own, before everything is closed with 404. */
  readonly register?: (app: FastifyInstance) => Promise<void> | void;
  /** Event streams: a comment every `heartbeatMs` (default 15 s); one that takes nothing for `patienceMs` (default 30 s) is dropped; `keptEvents` (default 1000) are read from memory. */
  readonly stream?: { readonly heartbeatMs?: number; readonly patienceMs?: number; readonly keptEvents?: number };
  readonly log?: FastifyBaseLogger;
}

/** The SFU, as far as the API needs it. */
export interface LiveKitPort {
  /** @param origin Where the caller reached us: `http(s)://host:port`; for a URL of the SFU under the same port. */
  mintToken(application: Application, request: CreateToken, origin: string): Promise<Token>;
  listRooms(application: Application): Promise<readonly Room[]>;
}

/** Signed evidence of recordings, which lies with their logs. */
export interface EvidencePort {
  publicKey(): EvidenceKey;
  /** evidence.json as it is, or null when there is none. */
  manifest(recordingId: string): Promise<string | null>;
  /** Every file of the recording's folder (log, manifest), names with `/`. */
  listLog(recordingId: string): Promise<readonly { readonly name: string; readonly sizeBytes: number }[]>;
  statLog(recordingId: string, name: string): Promise<{ readonly sizeBytes: number }>;
  openLog(recordingId: string, name: string): Readable;
}

/** Storages themselves, not what the catalogue knows of them. */
export interface StoragesPort {
  /** @throws a TapedeckError naming `endpoint` when it may not be spoken to. */
  check(storage: CreateStorage): Promise<void>;
  test(storage: CreateStorage): Promise<StorageTest>;
}

/** A file by whose it is, the storage it lies in and its key there. */
export interface FileAddress {
  readonly applicationId: string;
  /** Name among the application's storages; `default`: this server's disk. */
  readonly storage: string;
  readonly key: string;
}

/** Files in all storages, and their signed addresses. Keys are those of the catalogue's file rows. */
export interface FilesPort {
  /** What stands after `/files/` to open the file; `folder`: everything beside and below it too. `lifeS`: as configured when left out. */
  sign(file: FileAddress, scope: 'file' | 'folder', lifeS?: number): string;
  /** What a path after `/files/` (percent-decoded) opens now, or why nothing. Constant time in the signature. */
  verify(path: string): FileAddress | { readonly refusal: 'malformed' | 'expired' | 'forged' };
  stat(file: FileAddress): Promise<{ readonly sizeBytes: number } | null>;
  /** The bytes, both ends inclusive. The API reads to the end or destroys the stream. */
  open(file: FileAddress, range: { readonly first: number; readonly last: number }): Promise<Readable>;
  /** Removes one file, a playlist with its parts. May be repeated. */
  removeFile(applicationId: string, file: FilePlace): Promise<void>;
  /** Removes what a deleted recording left: its files, wherever they are, and its log. May be repeated. */
  remove(
    recording: { readonly applicationId: string; readonly id: string; readonly home?: RecordingHome | null },
    files: readonly FilePlace[],
  ): Promise<void>;
}
