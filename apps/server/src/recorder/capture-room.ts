import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Capture, type CaptureEvent, startCapture } from '@tapedeck/capture';
import type { Log } from '@tapedeck/livekit';
import { monotonicUs } from '@tapedeck/livekit';
import { type SubscribeRules, TapedeckError } from '@tapedeck/protocol';
import type { LogWriter } from '@tapedeck/rtplog';
import { EncryptedRoomError } from '../errors.ts';
import { endRules, EndWatch } from './end-watch.ts';
import { endsPaused, firstMediaAt, recordingUsAt } from './epoch-start.ts';
import type { Wanted } from './lease-keeper.ts';
import { openMediaLog } from './media-log.ts';
import { paths } from './paths.ts';
import { namesPictures } from '../pictures/layout-pictures.ts';
import { noteMissingPicture } from '../pictures/note-missing-picture.ts';
import type { RunState } from './recording-run.ts';
import { subscribeRule } from './subscribe-rule.ts';

const firstRetryMs = 100;
const longestRetryMs = 2_000;
/** After a takeover packets come first; a room where nobody sends is not waited for longer. */
const rendersWaitMs = 1_000;

/**
 * Captures the room of a recording into this epoch's log until somebody or something ends it; the log is sealed then.
 *
 * @param onMedia Called when the first packet of this epoch is in the log, or a second after the start when an earlier epoch has media; may be called again.
 * @returns Why it ended: `stopped`, `idle`, `room-empty`, `max-duration`, `room-closed`, `removed`, `disk-full`, `server-stopped`.
 * @throws {EncryptedRoomError} ROOM_ENCRYPTED; errors of joining that a retry cannot help.
 */
export async function captureRoom(state: RunState, onMedia: () => void): Promise<string> {
  const { claim, context, stopping, gone } = state;
  const { dataDir } = context.runtime.config;
  const now = { us: monotonicUs(), wallMs: Date.now(), bootId: bootId() };
  const recordingUs = claim.epoch === 1 ? 0 : recordingUsAt(state.recordingDir, now);
  const { recordingId, epoch } = claim;
  const log = openMediaLog({ dir: paths.epoch(dataDir, recordingId, epoch), recordingId, epoch, isFirst: recordingUs === 0 });
  const session = new CaptureSession(state, log.writer, recordingUs, onMedia);
  let reason = 'lost';
  try {
    reason = await session.run();
  } finally {
    stopping.abort(reason);
    session.close();
    await log.seal(gone.signal.aborted ? 'lost' : reason);
    count(state, log.writer);
  }
  return reason;
}

/** One epoch's stay in the room, through as many connections as it takes. */
class CaptureSession {
  readonly #state: RunState;
  readonly #log: LogWriter;
  readonly #recordingUs: number;
  readonly #onMedia: () => void;
  readonly #claimedMs = performance.now();
  readonly #end = Promise.withResolvers<string>();
  readonly #endWatch: EndWatch;
  readonly #joined = new Map<string, Attendance>();
  #capture: Capture | null = null;
  #hasMedia: boolean;
  #rendersTimer: NodeJS.Timeout | undefined;
  #layout: unknown = null;
  #subscribe: unknown = null;
  #originUs = 0;
  /** The recorder before us was lost during a pause, and nobody has said since that it is over. */
  #isResumeDue: boolean;

