import type { Readable } from 'node:stream';
import type { Application, Catalogue } from '@tapedeck/catalogue';
import type { CreateRecording, CreateToken, Room, Token } from '@tapedeck/protocol';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';

/** Everything that the API does outside the catalogue. Errors that are a TapedeckError reach the caller as they are. */
export interface ApiOptions {
  readonly catalogue: Catalogue;
  readonly livekit: LiveKitPort;
  readonly files: FilesPort;
  /** What must be so for recordings to start, each `ok` or what is missing. The catalogue is looked at besides. */
  readonly readiness: () => Promise<Readonly<Record<string, string>>>;
  /** The text of `GET /metrics`, in the Prometheus exposition format. */
  readonly metrics: () => Promise<string>;
  /** Asked before a recording is created; throws (a TapedeckError: disk full, say) to refuse it. */
  readonly admit?: (application: Application, request: CreateRecording) => Promise<void>;
  /** Where clients reach this server, e.g. `https://tapedeck.example`; without it, as the request's Host header says. */
  readonly publicUrl?: string;
  /** Adds routes of the server's own (console, proxies) in a scope of their own, before everything is closed with 404. */
  readonly register?: (app: FastifyInstance) => Promise<void> | void;
  readonly log?: FastifyBaseLogger;
}

/** The SFU, as far as the API needs it. */
export interface LiveKitPort {
  /** @param origin Where the caller reached us: `http(s)://host:port`; for a URL of the SFU under the same port. */
  mintToken(application: Application, request: CreateToken, origin: string): Promise<Token>;
  listRooms(application: Application): Promise<readonly Room[]>;
}

/** Finished files in the default storage, and their signed addresses. Keys are those of the catalogue's file rows. */
export interface FilesPort {
  /** What stands after `/files/` to open `key`; `folder`: everything beside and below it too. */
  sign(key: string, scope: 'file' | 'folder'): string;
  /** What a path after `/files/` (percent-decoded) opens now, or why nothing. Constant time in the signature. */
  verify(path: string): { readonly key: string } | { readonly refusal: 'malformed' | 'expired' | 'forged' };
  stat(key: string): Promise<{ readonly sizeBytes: number } | null>;
  /** The bytes, both ends inclusive. The API reads to the end or destroys the stream. */
  open(key: string, range: { readonly first: number; readonly last: number }): Promise<Readable>;
  /** Removes what a deleted recording left: its files (by the storage paths of their rows) and its log. May be repeated. */
  remove(recordingId: string, storagePaths: readonly string[]): Promise<void>;
}
