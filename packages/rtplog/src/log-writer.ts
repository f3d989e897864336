import { existsSync, mkdirSync } from 'node:fs';
import { BlockPool } from './block-pool.ts';
import { ChainFile, sealedFileOf } from './chain-file.ts';
import { LogExistsError, SealFailedError } from './errors.ts';
import type { FileLayer } from './file-layer.ts';
import { nodeFileLayer } from './file-layer.ts';
import { monotonicUs } from './monotonic-us.ts';
import { completeSeal, SEAL_FILE, writeSeal } from './seal.ts';
import type { ClosedFile, SegmentFile } from './segment-file.ts';
import { SessionWriter } from './session-writer.ts';
import { TrackWriter } from './track-writer.ts';
import type { LogWriter, Seal, SessionEvent, TrackAppender, TrackHeader } from './types.ts';

/** Where and how a log is written; everything but the first three has a default that DESIGN §4 gives. */
export interface LogWriterOptions {
  /** The epoch's folder, `recordings/<recordingId>/e<epoch>`; made when missing, must not hold a log. */
  readonly dir: string;
  readonly recordingId: string;
  readonly epoch: number;
  /** A batch waits no longer than this (150 ms, so that with its write it stays below 200); the first one of a track waits 10 ms. */
  readonly flushIntervalMs?: number;
  readonly syncIntervalMs?: number;
  /**
   * `clock` events every so many ms (500: what follows the log is behind it by that much); null: none by itself, as for a log written at another speed than its clock, where the caller gives
   * `clock` events (each is written after everything appended before it) or leaves them out.
   */
  readonly clockIntervalMs?: number | null;
  /** The clock of `clock` events, µs. Default: {@link monotonicUs}. */
  readonly nowUs?: () => number;
  /** Memory for packets that wait for the disk (64 MiB); beyond it whole packets are dropped. */
  readonly maxBufferedBytes?: number;
  readonly segmentMaxBytes?: number;
  readonly segmentMaxUs?: number;
  /** How long `seal` and `close` try to write what waits on a full disk (5000 ms). */
  readonly giveUpAfterMs?: number;
  readonly files?: FileLayer;
  /** A segment is finished on disk: the moment to replicate it. */
  readonly onSegmentClosed?: (segment: ClosedFile) => void;
  /** The disk refused something; called for every try, so throttle. */
  readonly onError?: (error: unknown) => void;
}

/** Whoever waits for a track to begin (a recording that starts, one that is taken over) sees its first packet within this time; ms. */
const FIRST_FLUSH_MS = 10;

/**
 * Opens a log for writing.
 * @throws {LogExistsError} RTPLOG_EXISTS when the folder holds a log already.
 */
export function openLogWriter(options: LogWriterOptions): LogWriter {
  return new FileLogWriter(options);
}

class FileLogWriter implements LogWriter {
  readonly stats = { bytesWritten: 0, packetsWritten: 0, packetsDropped: 0 };
  readonly #options: LogWriterOptions;
  readonly #files: FileLayer;
  readonly #nowUs: () => number;
  readonly #pool: BlockPool;
  readonly #tracks = new Map<string, TrackWriter>();
  readonly #session: SessionWriter;
  readonly #closed: ClosedFile[] = [];
  readonly #chain: ChainFile;
  #chainFile: NonNullable<Seal['chainFile']> | null = null;
  readonly #closing = new Set<Promise<void>>();
  /** Files are linked in the order in which their ends came, however long each takes to close: a track's segments stand in the chain one after the other. */
  #lastLink: Promise<void> = Promise.resolve();
  readonly #timers: NodeJS.Timeout[] = [];
  #firstFlush: NodeJS.Timeout | null = null;
  #lastUs = 0;
  #hasEnded = false;
  #lastErrorCode = '';
  #isSyncing = false;
  #ending: Promise<void> | null = null;
  #sealing: Promise<Seal> | null = null;

