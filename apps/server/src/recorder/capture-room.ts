import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Capture, type CaptureEvent, startCapture } from '@tapedeck/capture';
import type { Log } from '@tapedeck/livekit';
import { monotonicUs } from '@tapedeck/livekit';
import { TapedeckError } from '@tapedeck/protocol';
import type { SubscribeRules } from '@tapedeck/render';
import type { LogWriter } from '@tapedeck/rtplog';
import { EncryptedRoomError } from '../errors.ts';
import { recordingUsAt } from './epoch-start.ts';
import type { Wanted } from './lease-keeper.ts';
import { openMediaLog } from './media-log.ts';
import { paths } from './paths.ts';
import type { RunState } from './recording-run.ts';
import { subscribeRule } from './subscribe-rule.ts';

const firstRetryMs = 100;
const longestRetryMs = 2_000;

/**
 * Captures the room of a recording into this epoch's log until somebody or something ends it; the log is sealed then.
 *
 * @param onMedia Called once, when the first packet of this epoch is in the log (or at once when an earlier epoch has media).
 * @returns Why it ended: `stopped`, `idle`, `max-duration`, `room-closed`, `removed`, `disk-full`, `server-stopped`.
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
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #joinedMs = new Map<string, { name: string; joinedMs: number }>();
  #capture: Capture | null = null;
  #hasMedia: boolean;
  #layout: unknown = null;
  #subscribe: unknown = null;
  #originUs = 0;

  constructor(state: RunState, log: LogWriter, recordingUs: number, onMedia: () => void) {
    this.#state = state;
    this.#log = log;
    this.#recordingUs = recordingUs;
    this.#onMedia = onMedia;
    this.#hasMedia = recordingUs > 0;
  }

  async run(): Promise<string> {
    const { stopping, gone, claim } = this.#state;
    const signal = AbortSignal.any([stopping.signal, gone.signal]);
    signal.addEventListener('abort', () => this.#end.resolve(String(stopping.signal.reason ?? 'lost')), { once: true });
    this.#state.onWanted = (wanted) => this.#apply(wanted);
    const leftMs = Math.max(0, claim.request.maxDurationS * 1000 - this.#recordingUs / 1000);
    this.#timers.push(setTimeout(() => this.#end.resolve('max-duration'), Math.min(leftMs, 2 ** 31 - 1)));
    if (this.#hasMedia) this.#onMedia();
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
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** Joins, and joins again when the connection is lost or an empty room was closed under us. */
  async #stay(signal: AbortSignal): Promise<string> {
    const emptySince = performance.now();
    for (let waitMs = firstRetryMs; ; waitMs = Math.min(longestRetryMs, waitMs * 2)) {
      const capture = await this.#join(signal, emptySince);
      if (signal.aborted || capture === null) return signal.aborted ? 'stopped' : 'idle';
      const { reason } = await capture.ended;
      if (signal.aborted) return reason;
      const isOver = reason === 'removed' || (reason === 'room-closed' && this.#joinedMs.size > 0);
      if (isOver) return reason;
      this.#state.log.warn({ reason }, 'left the room, joining again');
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Null when the room could not be joined within the idle time. */
  async #join(signal: AbortSignal, sinceMs: number): Promise<Capture | null> {
    const { claim, log } = this.#state;
    for (let waitMs = firstRetryMs; !signal.aborted; waitMs = Math.min(longestRetryMs, waitMs * 2)) {
      try {
        this.#capture = await startCapture(this.#options(signal));
        this.#apply(this.#state.wanted);
        return this.#capture;
      } catch (error) {
        if (signal.aborted) return null;
        if (!(error instanceof TapedeckError && error.retryable)) throw error;
        if (waitMs === firstRetryMs) log.warn({ err: error }, 'room cannot be joined, trying again');
        if (performance.now() - sinceMs > claim.request.idleTimeoutS * 1000) return null;
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
      shouldSubscribe: subscribeRule(this.#rules()),
      limits: { idleS: claim.request.idleTimeoutS },
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
      capture?.setSubscribe(subscribeRule(this.#rules()));
    }
    if (capture === null) return;
    if (wanted.layout !== null && JSON.stringify(wanted.layout) !== JSON.stringify(this.#layout)) {
      this.#layout = wanted.layout;
      capture.setLayout(wanted.layout);
    }
    if (wanted.desired === 'paused' && !capture.isPaused) {
      capture.pause();
      this.#move('paused');
    } else if (wanted.desired === 'recording' && capture.isPaused) {
      capture.resume();
      if (this.#hasMedia) this.#move('recording');
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
    else if (event.type === 'joined' || event.type === 'left') this.#keepParticipant(event);
    else if (event.type === 'idle') this.#end.resolve('idle');
    else if (event.type === 'encrypted') this.#end.reject(new EncryptedRoomError(this.#state.claim.room, event.identity));
    else if (event.type !== 'ended') log.info({ event }, 'capture event');
  }

  #begin(us: number): void {
    const { context } = this.#state;
    if (this.#originUs === 0) this.#originUs = us;
    context.metrics.firstPacketS.observe((performance.now() - this.#claimedMs) / 1000);
    const isFirst = !this.#hasMedia;
    this.#hasMedia = true;
    if (this.#capture?.isPaused !== true) this.#move('recording', isFirst ? { startedAt: new Date() } : {});
    if (isFirst) this.#onMedia();
  }

  #keepParticipant(event: Extract<CaptureEvent, { type: 'joined' | 'left' }>): void {
    const { writes, claim, context } = this.#state;
    const nowMs =
      this.#originUs === 0 ? this.#recordingUs / 1000 : Math.max(0, Math.round((this.#recordingUs + event.us - this.#originUs) / 1000));
    const { joinedMs } = this.#joinedMs.get(event.participantSid) ?? { joinedMs: nowMs };
    if (event.type === 'joined') this.#joinedMs.set(event.participantSid, { name: event.name, joinedMs });
    else this.#joinedMs.delete(event.participantSid);
    const { identity, name } = event;
    const leftMs = event.type === 'left' ? nowMs : null;
    writes.push('participant', () =>
      context.catalogue.leases.participant(claim, { identity, name, joinedMs: Math.round(joinedMs), leftMs }),
    );
  }
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
