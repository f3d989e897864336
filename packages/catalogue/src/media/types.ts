import type { DialectOrigin, FileResource } from '@tapedeck/protocol';

/** What somebody wrote beside a file; what nobody wrote is null (`tags`: empty). */
export interface MediaInfo {
  readonly name: string | null;
  readonly description: string | null;
  readonly classId: number | null;
  readonly tags: readonly string[];
  readonly updatedAt: string | null;
}

/** A complete file with sound or picture, and the recording that it belongs to. Its address is null: whoever serves files signs it. */
export interface MediaItem {
  readonly file: FileResource;
  readonly createdAt: string;
  readonly info: MediaInfo;
  readonly recording: {
    readonly id: string;
    readonly room: string;
    readonly createdAt: string;
    readonly startedAt: string | null;
    readonly endedAt: string | null;
    readonly retentionDays: number | null;
    readonly participants: readonly string[];
  };
  /** Which vendor's API made it; null: the native one. */
  readonly origin: DialectOrigin | null;
}

/** A legacy stream: whose and which of their streams (`main`, `aux`). */
export interface MediaStream {
  /** Exactly this id of a mixed stream, as it was given when the mix began. */
  readonly mixed: string;
  /** `<room>_<identity>_<main|aux>`; null: by digest alone. */
  readonly plain: string | null;
  /** MD5 of `<room>_<identity>_<main|aux>`, in lower-case hex; null: by name alone. */
  readonly digest: string | null;
}

/** Conditions are and-ed, the values of one are or-ed; a list that is left out says nothing. */
export interface MediaQuery {
  readonly fileIds?: readonly string[];
  /** Parts of names, whatever their case. */
  readonly names?: readonly string[];
  readonly namePrefixes?: readonly string[];
  readonly descriptions?: readonly string[];
  /** A part of name or description. */
  readonly text?: string;
  readonly formats?: readonly string[];
  /** Sound alone (`audio`) or with a picture (`video`). */
  readonly kinds?: readonly ('audio' | 'video')[];
  readonly classIds?: readonly number[];
  readonly tags?: readonly string[];
  readonly rooms?: readonly string[];
  /** The vendor's app ids; a recording of the native API has `ownAppId`. */
  readonly appIds?: readonly string[];
  /** What recordings of the native API are taken to have been made with. */
  readonly ownAppId: string;
  readonly streams?: readonly MediaStream[];
  /** Files of the legacy scheme, mixes and single streams (true), or all others (false), by `details.kind` of the origin. */
  readonly isLegacy?: boolean;
  /** When the file will be deleted; files that stay count as 9999-12-31T23:59:59Z. Both inclusive. */
  readonly expiresFrom?: Date;
  readonly expiresTo?: Date;
  /** When the file came. Both inclusive. */
  readonly from?: Date;
  readonly to?: Date;
  /** True: `to` is excluded. */
  readonly isToExcluded?: boolean;
  readonly order: 'asc' | 'desc';
  readonly offset: number;
  readonly limit: number;
}

/** What is changed beside a file; what is left out stays. */
export interface MediaChange {
  readonly name?: string;
  readonly description?: string;
  readonly classId?: number;
  readonly tags?: readonly string[];
}

/** The complete files of an application as a library of media. */
export interface Media {
  /** A page and how many there are in all. */
  search(applicationId: string, query: MediaQuery): Promise<{ readonly total: number; readonly items: readonly MediaItem[] }>;
  /** Those that there are, in any order. */
  byIds(applicationId: string, fileIds: readonly string[]): Promise<readonly MediaItem[]>;
  /** False: there is no such file. */
  describe(applicationId: string, fileId: string, change: MediaChange): Promise<boolean>;
}