  constructor(options: LogWriterOptions) {
    const { dir, flushIntervalMs = 150, syncIntervalMs = 1000, clockIntervalMs = 500, maxBufferedBytes = 64 * 1024 * 1024 } = options;
    if (existsSync(`${dir}/session.jsonl`) || existsSync(`${dir}/${SEAL_FILE}`)) throw new LogExistsError(dir);
    mkdirSync(`${dir}/tracks`, { recursive: true });
    this.#options = options;
    this.#files = options.files ?? nodeFileLayer;
    this.#nowUs = options.nowUs ?? monotonicUs;
    this.#pool = new BlockPool(maxBufferedBytes);
    this.#chain = new ChainFile(dir, this.#files, (error) => this.#failed(error));
    this.#session = new SessionWriter(
      dir,
      this.#files,
      (error) => this.#failed(error),
      () => this.stats.packetsDropped++,
    );
    this.#timers.push(setInterval(() => this.#flushIdle(), flushIntervalMs));
    this.#timers.push(setInterval(() => void this.#datasync(), syncIntervalMs));
    if (clockIntervalMs !== null) this.#timers.push(setInterval(() => this.event(this.#clock()), clockIntervalMs));
  }

  track(header: TrackHeader): TrackAppender {
    if (!/^[\w.-]+$/.test(header.trackSid) || header.trackSid.startsWith('.'))
      throw new RangeError(`Track sid '${header.trackSid}' is no file name.`);
    const known = this.#tracks.get(header.trackSid);
    if (known !== undefined) {
      known.updateHeader(header);
      return known;
    }
    const track = new TrackWriter(header, {
      folder: this.#options.dir,
      files: this.#files,
      pool: this.#pool,
      segmentMaxBytes: this.#options.segmentMaxBytes ?? 4 * 1024 * 1024,
      segmentMaxUs: this.#options.segmentMaxUs ?? 10_000_000,
      onWritten: (sizeBytes, recordCount) => this.#written(sizeBytes, recordCount),
      onDropped: (count) => (this.stats.packetsDropped += count),
      onGap: (trackSid, us, droppedPackets, reason) => this.event({ us, wall: Date.now(), type: 'gap', reason, droppedPackets, trackSid }),
      onError: (error) => this.#failed(error),
      isDiskFull: () => this.#lastErrorCode === 'ENOSPC' || this.#lastErrorCode === 'EDQUOT',
      onSegmentClosed: (file) => this.#closeFile(file),
      onBegun: () => this.#flushSoon(),
    });
    this.#tracks.set(header.trackSid, track);
    if (this.#ending !== null) void track.close();
    return track;
  }

  event(event: SessionEvent): void {
    if (this.#ending !== null) return;
    this.#lastUs = Math.max(this.#lastUs, event.us);
    this.#hasEnded ||= event.type === 'ended';
    if (event.type === 'clock') void this.#drainTracks().then(() => this.#writeClock(event));
    else this.#session.append(event);
  }

  async flush(): Promise<void> {
    await this.#drainTracks();
    await this.#session.drain();
  }

  close(): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  seal(reason: string): Promise<Seal> {
    return (this.#sealing ??= this.#seal(reason));
  }

  async #seal(reason: string): Promise<Seal> {
    for (const track of this.#tracks.values()) track.nameLosses();
    const lastUs = Math.max(this.#lastUs, ...[...this.#tracks.values()].map(({ lastArrivalUs }) => lastArrivalUs));
    const endedUs = this.#options.clockIntervalMs === null ? lastUs : this.#nowUs();
    if (!this.#hasEnded) this.event({ us: endedUs, wall: Date.now(), type: 'ended', reason });
    await this.close();
    const { recordingId, epoch, dir } = this.#options;
    const segments = this.#closed.map(sealedFileOf);
    const chainFile = this.#chainFile === null ? {} : { chainFile: this.#chainFile };
    const seal = completeSeal({ version: 1, recordingId, epoch, reason, endedUs, segments, ...chainFile });
    try {
      await writeSeal(dir, seal, this.#files);
    } catch (error) {
      throw new SealFailedError(dir, { cause: error });
    }
    return seal;
  }

  async #end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#firstFlush ?? undefined);
    const giveUp = setTimeout(() => {
      for (const track of this.#tracks.values()) track.abandon();
      this.#session.abandon();
      this.#chain.abandon();
    }, this.#options.giveUpAfterMs ?? 5000);
    await Promise.all([...this.#tracks.values()].map((track) => track.close()));
    await this.#session.drain();
    await Promise.all(this.#closing);
    this.#closeFile(this.#session.file);
    await Promise.all(this.#closing);
    await this.#chain.close().then(
      ({ sizeBytes, sha256 }) => (this.#chainFile = { sizeBytes, sha256 }),
      (error: unknown) => this.#failed(error),
    );
    clearTimeout(giveUp);
  }

  #clock(): SessionEvent {
    return { us: this.#nowUs(), wall: Date.now(), type: 'clock' };
  }

  #writeClock(event: SessionEvent): void {
    if (this.#ending !== null) return;
    this.#session.append(event);
    this.#session.flushIfIdle();
  }

  async #drainTracks(): Promise<void> {
    const tracks = [...this.#tracks.values()];
    await Promise.all(tracks.map((track) => track.drain()));
  }

  /** Tracks that begin together share one flush. */
  #flushSoon(): void {
    this.#firstFlush ??= setTimeout(() => {
      this.#firstFlush = null;
      this.#session.flushIfIdle();
      void this.#drainTracks();
    }, FIRST_FLUSH_MS);
  }

  #flushIdle(): void {
    for (const track of this.#tracks.values()) track.flushIfIdle();
    this.#session.flushIfIdle();
  }

  /** One file after the other: syncs may take all threads of the pool, and writes must not wait for them. */
  async #datasync(): Promise<void> {
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    try {
      for (const track of this.#tracks.values()) await track.datasync();
      await this.#session.file.datasync();
      await this.#chain.datasync();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isSyncing = false;
    }
  }

  #closeFile(file: SegmentFile): void {
    const closed = file.close();
    closed.catch(() => undefined); // heard below, when its turn has come
    const closing = this.#lastLink
      .then(async () => await closed)
      .then((closed) => {
        if (closed.sizeBytes === 0) return; // never written
        this.#closed.push(closed);
        this.#chain.append(closed);
        if (closed.path.endsWith('.rtplog')) this.#options.onSegmentClosed?.(closed);
      })
      .catch((error: unknown) => this.#failed(error))
      .finally(() => this.#closing.delete(closing));
    this.#lastLink = closing;
    this.#closing.add(closing);
  }

  #written(sizeBytes: number, recordCount: number): void {
    this.#lastErrorCode = '';
    this.stats.bytesWritten += sizeBytes;
    this.stats.packetsWritten += recordCount;
  }

  #failed(error: unknown): void {
    this.#lastErrorCode = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
    this.#options.onError?.(error);
  }
}
