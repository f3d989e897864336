import type {
  ApplicationSettings,
  CreateRecording,
  CreateStorage,
  CreateTemplate,
  DialectOrigin,
  FileDelivery,
  Key,
  PatchApplication,
  Recording,
  RecordingState,
  Template,
  Usage,
  UsageQuery,
} from '@tapedeck/protocol';
import type { CallbackOutbox } from './callbacks/types.ts';
import type { Dialects } from './dialects/types.ts';
import type { EventReads, Outbox, Webhooks } from './events/types.ts';
import type { Media } from './media/types.ts';
import type { Renders } from './renders/types.ts';

/** An application: every query below is scoped to one. `secret` is decrypted only in memory. */
export interface Application {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly secret: string;
}

/** What a recorder may take. */
export interface ClaimOptions {
  readonly expiryMs: number;
  readonly deadOwners?: readonly string[];
  /** Never these: they run here, whatever the row says. */
  readonly exceptIds?: readonly string[];
  /** False: leave recordings alone whose lease ran out (after an outage of the database every lease has, and the owners are alive). Default true. */
  readonly takeExpired?: boolean;
  /** Also those whose files wait for their storage; default true. */
  readonly waiting?: boolean;
}

/** What a recorder node holds while it owns a recording. `epoch` is the fencing token: every write carries it and a stale one changes nothing. */
export interface Claim {
  readonly recordingId: string;
  readonly applicationId: string;
  readonly room: string;
  readonly owner: string;
  readonly epoch: number;
  readonly request: CreateRecording; // every default filled in
  readonly state: RecordingState;
  readonly desired: DesiredState;
  /** One frozen RenderPlan per output, written by the first claimer (`setPlans`); null until then. */
  readonly plans: readonly unknown[] | null;
  /** How far earlier owners came with its files; null: nothing went wrong yet. */
  readonly delivery: FileDelivery | null;
  /** A template started it by itself. */
  readonly isAutomatic: boolean;
  /** An earlier owner has captured media of it. */
  readonly hasStarted: boolean;
  /** Which vendor's API made it; null: the native one. */
  readonly origin: DialectOrigin | null;
}
export type DesiredState = 'recording' | 'paused' | 'stopped';

/** A template that starts recordings by itself, with the application that it belongs to. */
export interface AutomaticTemplate extends Template {
  readonly applicationId: string;
}

/** Where a file is: what it takes to remove it. */
export type FilePlace = Pick<FileRow, 'key' | 'storage' | 'storagePath'>;

/** Where a recording's files were meant to go: its storage may have something of it that is not listed (its fallback took the files, or they still wait). */
export interface RecordingHome {
  readonly storage: string;
  /** Holds this recording alone. */
  readonly folder: string;
}

/** A recording whose files have had their time. */
export interface ExpiredRecording {
  readonly recordingId: string;
  readonly applicationId: string;
  readonly files: readonly FilePlace[];
  /** null: nothing was ever captured. */
  readonly home: RecordingHome | null;
}

