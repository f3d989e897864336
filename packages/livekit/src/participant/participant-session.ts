import { LeaveRequest, SessionDescription, SignalTarget, TrickleRequest } from '@livekit/protocol';
import type { ICEServer, JoinResponse } from '@livekit/protocol';
import { JoinError } from '../errors.ts';
import { MediaConnection } from './media-connection.ts';
import type { MediaHandlers } from './media-connection.ts';
import { SignalConnection } from './signal-connection.ts';
import type { SignalRequestMessage, SignalResponseMessage } from './signal-connection.ts';

/** How one session reports; nothing is called after {@link ParticipantSession.close}. */
export interface SessionHandlers extends Omit<MediaHandlers, 'onAnswer' | 'onCandidate' | 'onState'> {
  /** Everything but join, offers, candidates and pongs. */
  readonly onMessage: (message: SignalResponseMessage) => void;
  readonly onMalformed: () => void;
  readonly onSignalLost: (reason: string) => void;
  readonly onMedia: (state: 'connected' | 'failed', reason: string) => void;
}

/** Where and as whom to join. */
export interface SessionAddress {
  readonly url: string;
  readonly token: string;
  /** Name of the media connection in native logs. */
  readonly name: string;
  readonly keyframeIntervalS: number;
  /** How long the server may take to let us in, ms. */
  readonly joinTimeoutMs: number;
}

const QUERY = { auto_subscribe: '0', protocol: '15', sdk: 'js', version: '2.0.0', subscriber_allow_pause: '0' } as const;

/**
 * One join: a signal connection and the media connection negotiated over it. Subscribes to nothing by itself.
 */
export class ParticipantSession {
  readonly join: JoinResponse;
  readonly #signal: SignalConnection;
  readonly #media: MediaConnection;
  #isClosed = false;

  private constructor(join: JoinResponse, signal: SignalConnection, media: MediaConnection) {
    this.join = join;
    this.#signal = signal;
    this.#media = media;
  }

  /** Joins. @throws {JoinError} LIVEKIT_JOIN_FAILED */
  static async open(address: SessionAddress, handlers: SessionHandlers): Promise<ParticipantSession> {
    let session: ParticipantSession | null = null;
    const joined = Promise.withResolvers<JoinResponse>();
    joined.promise.catch(() => {});
    const waiting: SignalResponseMessage[] = [];
    const signal = await SignalConnection.open(
      address.url,
      address.token,
      QUERY,
      {
        onMessage: (message) => {
          if (message.case === 'join') joined.resolve(message.value);
          else if (session !== null) session.#read(message, handlers);
          else if (message.case === 'leave')
            joined.reject(new JoinError(`${address.url} sent the recorder away (reason ${message.value.reason}).`, null));
          else waiting.push(message);
        },
        onMalformed: handlers.onMalformed,
        onClose: (reason) => {
          joined.reject(new JoinError(`${address.url} ended the connection while joining: ${reason}.`, null));
          if (session !== null && !session.#isClosed) handlers.onSignalLost(reason);
        },
      },
      address.joinTimeoutMs,
    );
    const timer = setTimeout(() => joined.reject(new JoinError(`${address.url} did not answer the join.`, null)), address.joinTimeoutMs);
    try {
      const join = await joined.promise;
      signal.keepAlive(join.pingInterval || 5, join.pingTimeout || 15);
      const media = openMedia(address, join.iceServers, signal, handlers);
      session = new ParticipantSession(join, signal, media);
      for (const message of waiting) session.#read(message, handlers);
      return session;
    } catch (error) {
      signal.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  get media(): MediaConnection {
    return this.#media;
  }

  /** Sends one request; false when the signal connection is gone. */
  send(message: SignalRequestMessage): boolean {
    return this.#signal.send(message);
  }

  /** Leaves and closes both connections. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.send({ case: 'leave', value: new LeaveRequest({}) });
    this.#signal.close();
    this.#media.close();
  }

  #read(message: SignalResponseMessage, handlers: SessionHandlers): void {
    if (this.#isClosed) return;
    if (message.case === 'offer') this.#media.offer(message.value.sdp, message.value.id);
    else if (message.case === 'trickle') this.#addCandidate(message.value, handlers);
    else if (message.case !== 'pong' && message.case !== 'pongResp') handlers.onMessage(message);
  }

  #addCandidate({ target, candidateInit }: TrickleRequest, handlers: SessionHandlers): void {
    if (target !== SignalTarget.SUBSCRIBER) return;
    try {
      const { candidate, sdpMid } = JSON.parse(candidateInit) as { candidate?: unknown; sdpMid?: unknown };
      if (typeof candidate === 'string' && candidate !== '') this.#media.addCandidate(candidate, typeof sdpMid === 'string' ? sdpMid : '0');
    } catch {
      handlers.onMalformed();
    }
  }
}

function openMedia(
  address: SessionAddress,
  iceServers: readonly ICEServer[],
  signal: SignalConnection,
  handlers: SessionHandlers,
): MediaConnection {
  return new MediaConnection(address.name, iceServers.flatMap(iceAddresses), address.keyframeIntervalS, {
    ...handlers,
    onAnswer: (sdp, id) => signal.send({ case: 'answer', value: new SessionDescription({ type: 'answer', sdp, id }) }),
    onCandidate: (candidate, mid) => {
      const candidateInit = JSON.stringify({ candidate, sdpMid: mid, sdpMLineIndex: 0 });
      signal.send({ case: 'trickle', value: new TrickleRequest({ target: SignalTarget.SUBSCRIBER, candidateInit }) });
    },
    onState: handlers.onMedia,
  });
}

/** `turn:host:port?transport=udp` with credentials inside, as node-datachannel takes it. */
function iceAddresses({ urls, username, credential }: ICEServer): string[] {
  const login = username === '' ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(credential)}@`;
  return urls.map((url) => url.replace(/^(stuns?|turns?):/, `$1:${login}`));
}
