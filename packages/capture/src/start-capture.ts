import { joinAsRecorder, monotonicUs } from '@tapedeck/livekit';
import type { PacketSink, Publication, ReceivedTrack, RecorderParticipant, RoomEvent } from '@tapedeck/livekit';
import { bootId } from '@tapedeck/rtplog';
import type { LogWriter, RecordedRules, TrackHeader } from '@tapedeck/rtplog';
import type { Capture, CaptureEnd, CaptureEvent, CaptureOptions } from './capture-types.ts';
import { sessionEventOf, writeEvent } from './session-log.ts';

const DEFAULT_MAX_TRACKS = 500;

/**
 * Joins the room and appends everything to the log until it is stopped or the room ends: session events, and every RTP and RTCP packet as it came. Resolves when the server
 * has let the recorder in. The log's first event is `started`.
 *
 * @throws {JoinError} LIVEKIT_JOIN_FAILED; nothing but the `started` event has been written then.
 */
export async function startCapture(options: CaptureOptions): Promise<Capture> {
  const capture = new RoomCapture(options);
  await capture.start();
  return capture;
}

class RoomCapture implements Capture {
  readonly room: string;
  readonly startUs = monotonicUs();
  readonly ended: Promise<{ readonly reason: CaptureEnd }>;
  readonly #options: CaptureOptions;
  readonly #log: LogWriter;
  readonly #end = Promise.withResolvers<{ readonly reason: CaptureEnd }>();
  readonly #maxTracks: number;
  readonly #wanted = new Set<string>();
  readonly #limited = new Set<string>();
  #shouldSubscribe: (publication: Publication) => boolean;
  #participant: RecorderParticipant | null = null;
  #stopReason: string | null = null;
  #isPaused = false;
  #hasFirstPacket = false;
  #lastMediaUs: number | null = null;
  #skippedWhilePaused = 0;

  constructor(options: CaptureOptions) {
    this.room = options.room;
    this.ended = this.#end.promise;
    this.#options = options;
    this.#log = options.log;
    this.#maxTracks = options.limits?.maxTracks ?? DEFAULT_MAX_TRACKS;
    this.#shouldSubscribe = options.shouldSubscribe ?? (() => true);
  }