/** A storage with its secrets opened: in memory only, never in an answer or a log. */
export interface StoredStorage {
  readonly id: string;
  readonly value: CreateStorage;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface FileRow {
  readonly key: string; // storage key: prefix + name, unique per recording
  readonly type: 'composite' | 'individual' | 'track' | 'thumbnails' | 'waveform' | 'timeline';
  readonly participant: string | null;
  readonly source: string | null;
  readonly format: string;
  readonly storagePath: string;
  /** Name among the application's storages; `default`: this server's disk. */
  readonly storage: string;
  /** `growing`: can be watched while it is recorded. */
  readonly state: 'growing' | 'complete';
  readonly startMs: number;
  readonly durationMs: number;
  readonly sizeBytes: number;
  readonly sha256: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
}

/** The one control plane. All methods are idempotent where a repeat can happen; a lost connection throws a retryable CatalogueUnavailableError. */
export interface Catalogue {
  close(): Promise<void>;
  applications: {
    ensureFirst(key: string, secret: string): Promise<Application>;
    /** Adds an application; one that has this key already is returned as it is. */
    add(name: string, key: string, secret: string): Promise<Application>;
    /** By its own key or a further one; `key` and `secret` of the answer are that pair. What another process changed counts within two seconds. */
    byKey(key: string): Promise<Application | null>;
    /** Secrets in clear: in memory only. */
    settings(applicationId: string): Promise<ApplicationSettings>;
    /** Changes what is given, inside the vendors' parts too. */
    patchSettings(applicationId: string, change: Omit<PatchApplication, 'autoRecord'>): Promise<ApplicationSettings>;
  };
  recordings: {
    /** Inserts `starting`, NOTIFYs recorders. The same idempotency key of one application returns the first answer. */
    create(applicationId: string, request: CreateRecording, idempotencyKey: string | null, asked?: object): Promise<Recording>;
    /** What this key and request made before, or null. @throws {IdempotencyConflictError} IDEMPOTENCY_CONFLICT when the key came with another request. */
    createdBefore(applicationId: string, idempotencyKey: string, asked: object): Promise<Recording | null>;
    /** Starts what a template makes of one session of a room; null when it runs, was stopped or failed in that session, or the template is not as it was. */
    createAutomatic(
      template: AutomaticTemplate,
      request: CreateRecording,
      roomSid: string,
      origin?: DialectOrigin | null,
    ): Promise<Recording | null>;
    /** Of all applications: ids of the templates that started a recording of this room by themselves which captures now. */
    runningAutomatic(room: string): Promise<readonly string[]>;
    get(applicationId: string, id: string): Promise<Recording | null>;
    list(
      applicationId: string,
      query: {
        room?: string;
        state?: RecordingState;
        prefix?: string;
        from?: string;
        to?: string;
        participant?: string;
        metadata?: string;
        limit?: number;
        cursor?: string;
      },
    ): Promise<{ items: Recording[]; nextCursor: string | null }>;
    /** Sets `desired` and NOTIFYs; the owner acts. @throws {InvalidStateError} RECORDING_STATE when not possible from the present state. */
    setDesired(applicationId: string, id: string, desired: DesiredState): Promise<Recording>;
    patch(applicationId: string, id: string, change: { layout?: unknown; subscribe?: unknown; metadata?: unknown }): Promise<Recording>;
    /**
     * Deletes a terminal recording with its file rows, once `removeFiles` has removed what stands at their places: when that fails the
     * recording stays, and the call can be repeated. Returns the places. @throws {InvalidStateError} RECORDING_STATE while it runs.
     */
    delete(
      applicationId: string,
      id: string,
      removeFiles?: (files: readonly FilePlace[], home: RecordingHome | null) => Promise<void>,
    ): Promise<readonly FilePlace[]>;
    /**
     * Takes one file off a terminal recording, once `remove` has removed it. @throws {FileNotFoundError} FILE_NOT_FOUND
     * @throws {InvalidStateError} RECORDING_STATE while it runs.
     */
    deleteFile(applicationId: string, id: string, fileId: string, remove: (file: FilePlace) => Promise<void>): Promise<void>;
    events(applicationId: string, id: string): Promise<readonly { id: string; at: string; type: string; data: unknown }[]>;
  };
  templates: {
    /** The same idempotency key of one application returns the first answer. @throws {TemplateNameTakenError} TEMPLATE_NAME_TAKEN */
    create(applicationId: string, template: CreateTemplate, idempotencyKey: string | null): Promise<Template>;
    get(applicationId: string, id: string): Promise<Template | null>;
    byName(applicationId: string, name: string): Promise<Template | null>;
    /** All of them, by name. */
    list(applicationId: string): Promise<readonly Template[]>;
    /** Changes what is given; running recordings stay as they are. @throws {TemplateNotFoundError} TEMPLATE_NOT_FOUND · TEMPLATE_NAME_TAKEN */
    patch(applicationId: string, id: string, change: Partial<CreateTemplate>): Promise<Template>;
    /** Running recordings go on. @throws {TemplateNotFoundError} TEMPLATE_NOT_FOUND */
    delete(applicationId: string, id: string): Promise<void>;
    /** Of all applications: those that may start recordings by themselves. */
    automatic(): Promise<readonly AutomaticTemplate[]>;
  };
  /** Recorder side. */
  leases: {
    /** Claims one unowned or expired recording that needs an owner, epoch + 1; also one owned by an owner in `deadOwners`, at once. */
    claimNext(owner: string, options: ClaimOptions): Promise<Claim | null>;
    /** Extends; returns what is desired now (and patched layout/subscribe), or null when the claim was lost. */
    heartbeat(claim: Claim, expiryMs: number): Promise<{ desired: DesiredState; layout: unknown; subscribe: unknown } | null>;
    setPlans(claim: Claim, plans: readonly unknown[]): Promise<void>;
    /** Moves the state forward by the table of allowed moves; false when fenced off or already there (never two terminal events). */
    transition(
      claim: Claim,
      to: RecordingState,
      change?: { startedAt?: Date; endedAt?: Date; endReason?: string; error?: { code: string; fault: string; detail: string } | null },
    ): Promise<boolean>;
    participant(claim: Claim, p: { identity: string; name: string; joinedMs: number; leftMs: number | null }): Promise<void>;
    file(claim: Claim, file: FileRow): Promise<void>;
    event(claim: Claim, type: string, data: unknown): Promise<void>;
    /** Takes files off the list that were growing and never became whole: others hold the same. */
    dropGrowing(claim: Claim): Promise<void>;
    /** Shows how the files' way goes. The same value again writes nothing. */
    delivery(claim: Claim, delivery: FileDelivery | null): Promise<void>;
    /** Lets go until `delivery.nextAttemptAt` has passed (`delayMs` from now on the database's clock): then anybody may claim it. */
    park(claim: Claim, delivery: FileDelivery, delayMs: number): Promise<void>;
    release(claim: Claim): Promise<void>;
  };
  /** Recordings made through a vendor's API. */
  dialects: Dialects;
  /** Their callbacks. */
  callbacks: CallbackOutbox;
  keys: {
    /** A further pair, its secret in the answer. The same idempotency key gives the first answer. @throws {KeyLimitError} KEY_LIMIT */
    create(applicationId: string, name: string, idempotencyKey: string | null): Promise<Key>;
    /** The primary pair first. */
    list(applicationId: string): Promise<readonly Key[]>;
    /** It opens nothing from now on. @throws {KeyNotFoundError} KEY_NOT_FOUND @throws {PrimaryKeyError} KEY_PRIMARY */
    revoke(applicationId: string, key: string): Promise<void>;
  };
  /** Minutes recorded, of recordings deleted since too. */
  usage(applicationId: string, query: UsageQuery): Promise<Usage>;
  events: EventReads;
  webhooks: Webhooks;
  outbox: Outbox;
  storages: {
    /** The same idempotency key of one application returns the first answer. @throws {StorageNameTakenError} STORAGE_NAME_TAKEN · {IdempotencyConflictError} */
    create(applicationId: string, storage: CreateStorage, idempotencyKey: string | null): Promise<StoredStorage>;
    list(applicationId: string): Promise<readonly StoredStorage[]>;
    get(applicationId: string, id: string): Promise<StoredStorage | null>;
    byName(applicationId: string, name: string): Promise<StoredStorage | null>;
    /**
     * Everything but the name; deliveries of the application that wait are due at once.
     *
     * @throws {StorageNotFoundError} STORAGE_NOT_FOUND · {StorageInUseError} STORAGE_IN_USE naming the field, when it would be another place and files lie in this one.
     */
    replace(applicationId: string, id: string, storage: CreateStorage): Promise<StoredStorage>;
    /** @throws {StorageInUseError} STORAGE_IN_USE @throws {StorageNotFoundError} STORAGE_NOT_FOUND */
    remove(applicationId: string, id: string): Promise<void>;
  };
  retention: {
    /** Ended recordings whose files (and log) have had their time, oldest first; without those of `exceptIds`. */
    expiredFiles(limit: number, exceptIds?: readonly string[]): Promise<readonly ExpiredRecording[]>;
    /** Takes the files off the recording's list and says so in its history. */
    filesDeleted(recordingId: string): Promise<void>;
    /** Completed recordings that ended more than so many seconds ago and have their log. */
    expiredLogs(retentionS: number, limit: number): Promise<readonly string[]>;
    logDeleted(recordingId: string): Promise<void>;
  };
  /** Calls back (room of recordings: 'recordings' channel) when anything changed; also after a reconnect. Returns the unsubscribe. */
  onChange(listener: (recordingId: string | null) => void): Promise<() => Promise<void>>;
  /** Complete files as a library of media. */
  media: Media;
  /** Offline renders of kept logs. */
  renders: Renders;
}
