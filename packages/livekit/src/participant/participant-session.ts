import { LeaveRequest, SessionDescription, SignalTarget, TrickleRequest } from '@livekit/protocol';
import type { ICEServer, JoinResponse } from '@livekit/protocol';
import { JoinError } from '../errors.ts';
import { joinAddress } from './join-address.ts';
import type { SignalProtocol } from './join-address.ts';
import { MediaConnection } from './media-connection.ts';
import { SignalConnection } from './signal-connection.ts';
import type { SignalRequestMessage, SignalResponseMessage } from './signal-connection.ts';
import type { TrackHandlers } from './track-sections.ts';

/** How one session reports; nothing is called after {@link ParticipantSession.close}. */
export interface SessionHandlers extends TrackHandlers {
  /** Let in: called before any other message is read. Returns how many tracks of each kind have been asked for. */
  readonly onJoin: (session: ParticipantSession, join: JoinResponse) => { readonly audio: number; readonly video: number };
  /** Everything but the join, descriptions, candidates and pongs. */
  readonly onMessage: (message: SignalResponseMessage) => void;
  readonly onMalformed: () => void;
  readonly onSignalLost: (reason: string) => void;
  readonly onMedia: (state: 'connected' | 'failed', reason: string) => void;
  /** The media connection did not come up in `connectTimeoutMs`; `onMedia` follows. */
  readonly onConnectTimeout: () => void;
}

/** Where and as whom to join. */
export interface SessionOptions {
  readonly url: string;
  readonly protocol: SignalProtocol;
  /** Name of the media connection in native logs. */
  readonly name: string;
  readonly keyframeIntervalS: number;
  /** How long the server may take to let us in, ms. */
  readonly joinTimeoutMs: number;
  /** How long the media connection may take from the first description of the server until it is up, ms; then it counts as failed. */
  readonly connectTimeoutMs: number;
}

/**
 * One participant of the room as the server knows it: a media connection and the signal connection of the moment. Subscribes to nothing by itself.
 */
export class ParticipantSession {
  readonly #options: SessionOptions;
  readonly #handlers: SessionHandlers;
  #sid = '';
  #signal: SignalConnection | null = null;
  #media: MediaConnection | null = null;
  #isClosed = false;

  constructor(options: SessionOptions, handlers: SessionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
  }

  /** Null before the join. */
  get media(): MediaConnection | null {
    return this.#media;
  }

