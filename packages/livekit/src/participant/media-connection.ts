import nodeDataChannel from 'node-datachannel';
import type { PeerConnection, Track } from 'node-datachannel';
import { monotonicUs } from '../monotonic-clock.ts';
import { parseOffer } from './sdp-offer.ts';
import type { OfferedTrack } from './sdp-offer.ts';
import { TrackReceiver } from './track-receiver.ts';
import type { PacketSink } from './types.ts';

/** How a media connection talks back. */
export interface MediaHandlers {
  /** `id` is the offer's. */
  readonly onAnswer: (sdp: string, id: number) => void;
  readonly onCandidate: (candidate: string, mid: string) => void;
  /** A track begins (or begins anew, with another SSRC). Null: its packets are dropped. */
  readonly openTrack: (track: OfferedTrack) => PacketSink | null;
  readonly closeTrack: (receiver: TrackReceiver) => void;
  readonly onKeyframeRequested: (trackSid: string) => void;
  readonly onPacketsLost: (trackSid: string, count: number) => void;
  /** The connection carries media, or never will again. */
  readonly onState: (state: 'connected' | 'failed', reason: string) => void;
}

// The binding frees a native object only when its closing has been told to a listener, and must not be collected before: until then it is held here.
const heldNatives = new Set<object>();

interface Section {
  native: Track | null;
  receiver: TrackReceiver | null;
}

const REPORT_INTERVAL_MS = 1000;
const REPAIR_INTERVAL_MS = 20;

/**
 * The receiving WebRTC connection: answers the server's offers one at a time and hands each track's datagrams to its receiver.
 * A section that the server reuses for another track gets a new receiver.
 */
export class MediaConnection {
  readonly #handlers: MediaHandlers;
  readonly #keyframeIntervalS: number;
  readonly #connection: PeerConnection;
  readonly #sections = new Map<string, Section>();
  readonly #offers: { readonly sdp: string; readonly id: number }[] = [];
  readonly #earlyCandidates: { readonly candidate: string; readonly mid: string }[] = [];
  #negotiating: number | null = null;
  #hasRemoteDescription = false;
  #isClosed = false;
  readonly #reportTimer: NodeJS.Timeout;
  readonly #repairTimer: NodeJS.Timeout;

  /** @param iceServers `stun:` and `turn:` addresses as node-datachannel takes them. */
  constructor(name: string, iceServers: readonly string[], keyframeIntervalS: number, handlers: MediaHandlers) {
    this.#handlers = handlers;
    this.#keyframeIntervalS = keyframeIntervalS;
    // forceMediaTransport: the first offer carries only a data channel, and without it the DTLS transport is made without SRTP.
    const config = { iceServers: [...iceServers], disableAutoNegotiation: true, forceMediaTransport: true };
    this.#connection = new nodeDataChannel.PeerConnection(name, config);
    heldNatives.add(this.#connection);
    this.#connection.onLocalDescription((sdp) => this.#answered(sdp));
    this.#connection.onLocalCandidate((line, mid) => this.#isClosed || handlers.onCandidate(line.replace(/^a=/, ''), mid));
    this.#connection.onStateChange((state) => this.#changeState(state));
    this.#connection.onTrack((track) => this.#bindNative(track));
    this.#reportTimer = setInterval(() => this.#report(), REPORT_INTERVAL_MS);
    this.#repairTimer = setInterval(() => this.#repair(), REPAIR_INTERVAL_MS);
  }

  /** Receivers of the tracks that are open now. */
  *receivers(): Generator<TrackReceiver> {
    for (const { receiver } of this.#sections.values()) if (receiver !== null) yield receiver;
  }

  /** Queues an offer; its answer comes through `onAnswer`. */
  offer(sdp: string, id: number): void {
    this.#offers.push({ sdp, id });
    this.#negotiateNext();
  }

  /** Adds a remote candidate; one that comes before the first offer waits for it. */
  addCandidate(candidate: string, mid: string): void {
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
    clearInterval(this.#reportTimer);
    clearInterval(this.#repairTimer);
    this.#sections.clear();
    this.#connection.close();
  }

  #negotiateNext(): void {
    const next = this.#negotiating === null ? this.#offers.shift() : undefined;
    if (next === undefined || this.#isClosed) return;
    this.#negotiating = next.id;
    try {
      const tracks = parseOffer(next.sdp);
      this.#connection.setRemoteDescription(next.sdp, 'offer');
      this.#hasRemoteDescription = true;
      this.#openTracks(tracks);
      this.#connection.setLocalDescription('answer');
      for (const { candidate, mid } of this.#earlyCandidates.splice(0)) this.addCandidate(candidate, mid);
    } catch (error) {
      this.#handlers.onState('failed', `offer not understood: ${(error as Error).message}`);
    }
  }

  #answered(sdp: string): void {
    if (this.#isClosed || this.#negotiating === null) return;
    const id = this.#negotiating;
    this.#negotiating = null;
    this.#handlers.onAnswer(sdp, id);
    this.#negotiateNext();
  }

  #openTracks(tracks: readonly OfferedTrack[]): void {
    const offered = new Map(tracks.map((track) => [track.mid, track]));
    for (const [mid, section] of this.#sections) {
      const track = offered.get(mid);
      const before = section.receiver;
      if (before === null || (track?.trackSid === before.track.trackSid && track.ssrc === before.track.ssrc)) continue;
      section.receiver = null;
      this.#handlers.closeTrack(before);
    }
    for (const track of tracks) {
      const section = this.#section(track.mid);
      if (section.receiver !== null) continue;
      const sink = this.#handlers.openTrack(track);
      if (sink === null) continue;
      section.receiver = this.#makeReceiver(track, sink, section);
      section.receiver.requestKeyframe(monotonicUs());
    }
  }

  #makeReceiver(track: OfferedTrack, sink: PacketSink, section: Section): TrackReceiver {
    const handlers = {
      sendRtcp: (bytes: Uint8Array) => this.#sendRtcp(section, bytes),
      onKeyframeRequested: () => this.#handlers.onKeyframeRequested(track.trackSid),
      onPacketsLost: (count: number) => this.#handlers.onPacketsLost(track.trackSid, count),
    };
    return new TrackReceiver(track, sink, handlers, this.#keyframeIntervalS);
  }

  #bindNative(native: Track): void {
    const section = this.#section(native.mid());
    section.native = native;
    heldNatives.add(native);
    native.onClosed(() => heldNatives.delete(native));
    native.onMessage((message) => section.receiver?.receive(message, monotonicUs()));
  }

  #section(mid: string): Section {
    let section = this.#sections.get(mid);
    if (section === undefined) this.#sections.set(mid, (section = { native: null, receiver: null }));
    return section;
  }

  #sendRtcp(section: Section, bytes: Uint8Array): boolean {
    if (this.#isClosed || section.native === null || !section.native.isOpen()) return false;
    try {
      return section.native.sendMessageBinary(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    } catch {
      return false; // closed between the check and the call, on the native thread
    }
  }

  #report(): void {
    const nowUs = monotonicUs();
    for (const receiver of this.receivers()) receiver.report(nowUs);
  }

  #repair(): void {
    for (const { receiver } of this.#sections.values()) if (receiver !== null && receiver.hasMissing) receiver.repair(monotonicUs());
  }

  #changeState(state: string): void {
    if (state === 'closed') heldNatives.delete(this.#connection);
    if (this.#isClosed) return;
    if (state === 'connected') this.#handlers.onState('connected', '');
    if (state === 'failed' || state === 'closed') this.#handlers.onState('failed', `media connection ${state}`);
  }
}