  async start(): Promise<void> {
    const { recordingId, epoch, room, url, auth, keyframeS, reconnectS, chooseLayer, signal, logger } = this.#options;
    const recordingUs = this.#options.recordingUsAtStart ?? 0;
    writeEvent(this.#log, { type: 'started', recordingId, epoch, room, bootId: bootId(), recordingUs }, this.startUs);
    const { rules } = this.#options;
    if (rules !== undefined) writeEvent(this.#log, { type: 'subscribe', rules }, this.startUs);
    const identity = this.#options.identity ?? `recorder-${recordingId}-${epoch}`;
    this.#participant = await joinAsRecorder({
      ...{ url, auth: 'token' in auth ? auth : { ...auth, room, identity } },
      openTrack: (track) => this.#openTrack(track),
      onEvent: (event) => this.#onRoomEvent(event),
      shouldSubscribe: (publication) => this.#isWanted(publication),
      ...(keyframeS === undefined ? {} : { keyframeS }),
      ...(reconnectS === undefined ? {} : { reconnectS }),
      ...(chooseLayer === undefined ? {} : { chooseLayer }),
      ...(signal === undefined ? {} : { signal }),
      ...(logger === undefined ? {} : { log: logger }),
    });
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get lastMediaUs(): number | null {
    return this.#lastMediaUs;
  }

  get stats(): Capture['stats'] {
    const participant = this.#participant;
    if (participant === null) throw new Error('The capture has not started.');
    return { ...participant.stats, skippedWhilePaused: this.#skippedWhilePaused };
  }

  pause(mode: 'cut' | 'hold' = 'cut'): void {
    if (this.#isPaused || this.#stopReason !== null) return;
    this.#isPaused = true;
    writeEvent(this.#log, { type: 'paused', mode });
  }

  resume(): void {
    if (!this.#isPaused || this.#stopReason !== null) return;
    this.#isPaused = false;
    writeEvent(this.#log, { type: 'resumed' });
    this.#participant?.requestKeyframe();
  }

  setSubscribe(shouldSubscribe: (publication: Publication) => boolean, rules: RecordedRules): void {
    this.#shouldSubscribe = shouldSubscribe;
    writeEvent(this.#log, { type: 'subscribe', rules });
    this.#participant?.updateSubscriptions();
  }

  setLayout(layout: unknown): void {
    writeEvent(this.#log, { type: 'layout', layout });
  }

  async stop(reason: string): Promise<void> {
    this.#stopReason ??= reason;
    this.#participant?.leave();
    await this.ended;
    await this.#log.flush();
  }

  #openTrack(track: ReceivedTrack): PacketSink {
    const appender = this.#log.track(this.#headerOf(track));
    return (kind, bytes, arrivalUs) => {
      this.#lastMediaUs = arrivalUs;
      if (this.#isPaused) {
        this.#skippedWhilePaused++;
        return;
      }
      if (kind === 'rtp' && !this.#hasFirstPacket) this.#tellFirstPacket(arrivalUs);
      appender.append(kind, arrivalUs, bytes);
    };
  }

  #headerOf(track: ReceivedTrack): TrackHeader {
    return {
      ...{ recordingId: this.#options.recordingId, epoch: this.#options.epoch },
      ...{ trackSid: track.trackSid, participantSid: track.participantSid, kind: track.kind, source: track.publication.source },
      ...{ participantIdentity: track.participant.identity, participantName: track.participant.name },
      ...{ formats: track.formats, headerExtensions: track.headerExtensions, rtxSsrc: track.rtxSsrc },
      ...{ startUs: monotonicUs(), startWallMs: Date.now() },
    };
  }

  #tellFirstPacket(us: number): void {
    this.#hasFirstPacket = true;
    this.#tell({ type: 'first-packet', us });
  }

  #isWanted(publication: Publication): boolean {
    const { trackSid, identity } = publication;
    if (!this.#shouldSubscribe(publication)) {
      this.#wanted.delete(trackSid);
      return false;
    }
    if (this.#wanted.has(trackSid) || this.#wanted.size < this.#maxTracks) {
      this.#wanted.add(trackSid);
      this.#limited.delete(trackSid);
      return true;
    }
    if (!this.#limited.has(trackSid)) {
      this.#limited.add(trackSid);
      writeEvent(this.#log, {
        type: 'note',
        text: `Track ${trackSid} of ${identity} is not recorded: ${this.#maxTracks} tracks are the limit.`,
      });
      this.#tell({ type: 'track-limit', trackSid, identity, maxTracks: this.#maxTracks });
    }
    return false;
  }

  #onRoomEvent(event: RoomEvent): void {
    const us = monotonicUs();
    const line = sessionEventOf(event);
    if (line !== null) writeEvent(this.#log, line, us);
    if (event.type === 'joined' || event.type === 'left') {
      const { sid: participantSid, identity, name } = event.participant;
      this.#tell({ type: event.type, participantSid, identity, name, us });
    } else if (event.type === 'disconnected' || event.type === 'reconnected') this.#tell(event);
    else if (event.type === 'published' && event.publication.isEncrypted) this.#tellEncrypted(event.publication);
    else if (event.type === 'unpublished') this.#forget(event.publication.trackSid);
    else if (event.type === 'ended') this.#finish(this.#stopReason ?? event.reason);
  }

  #tellEncrypted({ trackSid, identity }: Publication): void {
    writeEvent(this.#log, { type: 'note', text: `Track ${trackSid} of ${identity} is encrypted end to end.` });
    this.#tell({ type: 'encrypted', trackSid, identity });
  }

  #forget(trackSid: string): void {
    this.#limited.delete(trackSid);
    const hadPlace = this.#wanted.delete(trackSid);
    // A place became free: those left out before may come in.
    if (hadPlace && this.#limited.size > 0) this.#participant?.updateSubscriptions();
  }

  #tell(event: CaptureEvent): void {
    this.#options.onEvent?.(event);
  }

  #finish(reason: CaptureEnd): void {
    this.#stopReason ??= reason;
    writeEvent(this.#log, { type: 'ended', reason });
    this.#end.resolve({ reason });
    this.#tell({ type: 'ended', reason });
  }
}
