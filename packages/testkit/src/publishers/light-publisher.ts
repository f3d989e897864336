import { buildSenderReport, unixUsToNtp } from '@tapedeck/rtp';
import { LoopSender } from '../media/index.ts';
import type { MediaLoop } from '../media/index.ts';
import { publisherToken, type PublisherAccess } from './access-token.ts';
import { startPacer } from './pacer.ts';
import { PublisherConnection, type OutgoingTrack } from './publisher-connection.ts';

const REPORT_INTERVAL_MS = 1000;

/** Where a packet goes on its way out: call `send` now, later, twice or not at all. */
export type PacketPath = (packet: Buffer, send: (packet: Buffer) => void) => void;

/** What one light publisher sends. */
export type LightPublisherOptions = PublisherAccess & {
  readonly url: string;
  readonly room: string;
  readonly identity: string;
  /** Default: the identity. */
  readonly name?: string;
  /** A loop of {@link loadVideoLoop}: VP8 or H.264. */
  readonly video?: MediaLoop;
  /** A loop of {@link loadAudioLoop}: plain Opus. */
  readonly audio?: MediaLoop;
  /** Weather between publisher and server; default: every packet at once. Sender reports pass untouched. */
  readonly path?: PacketPath;
};

/** A participant that replays encoded media. */
export interface LightPublisher {
  readonly identity: string;
  /** Video frames sent so far. */
  readonly framesPublished: number;
  readonly packetsSent: number;
  /** Leaves the room. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Joins a room and replays pre-encoded loops over a connection of its own (node-datachannel), with sender reports each second. It costs no encoder, so that
 * one core carries many; it has one layer, answers no keyframe request (the loop's own keyframes come) and sends nothing again.
 *
 * Resolves when the server has the connection; media time 0 is that moment.
 */
export async function startLightPublisher(options: LightPublisherOptions): Promise<LightPublisher> {
  const token = await publisherToken(options, options.room, options.identity, options.name ?? options.identity, false);
  const loops = [options.video, options.audio].filter((loop) => loop !== undefined);
  const connection = await PublisherConnection.open(options.url, token, loops);
  const originMs = performance.now();
  const senders = connection.tracks.map((track) => new LoopTrack(track, originMs, options.path ?? ((packet, send) => send(packet))));
  const stops = senders.map((sender) => sender.start());
  let isStopped = false;
  return {
    identity: options.identity,
    get framesPublished() {
      return senders.find(({ kind }) => kind === 'video')?.framesSent ?? 0;
    },
    get packetsSent() {
      return senders.reduce((sum, { packetsSent }) => sum + packetsSent, 0);
    },
    async stop() {
      if (isStopped) return;
      isStopped = true;
      for (const stop of stops) stop();
      await connection.close();
    },
  };
}

/** Plays one loop into one native track. */
class LoopTrack {
  readonly kind: 'audio' | 'video';
  framesSent = 0;
  readonly #sender: LoopSender;
  readonly #track: OutgoingTrack;
  readonly #originMs: number;
  readonly #originUnixUs: number;
  readonly #path: PacketPath;

  constructor(track: OutgoingTrack, originMs: number, path: PacketPath) {
    const random = (below: number): number => Math.floor(Math.random() * below);
    const { ssrc, payloadType } = track;
    this.kind = track.loop.kind;
    this.#track = track;
    this.#originMs = originMs;
    this.#originUnixUs = Math.round((performance.timeOrigin + originMs) * 1000);
    this.#path = path;
    this.#sender = new LoopSender(track.loop, { ssrc, payloadType, sequenceNumber: random(0x1_0000), timestamp: random(0x1_0000_0000) });
  }

  get packetsSent(): number {
    return this.#sender.packetCount;
  }

  /** Returns the stop function. */
  start(): () => void {
    const { framesPerSecond } = this.#track.loop;
    const stopFrames = startPacer(this.#originMs, 1000 / framesPerSecond, (frame) => this.#sendFrame(frame));
    const stopReports = startPacer(this.#originMs, REPORT_INTERVAL_MS, () => this.#sendReport());
    return () => {
      stopFrames();
      stopReports();
    };
  }

  #sendFrame(frame: number): void {
    for (const packet of this.#sender.packets(frame))
      this.#path(Buffer.from(packet.buffer, packet.byteOffset, packet.length), (bytes) => this.#track.send(bytes));
    this.framesSent = frame + 1;
  }

  #sendReport(): void {
    const elapsedMs = performance.now() - this.#originMs;
    const rtpTimestamp = this.#sender.timestampOf((elapsedMs / 1000) * this.#track.loop.framesPerSecond);
    const { ssrc, packetCount, octetCount } = this.#sender;
    const ntp = unixUsToNtp(this.#originUnixUs + elapsedMs * 1000);
    this.#track.send(Buffer.from(buildSenderReport({ ssrc, ...ntp, rtpTimestamp, packetCount, octetCount, reports: [] })));
  }
}