  constructor(state: RunState, log: LogWriter, recordingUs: number, onMedia: () => void) {
    this.#state = state;
    this.#log = log;
    this.#recordingUs = recordingUs;
    this.#onMedia = onMedia;
    this.#hasMedia = recordingUs > 0;
    this.#isResumeDue = this.#hasMedia && endsPaused(state.recordingDir);
    const startedAt = this.#hasMedia ? firstMediaAt(state.recordingDir) : null;
    this.#endWatch = new EndWatch({
      rules: endRules(state.claim.request, state.claim.origin !== null),
      wasOccupied: state.claim.isAutomatic || this.#hasMedia,
      firstMediaAgoMs: startedAt === null ? null : Math.max(0, Date.now() - startedAt.getTime()),
      lastMediaUs: () => this.#capture?.lastMediaUs ?? null,
      onEnd: (reason) => this.#end.resolve(reason),
    });
  }

  async run(): Promise<string> {
    const { stopping, gone } = this.#state;
    const signal = AbortSignal.any([stopping.signal, gone.signal]);
    signal.addEventListener('abort', () => this.#end.resolve(String(stopping.signal.reason ?? 'lost')), { once: true });
    this.#state.onWanted = (wanted) => this.#apply(wanted);
    if (this.#hasMedia) this.#rendersTimer = setTimeout(() => this.#onMedia(), rendersWaitMs);
    const staying = this.#stay(signal).then(
      (reason) => this.#end.resolve(reason),
      (error: unknown) => this.#end.reject(error),
    );
    const reason = await this.#end.promise;
    stopping.abort(reason);
    await this.#capture?.stop(reason);
    await staying;
    return reason;
  }

  close(): void {
    this.#state.onWanted = () => undefined;
    this.#endWatch.close();
    clearTimeout(this.#rendersTimer);
  }

  /** Joins, and joins again when the connection is lost or an empty room was closed under us. */
  async #stay(signal: AbortSignal): Promise<string> {
    for (let waitMs = firstRetryMs; ; waitMs = Math.min(longestRetryMs, waitMs * 2)) {
      const capture = await this.#join(signal);
      if (signal.aborted || capture === null) return 'stopped'; // the signal carries the reason
      const { reason } = await capture.ended;
      if (signal.aborted) return reason;
      const isOver = reason === 'removed' || (reason === 'room-closed' && this.#endWatch.people > 0);
      if (isOver) return reason;
      this.#state.log.warn({ reason }, 'left the room, joining again');
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Null when it was ended before the room could be joined. */
  async #join(signal: AbortSignal): Promise<Capture | null> {
    const { log } = this.#state;
    for (let waitMs = firstRetryMs; !signal.aborted; waitMs = Math.min(longestRetryMs, waitMs * 2)) {
      try {
        this.#endWatch.joining();
        this.#capture = await startCapture(this.#options(signal));
        for (const sid of this.#endWatch.joined()) this.#keepLeft(sid, monotonicUs());
        this.#apply(this.#state.wanted);
        return this.#capture;
      } catch (error) {
        if (signal.aborted) return null;
        if (!(error instanceof TapedeckError && error.retryable)) throw error;
        if (waitMs === firstRetryMs) log.warn({ err: error }, 'room cannot be joined, trying again');
        await delay(waitMs, undefined, { signal }).catch(() => undefined);
      }
    }
    return null;
  }

  #options(signal: AbortSignal): Parameters<typeof startCapture>[0] {
    const { claim, context, log } = this.#state;
    const { url, key, secret } = context.runtime.livekit;
    return {
      ...{ log: this.#log, url, auth: { key, secret }, room: claim.room, recordingId: claim.recordingId, epoch: claim.epoch },
      ...{ recordingUsAtStart: this.#recordingUs, keyframeS: context.runtime.config.recorder.keyframeS },
      identity: `recorder-${claim.recordingId}-${claim.epoch}-${Math.random().toString(36).slice(2, 8)}`,
      ...{ shouldSubscribe: subscribeRule(this.#rules()), rules: this.#rules() },
      onEvent: (event) => this.#onEvent(event),
      logger: log satisfies Log,
      signal,
    };
  }

  #rules(): SubscribeRules {
    return (this.#subscribe ?? this.#state.claim.request.subscribe) as SubscribeRules;
  }

  /** Brings the capture to what the row asks for. */
  #apply(wanted: Wanted): void {
    const capture = this.#capture;
    if (wanted.subscribe !== null && JSON.stringify(wanted.subscribe) !== JSON.stringify(this.#subscribe)) {
      this.#subscribe = wanted.subscribe;
      capture?.setSubscribe(subscribeRule(this.#rules()), this.#rules());
    }
    if (capture === null) return;
    if (wanted.layout !== null && JSON.stringify(wanted.layout) !== JSON.stringify(this.#layout)) {
      this.#layout = wanted.layout;
      void this.#showLayout(capture, wanted.layout);
    }
    if (wanted.desired === 'paused' && !capture.isPaused) {
      capture.pause(this.#state.claim.request.pauseMode);
      this.#endWatch.setPaused(true);
      this.#move('paused');
    } else if (wanted.desired === 'recording' && capture.isPaused) {
      capture.resume();
      this.#endWatch.setPaused(false);
      if (this.#hasMedia) this.#move('recording');
    } else if (wanted.desired === 'recording' && this.#isResumeDue) {
      this.#log.event({ type: 'resumed', us: monotonicUs(), wall: Date.now() });
    }
    this.#isResumeDue = false;
  }

  /** At once with the pictures that are there; again when those that had to be fetched have come. */
  async #showLayout(capture: Capture, layout: unknown): Promise<void> {
    const state = this.#state;
    if (!namesPictures(layout)) return capture.setLayout(layout);
    try {
      const known = await state.pictures.known(layout);
      if (this.#layout === layout) capture.setLayout(known.layout);
      if (known.missing.length === 0) return;
      const kept = await state.pictures.keep(layout);
      for (const picture of kept.missing) noteMissingPicture(state, picture);
      const hasMore = kept.missing.length < known.missing.length;
      if (hasMore && this.#layout === layout) this.#capture?.setLayout(kept.layout);
    } catch (error) {
      state.log.error({ err: error }, 'the pictures of a layout could not be kept');
    }
  }

  #move(to: 'recording' | 'paused', change: { startedAt?: Date } = {}): void {
    const { writes, claim, context, log } = this.#state;
    writes.push(to, () => context.catalogue.leases.transition(claim, to, change));
    log.info({ state: to }, `recording ${to === 'paused' ? 'paused' : 'running'}`);
  }

  #onEvent(event: CaptureEvent): void {
    const { log } = this.#state;
    if (event.type === 'first-packet') this.#begin(event.us);
    else if (event.type === 'joined') this.#keepJoined(event);
    else if (event.type === 'left') this.#keepLeft(event.participantSid, event.us);
    else if (event.type === 'encrypted') this.#end.reject(new EncryptedRoomError(this.#state.claim.room, event.identity));
    else if (event.type !== 'ended') log.info({ event }, 'capture event');
  }

  #begin(us: number): void {
    const { context } = this.#state;
    if (this.#originUs === 0) this.#originUs = us;
    context.metrics.firstPacketS.observe((performance.now() - this.#claimedMs) / 1000);
    const isFirst = !this.#hasMedia;
    this.#hasMedia = true;
    this.#endWatch.begin();
    if (this.#capture?.isPaused !== true) this.#move('recording', isFirst ? { startedAt: new Date() } : {});
    this.#onMedia();
  }

  #keepJoined({ participantSid, identity, name, us }: Extract<CaptureEvent, { type: 'joined' | 'left' }>): void {
    const person = this.#joined.get(participantSid) ?? { identity, name, joinedMs: this.#recordingMsAt(us) };
    this.#joined.set(participantSid, person);
    this.#endWatch.enter(participantSid);
    this.#keep(person, null);
  }

  #keepLeft(participantSid: string, us: number): void {
    const person = this.#joined.get(participantSid);
    this.#joined.delete(participantSid);
    this.#endWatch.leave(participantSid);
    if (person !== undefined) this.#keep(person, this.#recordingMsAt(us));
  }

  #keep(person: Attendance, leftMs: number | null): void {
    const { writes, claim, context } = this.#state;
    writes.push('participant', () => context.catalogue.leases.participant(claim, { ...person, leftMs }));
  }

  #recordingMsAt(us: number): number {
    const sinceUs = this.#originUs === 0 ? 0 : us - this.#originUs;
    return Math.max(0, Math.round((this.#recordingUs + sinceUs) / 1000));
  }
}

/** Somebody's stay in the room. */
interface Attendance {
  readonly identity: string;
  readonly name: string;
  /** Recording time. */
  readonly joinedMs: number;
}

function count(state: RunState, writer: LogWriter): void {
  const { metrics } = state.context;
  metrics.bytes.inc(writer.stats.bytesWritten);
  metrics.packets.inc(writer.stats.packetsWritten);
  metrics.dropped.inc(writer.stats.packetsDropped);
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
