import type { Application, Catalogue, FilePlace } from '@tapedeck/catalogue';
import type { CreateRecording } from '@tapedeck/protocol';

/** Everything that the dialect does outside the catalogue. Errors that are a TapedeckError are answered as the vendor's internal error. */
export interface TencentOptions {
  readonly catalogue: Catalogue;
  readonly rooms: RoomsPort;
  readonly files: MediaFilesPort;
  /** Asked before a recording is created; throws (a TapedeckError: disk full, say) to refuse it. */
  readonly admit?: (application: Application, request: CreateRecording) => Promise<void>;
  /** Endpoints (`https://cos.ap-guangzhou.myqcloud.com`) to which CloudStorage may write without a configured storage. Default: none. */
  readonly allowedEndpoints?: readonly string[];
  /** Most live recordings of one application; default 100, as the vendor's. */
  readonly maxTasks?: number;
  /** ms of the wall clock. */
  readonly now?: () => number;
  readonly log?: { error(fields: object, message: string): void };
}

/** Rooms of the LiveKit server. */
export interface RoomsPort {
  /** Everybody leaves and the room is closed. False: there is no such room. */
  dismiss(room: string): Promise<boolean>;
  /** False: nobody of this identity is there. */
  remove(room: string, identity: string): Promise<boolean>;
}

/** Files in all storages. */
export interface MediaFilesPort {
  /** A signed address below `origin` that is good for so long. @param origin `http(s)://host:port` where the caller reached this server. */
  url(file: MediaFile, origin: string, lifeS: number): string;
  /** Removes one file, a playlist with its parts. May be repeated. */
  remove(applicationId: string, file: FilePlace): Promise<void>;
}

/** A file by whose it is, the storage it lies in and its key there. */
export interface MediaFile {
  readonly applicationId: string;
  readonly storage: string;
  readonly key: string;
  /** Playlists open what lies beside them too. */
  readonly format: string;
}
