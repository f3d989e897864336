import nodeDataChannel from 'node-datachannel';
import type { PeerConnection } from 'node-datachannel';
import { offeredSection } from './offered-section.ts';
import { withoutCandidates } from './sdp-candidates.ts';
import { describedTracks } from './sdp-tracks.ts';
import { hold, TrackSections } from './track-sections.ts';
import type { TrackHandlers } from './track-sections.ts';

/** How a media connection talks back. */
export interface MediaHandlers extends TrackHandlers {
  /** Our offer, or our answer to the offer with this id. */
  readonly onDescription: (type: 'offer' | 'answer', sdp: string, id: number) => void;
  readonly onCandidate: (candidate: string, mid: string) => void;
  /** The connection carries media, or never will again. */
  readonly onState: (state: 'connected' | 'failed', reason: string) => void;
  /** It did not come up in time; `onState` follows with `failed`. */
  readonly onConnectTimeout: () => void;
}

/** What a media connection is made with. */
export interface MediaOptions {
  /** Shown in native logs. */
  readonly name: string;
  /** `turn:` addresses as node-datachannel takes them. */
  readonly iceServers: readonly string[];
  /** Longest time between keyframes, seconds. */
  readonly keyframeIntervalS: number;
  /** From the first remote description until the connection is up, ms; then it has failed. */
  readonly connectTimeoutMs: number;
}

/**
 * The receiving WebRTC connection. Either we offer (the current protocol: one connection, the server asks for more sections) or the server does (the older one);
 * in both cases one negotiation at a time, and each track's datagrams go to its receiver.
 */
export class MediaConnection {
  readonly tracks: TrackSections;
  readonly #handlers: MediaHandlers;
  readonly #connection: PeerConnection;
  readonly #release: () => void;
  readonly #offers: { readonly sdp: string; readonly id: number }[] = [];
  readonly #earlyCandidates: { readonly candidate: string; readonly mid: string }[] = [];
  /** Ours, kept until the server's description is in place: libdatachannel hands it to ICE before it knows the fingerprint, and refuses a DTLS handshake in between (unknown CA). */
  readonly #ownCandidates: { readonly candidate: string; readonly mid: string }[] = [];
  #outstanding: { readonly type: 'offer' | 'answer'; readonly id: number } | null = null;
  #isOfferWanted = false;
  #lastOfferId = 0;
  #sectionCount = 0;
  readonly #connectTimeoutMs: number;
  #connectTimer: NodeJS.Timeout | null = null;
  #hasRemoteDescription = false;
  #isClosed = false;

  constructor({ name, iceServers, keyframeIntervalS, connectTimeoutMs }: MediaOptions, handlers: MediaHandlers) {
    this.#handlers = handlers;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.tracks = new TrackSections(keyframeIntervalS, handlers);
    // forceMediaTransport: a first offer without media would make the DTLS transport without SRTP, and no packet would ever arrive.
    const config = { iceServers: [...iceServers], disableAutoNegotiation: true, forceMediaTransport: true };
    this.#connection = new nodeDataChannel.PeerConnection(name, config);
    this.#release = hold(this.#connection);
    this.#connection.onLocalDescription((sdp) => this.#described(sdp));
    this.#connection.onLocalCandidate((line, mid) => this.#offerCandidate(line.replace(/^a=/, ''), mid));
    this.#connection.onStateChange((state) => this.#changeState(state));
    this.#connection.onTrack((track) => this.tracks.bind(track));
  }

