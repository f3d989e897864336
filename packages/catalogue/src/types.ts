import type { CreateRecording, Recording, RecordingState } from '@tapedeck/protocol';

/** An application: every query below is scoped to one. `secret` is decrypted only in memory. */
export interface Application {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly secret: string;
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
}
export type DesiredState = 'recording' | 'paused' | 'stopped';

export interface FileRow {
  readonly key: string; // storage key: prefix + name, unique per recording
  readonly type: 'composite' | 'individual' | 'track';
  readonly participant: string | null;
  readonly source: string | null;
  readonly format: string;
  readonly storagePath: string;
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
    byKey(key: string): Promise<Application | null>;
  };
  recordings: {
    /** Inserts `starting`, NOTIFYs recorders. The same idempotency key of one application returns the first answer. */
    create(applicationId: string, request: CreateRecording, idempotencyKey: string | null): Promise<Recording>;
    get(applicationId: string, id: string): Promise<Recording | null>;
    list(
      applicationId: string,
      query: { room?: string; state?: RecordingState; prefix?: string; from?: string; to?: string; limit?: number; cursor?: string },
    ): Promise<{ items: Recording[]; nextCursor: string | null }>;
    /** Sets `desired` and NOTIFYs; the owner acts. @throws {InvalidStateError} RECORDING_STATE when not possible from the present state. */
    setDesired(applicationId: string, id: string, desired: DesiredState): Promise<Recording>;
    patch(applicationId: string, id: string, change: { layout?: unknown; subscribe?: unknown; metadata?: unknown }): Promise<Recording>;
    /**
     * Deletes a terminal recording with its file rows, once `removeFiles` has removed what stands at their storage paths: when that fails the
     * recording stays, and the call can be repeated. Returns the paths. @throws {InvalidStateError} RECORDING_STATE while it runs.
     */
    delete(applicationId: string, id: string, removeFiles?: (storagePaths: readonly string[]) => Promise<void>): Promise<readonly string[]>;
    events(applicationId: string, id: string): Promise<readonly { at: string; type: string; data: unknown }[]>;
  };
  /** Recorder side. */
  leases: {
    /** Claims one unowned or expired recording that needs an owner, epoch + 1; also one owned by an owner in `deadOwners`, at once. */
    claimNext(owner: string, options: { expiryMs: number; deadOwners?: readonly string[] }): Promise<Claim | null>;
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
    release(claim: Claim): Promise<void>;
  };
  /** Calls back (room of recordings: 'recordings' channel) when anything changed; also after a reconnect. Returns the unsubscribe. */
  onChange(listener: (recordingId: string | null) => void): Promise<() => Promise<void>>;
  /** pg-boss: offline renders. */
  jobs: {
    /** The same idempotency key of one recording returns the first job. @throws {InvalidStateError} RECORDING_STATE while it captures, or when there is no log. */
    submitRender(applicationId: string, recordingId: string, output: unknown, idempotencyKey?: string | null): Promise<{ id: string }>;
    workRenders(
      handler: (job: { id: string; applicationId: string; recordingId: string; output: unknown }, signal: AbortSignal) => Promise<void>,
    ): Promise<() => Promise<void>>;
    finishRenderFile(job: { recordingId: string; applicationId: string }, file: FileRow): Promise<void>;
  };
}