  /** Joins. @throws {JoinError} LIVEKIT_JOIN_FAILED; the session is closed then. */
  async open(token: string): Promise<void> {
    try {
      await this.#connect(token, null, 'join');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Opens another signal connection for the same participant; media goes on meanwhile.
   *
   * @throws {JoinError} LIVEKIT_JOIN_FAILED, with status 410 when the server has forgotten the participant.
   */
  async resume(token: string): Promise<void> {
    if (this.#options.protocol === 'v0') throw new JoinError('This server cannot resume without restarting the media connection.', 410);
    await this.#connect(token, this.#sid, 'reconnect');
    this.#media?.offerAgain();
  }

  /** Sends one request; false when the signal connection is gone. */
  send(message: SignalRequestMessage): boolean {
    return this.#signal?.send(message) ?? false;
  }

  /** Leaves and closes both connections. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.send({ case: 'leave', value: new LeaveRequest({}) });
    this.#signal?.close();
    this.#media?.close();
  }

  async #connect(token: string, resumeSid: string | null, welcome: 'join' | 'reconnect'): Promise<void> {
    const { url, protocol, joinTimeoutMs } = this.#options;
    const { path, query } = joinAddress(protocol, resumeSid);
    const welcomed = Promise.withResolvers<void>();
    welcomed.promise.catch(() => {});
    let isWelcome = false;
    let signal: SignalConnection | null = null;
    // The first messages may come before open() has resolved, hence the connection as an argument.
    const onMessage = (message: SignalResponseMessage, connection: SignalConnection): void => {
      if (this.#isClosed) return;
      if (isWelcome) this.#read(message, connection);
      else if (message.case === welcome) {
        isWelcome = true;
        this.#welcome(message, connection);
        welcomed.resolve();
      } else if (message.case === 'leave') {
        const status = resumeSid === null ? 403 : 410;
        welcomed.reject(new JoinError(`${url} sent the recorder away (reason ${message.value.reason}).`, status));
      }
    };
    const onClose = (reason: string, connection: SignalConnection): void => {
      if (isWelcome && connection === this.#signal && !this.#isClosed) this.#handlers.onSignalLost(reason);
      welcomed.reject(new JoinError(`${url} ended the connection while joining: ${reason}.`, null));
    };
    const timer = setTimeout(() => welcomed.reject(new JoinError(`${url} did not answer the join.`, null)), joinTimeoutMs * 2);
    try {
      signal = await SignalConnection.open(
        url,
        path,
        token,
        query,
        { onMessage, onMalformed: this.#handlers.onMalformed, onClose },
        joinTimeoutMs,
      );
      await welcomed.promise;
      if (this.#isClosed) throw new JoinError('Left while joining.', 410);
    } catch (error) {
      if (signal !== this.#signal || this.#isClosed) signal?.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #welcome(message: SignalResponseMessage, signal: SignalConnection): void {
    this.#signal?.close();
    this.#signal = signal;
    if (message.case !== 'join') {
      signal.keepAlive(5, 15);
      this.#handlers.onMessage(message);
      return;
    }
    const join = message.value;
    this.#sid = join.participant?.sid ?? '';
    signal.keepAlive(join.pingInterval || 5, join.pingTimeout || 15);
    this.#media = this.#openMedia(join.iceServers);
    const { audio, video } = this.#handlers.onJoin(this, join);
    // A section for each track that is there, and one of each kind in an empty room: no second round of negotiation before their packets come.
    if (this.#options.protocol === 'v1' && !this.#isClosed) this.#media.offer(Math.max(1, audio), Math.max(1, video));
  }

  #read(message: SignalResponseMessage, signal: SignalConnection): void {
    const media = this.#media;
    if (media === null || signal !== this.#signal) return;
    if (message.case === 'offer') media.readOffer(message.value.sdp, message.value.id);
    else if (message.case === 'answer') media.readAnswer(message.value.sdp, message.value.id);
    else if (message.case === 'mediaSectionsRequirement') this.#offerSections(media, message.value.numAudios, message.value.numVideos);
    else if (message.case === 'trickle') this.#addCandidate(media, message.value);
    else if (message.case !== 'pong' && message.case !== 'pongResp') this.#handlers.onMessage(message);
  }

  #offerSections(media: MediaConnection, audioCount: number, videoCount: number): void {
    const limit = 2000; // far beyond any room; a broken server must not exhaust memory
    if (audioCount > limit || videoCount > limit) this.#handlers.onMalformed();
    else media.offer(audioCount, videoCount);
  }

  #addCandidate(media: MediaConnection, { target, candidateInit }: TrickleRequest): void {
    if (target !== this.#target) return;
    try {
      const { candidate, sdpMid } = JSON.parse(candidateInit) as { candidate?: unknown; sdpMid?: unknown };
      if (typeof candidate === 'string' && candidate !== '') media.addCandidate(candidate, typeof sdpMid === 'string' ? sdpMid : '0');
    } catch {
      this.#handlers.onMalformed();
    }
  }

  get #target(): SignalTarget {
    return this.#options.protocol === 'v1' ? SignalTarget.PUBLISHER : SignalTarget.SUBSCRIBER;
  }

  #openMedia(iceServers: readonly ICEServer[]): MediaConnection {
    const { name, keyframeIntervalS, connectTimeoutMs } = this.#options;
    return new MediaConnection(
      { name, iceServers: iceServers.flatMap(relayAddresses), keyframeIntervalS, connectTimeoutMs },
      {
        ...this.#handlers,
        onDescription: (type, sdp, id) => void this.send({ case: type, value: new SessionDescription({ type, sdp, id }) }),
        onCandidate: (candidate, mid) => {
          const candidateInit = JSON.stringify({ candidate, sdpMid: mid, sdpMLineIndex: 0 });
          this.send({ case: 'trickle', value: new TrickleRequest({ target: this.#target, candidateInit }) });
        },
        onState: (state, reason) => this.#handlers.onMedia(state, reason),
      },
    );
  }
}

/**
 * The relays among the server's ICE servers, as node-datachannel takes them: `turn:user:credential@host:port?transport=udp`. Address discovery (`stun:`) is left out: the server learns our address
 * from our first packet, and LiveKit's default list would have every recorder look up names outside of one's own network.
 */
function relayAddresses({ urls, username, credential }: ICEServer): string[] {
  const login = username === '' ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(credential)}@`;
  return urls.filter((url) => /^turns?:/.test(url)).map((url) => url.replace(/^(turns?):/, `$1:${login}`));
}
