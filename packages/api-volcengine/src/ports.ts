import type { Application, Catalogue } from '@tapedeck/catalogue';
import type { CreateRecording } from '@tapedeck/protocol';

/** Everything that the dialect needs of the server. */
export interface VolcengineOptions {
  readonly catalogue: Pick<Catalogue, 'applications' | 'dialects' | 'recordings' | 'storages'>;
  /** Asked before a recording is created; throws (a TapedeckError: disk full, say) to refuse it. */
  readonly admit?: (application: Application, request: CreateRecording) => Promise<void>;
  /** Asked before an address is kept that this server will send to; throws (a TapedeckError) where nothing may go. */
  readonly outgoing?: { check(url: string): Promise<unknown> };
  /** Endpoints (`https://host[:port]`) of storages that requests may name with keys of their own, without anybody having configured them. */
  readonly storages?: { isAllowed(endpoint: string): boolean };
  /** Wall clock, milliseconds. */
  readonly now?: () => number;
  readonly log?: { error(fields: object, message: string): void };
}
