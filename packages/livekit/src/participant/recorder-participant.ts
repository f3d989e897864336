import { setTimeout as delay } from 'node:timers/promises';
import { DisconnectReason, LeaveRequest_Action, SubscriptionError, SyncState, UpdateSubscription } from '@livekit/protocol';
import type { JoinResponse, LeaveRequest, ParticipantInfo } from '@livekit/protocol';
import { JoinError } from '../errors.ts';
import { silentLog } from '../log.ts';
import type { Log } from '../log.ts';
import { monotonicUs } from '../monotonic-clock.ts';
import { recorderToken } from '../tokens.ts';
import { endReasons } from './end-reasons.ts';
import type { SignalProtocol } from './join-address.ts';
import { joinedRoom, wasReplaced } from './joined-room.ts';
import type { JoinedRoom } from './joined-room.ts';
import { ParticipantSession } from './participant-session.ts';
import type { SessionHandlers } from './participant-session.ts';
import type { RecorderOptions, RecorderStats } from './recorder-options.ts';
import { Roster } from './roster.ts';
import type { DescribedTrack } from './sdp-tracks.ts';
import type { SignalResponseMessage } from './signal-connection.ts';
import { Subscriptions } from './subscriptions.ts';
import { addStats, emptyReceiverStats } from './track-receiver.ts';
import type { EndReason, PacketSink, Publication, RemoteParticipant, RoomEvent } from './types.ts';

/**
 * Joins a room hidden, subscribes, and hands out packets until {@link RecorderParticipant.leave} or an `ended` event. Resolves when the server let us in; events of those already present
 * have been delivered by then.
 *
 * @throws {JoinError} LIVEKIT_JOIN_FAILED when the server cannot be reached or refuses.
 */
export async function joinAsRecorder(options: RecorderOptions): Promise<RecorderParticipant> {
  options.signal?.throwIfAborted();
  const participant = new RecorderParticipant(options);
  await participant.start();
  return participant;
}

/** Doubles with every connection that does not come up, so that a slow network gets its time. */
const FIRST_CONNECT_TIMEOUT_MS = 1_000;
const LONGEST_CONNECT_TIMEOUT_MS = 30_000;

/** See {@link joinAsRecorder}. */
export class RecorderParticipant {
  readonly #options: RecorderOptions;
  readonly #log: Log;
  readonly #roster: Roster;
  readonly #subscriptions: Subscriptions;
  readonly #closedTracks = emptyReceiverStats();
  readonly #counters = { malformedSignals: 0, reconnects: 0 };
  #session: ParticipantSession | null = null;
  #room: JoinedRoom | null = null;
  #isReconnecting = false;
  #hasEnded = false;
  #protocol: SignalProtocol = 'v1';
  #canResume = true;
  /** Joins after the first, each under an identity of its own: for the old one the server remembers that its connection failed, and would wait for TCP. */
  #rejoins = 0;
  #connectTimeoutMs = FIRST_CONNECT_TIMEOUT_MS;
  #isFullUpdateDue = false;
  #lossReason: EndReason = 'connection-lost';

