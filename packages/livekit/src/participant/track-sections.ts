import type { Track } from 'node-datachannel';
import { monotonicUs } from '../monotonic-clock.ts';
import type { DescribedTrack } from './sdp-tracks.ts';
import { TrackReceiver } from './track-receiver.ts';
import type { PacketSink } from './types.ts';

/** How received tracks report. */
export interface TrackHandlers {
  /** A track begins (or begins anew, with another SSRC). Null: its packets are dropped. */
  readonly openTrack: (track: DescribedTrack) => PacketSink | null;
  /** The server no longer sends it in that section. */
  readonly closeTrack: (receiver: TrackReceiver) => void;
  readonly onKeyframeRequested: (trackSid: string) => void;
  readonly onPacketsLost: (trackSid: string, count: number) => void;
}

// The binding frees a native object only when its closing has been told to a listener, and must not be collected before: until then it is held here.
const held = new Set<object>();

/** Keeps a native object until the returned function is called. */
export function hold(native: object): () => void {
  held.add(native);
  return () => void held.delete(native);
}

interface Section {
  native: Track | null;
  receiver: TrackReceiver | null;
}

const REPORT_INTERVAL_MS = 1000;
const REPAIR_INTERVAL_MS = 20;

/**
 * The media sections of one connection: which track each carries now, and its receiver. The server reuses a section for another track; that one gets a new receiver.
 * Sends reports once a second and repairs every 20 ms while packets are missing.
 */
export class TrackSections {
  readonly #handlers: TrackHandlers;
  readonly #keyframeIntervalS: number;
  readonly #sections = new Map<string, Section>();
  readonly #reportTimer = setInterval(() => this.#report(), REPORT_INTERVAL_MS);
  #repairTimer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(keyframeIntervalS: number, handlers: TrackHandlers) {
    this.#handlers = handlers;
    this.#keyframeIntervalS = keyframeIntervalS;
  }

  /** Receivers of the tracks that are open now. */
  *receivers(): Generator<TrackReceiver> {
    for (const { receiver } of this.#sections.values()) if (receiver !== null) yield receiver;
  }

  /** Connects a native track; its datagrams go to whatever receiver its section has. */
  bind(native: Track): void {
    const section = this.#section(native.mid());
    section.native = native;
    const release = hold(native);
    native.onClosed(() => {
      native.close(); // frees the message callback, which would keep the process alive
      release();
    });
    native.onMessage((message) => {
      const { receiver } = section;
      if (receiver === null) return;
      receiver.receive(message, monotonicUs());
      if (receiver.hasMissing && this.#repairTimer === null) this.#startRepair();
    });
  }

  /** Makes the open tracks those of a new description. */
  describe(tracks: readonly DescribedTrack[]): void {
    const described = new Map(tracks.map((track) => [track.mid, track]));
    for (const [mid, section] of this.#sections) {
      const before = section.receiver;
      const track = described.get(mid);
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

  /** Stops timers and drops what still arrives. Idempotent. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#reportTimer);
    clearInterval(this.#repairTimer ?? undefined);
    for (const section of this.#sections.values()) section.receiver = null;
  }

  #makeReceiver(track: DescribedTrack, sink: PacketSink, section: Section): TrackReceiver {
    const handlers = {
      sendRtcp: (bytes: Uint8Array) => this.#sendRtcp(section, bytes),
      onKeyframeRequested: () => this.#handlers.onKeyframeRequested(track.trackSid),
      onPacketsLost: (count: number) => this.#handlers.onPacketsLost(track.trackSid, count),
    };
    return new TrackReceiver(track, sink, handlers, this.#keyframeIntervalS);
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

  #startRepair(): void {
    if (!this.#isClosed) this.#repairTimer = setInterval(() => this.#repair(), REPAIR_INTERVAL_MS);
  }

  #repair(): void {
    let isDone = true;
    for (const { receiver } of this.#sections.values()) {
      if (receiver === null || !receiver.hasMissing) continue;
      receiver.repair(monotonicUs());
      isDone = false;
    }
    if (!isDone) return;
    clearInterval(this.#repairTimer ?? undefined);
    this.#repairTimer = null;
  }
}