  /** Offers to receive that many tracks more (0 and 0: offers again, so that the server can say what changed). */
  offer(audioCount: number, videoCount: number): void {
    const kinds = [...Array<'audio'>(audioCount).fill('audio'), ...Array<'video'>(videoCount).fill('video')];
    for (const kind of kinds) this.tracks.bind(this.#connection.addTrack(offeredSection(kind, String(this.#sectionCount++))));
    this.#isOfferWanted = true;
    this.#negotiateNext();
  }

  /** Sends an offer that may have been lost with a signal connection once more. */
  offerAgain(): void {
    const description = this.#outstanding?.type === 'offer' ? this.#connection.localDescription() : null;
    if (description === null) return;
    this.#outstanding = { type: 'offer', id: ++this.#lastOfferId };
    this.#handlers.onDescription('offer', description.sdp, this.#lastOfferId);
  }

  /** The server's answer; one to another than the last offer is passed over (id 0: the server does not count). */
  readAnswer(sdp: string, id: number): void {
    if (this.#isClosed || this.#outstanding?.type !== 'offer' || (id !== 0 && id !== this.#outstanding.id)) return;
    this.#outstanding = null;
    this.#applyRemote(sdp, 'answer');
    this.#negotiateNext();
  }

  /** Queues an offer of the server; the answer comes through `onDescription`. */
  readOffer(sdp: string, id: number): void {
    this.#offers.push({ sdp, id });
    this.#negotiateNext();
  }

  /** Adds a remote candidate; one that comes before the first description waits for it. */
  addCandidate(candidate: string, mid: string): void {
    if (this.#isClosed) return;
    if (!this.#hasRemoteDescription) {
      this.#earlyCandidates.push({ candidate, mid });
      return;
    }
    try {
      this.#connection.addRemoteCandidate(candidate, mid);
    } catch {
      // An address family or protocol that this machine lacks: the other candidates decide.
    }
  }

  /** Ends the connection; no handler is called afterwards. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#connectTimer ?? undefined);
    this.tracks.close();
    this.#connection.close();
  }

  #negotiateNext(): void {
    if (this.#isClosed || this.#outstanding !== null) return;
    const next = this.#offers.shift();
    if (next !== undefined) {
      this.#outstanding = { type: 'answer', id: next.id };
      if (this.#applyRemote(next.sdp, 'offer')) this.#connection.setLocalDescription('answer');
    } else if (this.#isOfferWanted) {
      this.#isOfferWanted = false;
      this.#outstanding = { type: 'offer', id: ++this.#lastOfferId };
      this.#connection.setLocalDescription('offer');
    }
  }

  #applyRemote(sdp: string, type: 'offer' | 'answer'): boolean {
    try {
      const { description, candidates } = withoutCandidates(sdp);
      this.#connection.setRemoteDescription(description, type);
      if (!this.#hasRemoteDescription) this.#connectTimer = setTimeout(() => this.#giveUp(), this.#connectTimeoutMs);
      this.#hasRemoteDescription = true;
      this.tracks.describe(describedTracks(sdp));
      for (const { candidate, mid } of this.#ownCandidates.splice(0)) this.#handlers.onCandidate(candidate, mid);
      for (const { candidate, mid } of [...candidates, ...this.#earlyCandidates.splice(0)]) this.addCandidate(candidate, mid);
      return true;
    } catch (error) {
      this.#handlers.onState('failed', `${type} not understood: ${(error as Error).message}`);
      return false;
    }
  }

  #offerCandidate(candidate: string, mid: string): void {
    if (this.#isClosed) return;
    if (this.#hasRemoteDescription) this.#handlers.onCandidate(candidate, mid);
    else this.#ownCandidates.push({ candidate, mid });
  }

  #described(sdp: string): void {
    if (this.#isClosed || this.#outstanding === null) return;
    const { type, id } = this.#outstanding;
    if (type === 'answer') this.#outstanding = null;
    this.#handlers.onDescription(type, sdp, id);
    this.#negotiateNext();
  }

  #changeState(state: string): void {
    if (state === 'closed') this.#release();
    if (this.#isClosed) return;
    if (state === 'connected' || state === 'failed' || state === 'closed') clearTimeout(this.#connectTimer ?? undefined);
    if (state === 'connected') this.#handlers.onState('connected', '');
    if (state === 'failed' || state === 'closed') this.#handlers.onState('failed', `media connection ${state}`);
  }

  #giveUp(): void {
    this.#handlers.onConnectTimeout();
    this.#handlers.onState('failed', `not connected ${this.#connectTimeoutMs} ms after the server's description`);
  }
}