  /** @internal use {@link joinAsRecorder} */
  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#subscriptions = new Subscriptions(options, (message) => this.#session?.send(message) ?? false);
    this.#roster = new Roster((event) => this.#onRosterEvent(event));
  }

  /** @internal */
  async start(): Promise<void> {
    await this.#join();
    this.#options.signal?.addEventListener('abort', () => this.leave(), { once: true });
  }

  get participants(): readonly RemoteParticipant[] {
    return this.#roster.participants;
  }

  get publications(): readonly Publication[] {
    return [...this.#roster.publications()];
  }

  /** Tracks asked for now. */
  get subscriptionCount(): number {
    return this.#subscriptions.trackSids.size;
  }

  isSubscribed(trackSid: string): boolean {
    return this.#subscriptions.trackSids.has(trackSid);
  }

  /** Sums over all tracks since the join. */
  get stats(): RecorderStats {
    const sums = { ...this.#closedTracks, ...this.#counters };
    for (const { stats } of this.#session?.media?.tracks.receivers() ?? []) addStats(sums, stats);
    return sums;
  }

  /** Asks `shouldSubscribe` again for every publication and changes the subscriptions that differ. */
  updateSubscriptions(): void {
    for (const publication of this.#roster.publications()) this.#subscriptions.apply(publication);
  }

  /** Asks for a keyframe of one video track, or of all. */
  requestKeyframe(trackSid?: string): void {
    const nowUs = monotonicUs();
    for (const receiver of this.#session?.media?.tracks.receivers() ?? []) {
      if (trackSid === undefined || receiver.track.trackSid === trackSid) receiver.requestKeyframe(nowUs);
    }
  }

  /** Leaves for good; one `ended` event with reason `stopped`. Idempotent. */
  leave(): void {
    this.#end('stopped');
  }

  async #join(): Promise<void> {
    const { url, keyframeS = 30, joinTimeoutMs = 10_000 } = this.#options;
    const limits = { joinTimeoutMs, connectTimeoutMs: this.#connectTimeoutMs };
    const options = { url, protocol: this.#protocol, name: 'recorder', keyframeIntervalS: keyframeS, ...limits };
    const session = new ParticipantSession(options, this.#sessionHandlers());
    try {
      await session.open(await this.#token());
    } catch (error) {
      if (!(error instanceof JoinError) || error.status !== 404 || this.#protocol === 'v0') throw error;
      this.#protocol = 'v0'; // a server from before the one-connection protocol
      await this.#join();
    }
  }

  async #token(): Promise<string> {
    const { auth } = this.#options;
    if ('token' in auth) return auth.token;
    return recorderToken(auth, auth.room, this.#rejoins === 0 ? auth.identity : `${auth.identity}-${this.#rejoins}`);
  }

  #onJoin(session: ParticipantSession, join: JoinResponse): void {
    const room = joinedRoom(join);
    if (wasReplaced(this.#room, room)) this.#end('room-closed'); // its goodbye was lost
    if (this.#hasEnded) {
      session.close();
      return;
    }
    this.#room = room;
    this.#closeSession();
    this.#session = session;
    this.#subscriptions.clear();
    this.#roster.replace(join.otherParticipants);
    this.updateSubscriptions();
  }

  #sessionHandlers(): SessionHandlers {
    let own: ParticipantSession | null = null;
    const isCurrent = (): boolean => own !== null && own === this.#session;
    return {
      onJoin: (session, join) => {
        own = session;
        this.#onJoin(session, join);
        return this.#subscriptions.counts;
      },
      onMessage: (message) => isCurrent() && this.#read(message),
      onMalformed: () => void this.#counters.malformedSignals++,
      onSignalLost: (reason) => isCurrent() && this.#lost('signal', reason),
      onMedia: (state, reason) => isCurrent() && this.#onMedia(state, reason),
      onConnectTimeout: () => void (this.#connectTimeoutMs = Math.min(LONGEST_CONNECT_TIMEOUT_MS, this.#connectTimeoutMs * 2)),
      openTrack: (track) => (isCurrent() ? this.#openTrack(track) : null),
      closeTrack: (receiver) => addStats(this.#closedTracks, receiver.stats),
      onKeyframeRequested: (trackSid) => this.#emit({ type: 'keyframe-requested', trackSid }),
      onPacketsLost: (trackSid, count) => this.#emit({ type: 'packets-lost', trackSid, count }),
    };
  }

  #read(message: SignalResponseMessage): void {
    if (message.case === 'reconnect') this.#onResumed();
    else if (message.case === 'update') this.#updateRoster(message.value.participants);
    else if (message.case === 'speakersChanged') this.#roster.updateSpeakers(message.value.speakers);
    else if (message.case === 'roomUpdate') {
      if (this.#isFullUpdateDue) this.#updateRoster([]); // nobody is left: the server sends no empty list
      this.#emit({ type: 'room-metadata', metadata: message.value.room?.metadata ?? '' });
    } else if (message.case === 'subscriptionResponse') {
      this.#emit({
        type: 'subscription-failed',
        trackSid: message.value.trackSid,
        error: SubscriptionError[message.value.err] ?? 'unknown',
      });
    } else if (message.case === 'leave') this.#readLeave(message.value);
  }

  #onResumed(): void {
    this.#isFullUpdateDue = true;
    const subscription = new UpdateSubscription({ trackSids: [...this.#subscriptions.trackSids.keys()], subscribe: true });
    this.#session?.send({ case: 'syncState', value: new SyncState({ subscription }) });
  }

  #updateRoster(participants: readonly ParticipantInfo[]): void {
    if (!this.#isFullUpdateDue) {
      this.#roster.update(participants);
      return;
    }
    this.#isFullUpdateDue = false;
    this.#roster.replace(participants);
    this.updateSubscriptions();
  }

  #readLeave({ action, reason }: LeaveRequest): void {
    if (action === LeaveRequest_Action.RECONNECT || action === LeaveRequest_Action.RESUME) this.#lost('media', `server asked (${reason})`);
    else if (reason === DisconnectReason.SERVER_SHUTDOWN) {
      this.#lossReason = 'server-shutdown'; // it may come back, or another node of the cluster takes over
      this.#lost('media', 'server shutdown');
    } else this.#end(endReasons[reason] ?? 'removed');
  }

  #onRosterEvent(event: RoomEvent): void {
    if (event.type === 'unpublished') this.#subscriptions.forget(event.publication.trackSid);
    this.#emit(event);
    if (event.type === 'published') this.#subscriptions.apply(event.publication);
  }

  #openTrack(offered: DescribedTrack): PacketSink | null {
    const participant = this.#roster.participant(offered.participantSid);
    const publication = this.#roster.publication(offered.trackSid);
    if (participant === undefined || publication === undefined) return null;
    return this.#options.openTrack(Object.freeze({ ...offered, participant, publication }));
  }

  #onMedia(state: 'connected' | 'failed', reason: string): void {
    this.#log.debug({ state, reason }, 'media connection');
    if (state === 'failed') this.#lost('media', reason);
    else this.#connectTimeoutMs = FIRST_CONNECT_TIMEOUT_MS;
  }

  #lost(scope: 'signal' | 'media', reason: string): void {
    if (this.#hasEnded) return;
    if (scope === 'media') this.#canResume = false;
    this.#log.warn({ scope, reason }, 'recorder participant lost its connection');
    this.#emit({ type: 'disconnected', scope, reason });
    if (!this.#isReconnecting) void this.#comeBack();
  }

  /** Resumes while media flows, else joins anew; gives up only when nothing has arrived for `reconnectS`. */
  async #comeBack(): Promise<void> {
    this.#isReconnecting = true;
    const patienceMs = (this.#options.reconnectS ?? 60) * 1000;
    let deadlineMs = Date.now() + patienceMs;
    let received = this.stats.rtpPackets;
    for (let pauseMs = 0; !this.#hasEnded; pauseMs = Math.min(2000, pauseMs * 2 + 100)) {
      await delay(pauseMs);
      if (this.#hasEnded || (await this.#tryComeBack())) break;
      if (this.stats.rtpPackets > received) {
        received = this.stats.rtpPackets;
        deadlineMs = Date.now() + patienceMs;
      }
      if (Date.now() > deadlineMs) this.#end(this.#lossReason);
    }
    this.#isReconnecting = false;
  }

  async #tryComeBack(): Promise<boolean> {
    const session = this.#session;
    const how = this.#canResume && session !== null ? 'resumed' : 'rejoined';
    try {
      if (how === 'resumed') await session?.resume(await this.#token());
      else {
        this.#rejoins++;
        await this.#join();
      }
    } catch (error) {
      const isFinal = error instanceof JoinError && !error.retryable;
      this.#log.debug({ how, error: (error as Error).message }, 'coming back failed');
      if (isFinal && how === 'resumed') this.#canResume = false;
      else if (isFinal) this.#end(this.#lossReason);
      return false;
    }
    if (this.#hasEnded) return true;
    if (how === 'resumed' && !this.#canResume) return false; // media was lost meanwhile
    this.#canResume = true;
    this.#lossReason = 'connection-lost';
    this.#counters.reconnects++;
    this.#log.info({ how }, 'recorder participant is back');
    this.#emit({ type: 'reconnected', how });
    return true;
  }

  #closeSession(): void {
    for (const { stats } of this.#session?.media?.tracks.receivers() ?? []) addStats(this.#closedTracks, stats);
    this.#session?.close();
    this.#session = null;
  }

  #emit(event: RoomEvent): void {
    this.#options.onEvent(event);
  }

  #end(reason: EndReason): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#closeSession();
    this.#log.info({ reason }, 'recorder participant ended');
    this.#emit({ type: 'ended', reason });
  }
}
