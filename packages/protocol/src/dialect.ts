import type { Event } from './event.ts';

/** The vendors whose recording API is spoken besides the native one. */
export const dialects = ['tencent', 'volcengine'] as const;
export type Dialect = (typeof dialects)[number];

/** Which vendor's API a recording was made by, frozen at its start. Internal: native answers do not show it. */
export interface DialectOrigin {
  readonly dialect: Dialect;
  /** SDKAppId or AppId, as text. */
  readonly appId: string;
  /** The vendor's id of the recording. */
  readonly taskId: string;
  /** What the dialect wants back later: JSON of at most {@link dialectDetailsBytes}; no secrets (never storage keys, never a UserSig). */
  readonly details: Readonly<Record<string, unknown>>;
  /** null: native names. */
  readonly fileNames: FileNaming | null;
}

/** The most that {@link DialectOrigin.details} may take as JSON, in bytes. */
export const dialectDetailsBytes = 65_536;

/** Frozen rule that turns facts of a file into its storage key below the request's `prefix`. Data, so that it lies in the row. */
export type FileNaming = TencentFileNaming | TencentLegacyNaming | VolcengineFileNaming;

/** @see https://cloud.tencent.com/document/product/647/76497 */
export interface TencentFileNaming {
  readonly rule: 'tencent';
  /** Before `UserId_s` and `UserId_e`: `_` in VOD, `__` in COS. */
  readonly separator: '_' | '__';
  /** `<SdkAppId>_<RoomId>`, a string room id encoded already. */
  readonly base: string;
  /** Put before every name: empty or `<TaskId>/`. */
  readonly folder: string;
  /** `UserDefineRecordId`; null: none. */
  readonly userDefine: string | null;
}

/**
 * TRTC's older scheme, whose names end in when the file began and ended.
 *
 * @see https://github.com/tencentyun/qcloud-documents (`实时音视频/高级功能/云端混流转码.md`)
 */
export interface TencentLegacyNaming {
  readonly rule: 'tencent-legacy';
  /** What the names begin with: `userDefineRecordId`; of a mix its RecordId, else its StreamId. null: with the id of each stream. */
  readonly recordId: string | null;
  /** What ids of streams are made of; `bizId` of old applications, else null. */
  readonly stream: { readonly appId: string; readonly room: string; readonly bizId: number | null };
  /** As in {@link TencentFileNaming}. */
  readonly folder: string;
}

/** `FileNameConfig.Pattern`: text with variables in braces. @see https://www.volcengine.com/docs/6348/106873 */
export interface VolcengineFileNaming {
  readonly rule: 'volcengine';
  readonly pattern: string;
  readonly taskId: string;
  readonly roomId: string;
  /** `_{Random}` follows when the pattern has no `{Random}`. */
  readonly appendRandom: boolean;
  /** `{Duration}` of HLS is 000000, so that it can be uploaded while it grows (`EnableSyncUpload`); default false: it is uploaded when it is complete. */
  readonly zeroDurationOfHls?: boolean;
}

/** What happened, as a dialect sees it when it makes the vendor's callbacks of it. */
export type DialectEvent =
  | {
      readonly kind: 'recording';
      /** The native event with its recording as it was then; addresses of its files are signed when they are sent. */
      readonly event: Event;
      readonly origin: DialectOrigin;
    }
  | {
      readonly kind: 'room';
      readonly notice: RoomNotice;
      /** The vendor's app id that this application uses: the first listed one, else `0`. */
      readonly appId: string;
    };

/** What can be told about a room. */
export const roomNoticeTypes = [
  'room-created',
  'room-dismissed',
  'joined',
  'left',
  'video-started',
  'video-stopped',
  'audio-started',
  'audio-stopped',
  'screen-started',
  'screen-stopped',
] as const;
export type RoomNoticeType = (typeof roomNoticeTypes)[number];

/** A fact about a LiveKit room. Recorder participants are never in one. */
export interface RoomNotice {
  /** The same however often the fact is told. */
  readonly id: string;
  /** Wall clock. */
  readonly atMs: number;
  readonly room: string;
  readonly type: RoomNoticeType;
  /** null: about the room itself. */
  readonly identity: string | null;
  /** Why somebody left, in LiveKit's words (`CLIENT_INITIATED`, `PARTICIPANT_REMOVED` …); null: not told. */
  readonly reason: string | null;
  /** Whether they may publish; false about the room itself. */
  readonly isPublisher: boolean;
}

/** One callback to a vendor-style address; signed and sent by the server. */
export interface VendorCallback {
  /** Names it in the log: the vendor's event type. */
  readonly eventName: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A dialect's side of callbacks: pure. */
export interface DialectCallbacks {
  /** In the order in which they have to be sent; empty when the vendor has none for it. */
  present(event: DialectEvent): readonly VendorCallback[];
  /** Bytes and headers of one attempt. @param key The callback key in clear. */
  sign(
    callback: VendorCallback,
    key: string,
    appId: string,
    nowMs: number,
  ): { readonly body: string; readonly headers: Readonly<Record<string, string>> };
  /**
   * Wait before attempt number `attempt` (1: the first retry), or null: given up.
   *
   * @param ageMs Since it was queued: the first attempt follows at once, unless an earlier callback of the same recording or room is tried again.
   */
  retryMs(attempt: number, ageMs: number): number | null;
  /** How long an answer may take. */
  readonly timeoutMs: number;
}
