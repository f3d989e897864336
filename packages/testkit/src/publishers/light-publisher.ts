import { buildSenderReport, parseRtcp, unixUsToNtp } from '@tapedeck/rtp';
import { LoopSender } from '../media/index.ts';
import type { MediaLoop } from '../media/index.ts';
import { publisherToken, type PublisherAccess } from './access-token.ts';
import { startPacer } from './pacer.ts';
import { PublisherConnection, type OutgoingTrack } from './publisher-connection.ts';

const REPORT_INTERVAL_MS = 1000;
/** How many packets are kept to be sent again: two seconds of video and more. */
const KEPT_PACKETS = 512;

/** Where a packet goes on its way out: call `send` now, later, twice or not at all. */
export type PacketPath = (packet: Buffer, send: (packet: Buffer) => void) => void;

/** What one light publisher sends. */
export type LightPublisherOptions = PublisherAccess & {
  readonly url: string;
  readonly room: string;
  readonly identity: string;
  /** Default: the identity. */
  readonly name?: string;
  /** A loop of {@link loadVideoLoop}, any codec. */
  readonly video?: MediaLoop;
  /** A loop of {@link loadAudioLoop} (plain Opus) or {@link loadG711Loop}. */
  readonly audio?: MediaLoop;
  /** True: shares a screen with its sound in place of camera and microphone. */
  readonly isScreen?: boolean;
  /** Says that the media is encrypted end to end (it is not: nobody without a key could tell). Default false. */
  readonly isEncrypted?: boolean;
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
 * one core carries many; it has one layer and answers no keyframe request (the loop's own keyframes come). What the server misses is sent again, as browsers do.
 *
 * Resolves when the server has the connection; media time 0 is that moment.
 */
export async function startLightPublisher(options: LightPublisherOptions): Promise<LightPublisher> {
  const token = await publisherToken(options, options.room, options.identity, options.name ?? options.identity, false);
  const loops = [options.video, options.audio].filter((loop) => loop !== undefined);
  const connection = await PublisherConnection.open(options.url, token, loops, options);
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
  readonly #kept: (Buffer | undefined)[] = Array.from({ length: KEPT_PACKETS });

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
    this.#track.onFeedback((packet) => this.#sendAgain(packet));
    const stopReports = startPacer(this.#originMs, REPORT_INTERVAL_MS, () => this.#sendReport());
    return () => {
      stopFrames();
      stopReports();
    };
  }

  #sendFrame(frame: number): void {
    for (const packet of this.#sender.packets(frame)) {
      const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
      this.#kept[bytes.readUInt16BE(2) % KEPT_PACKETS] = bytes;
      this.#path(bytes, (sent) => this.#track.send(sent));
    }
    this.framesSent = frame + 1;
  }

  /** Answers a NACK (RFC 4585 §6.2.1) with the packets as they were. */
  #sendAgain(feedback: Buffer): void {
    for (const report of parseRtcp(feedback) ?? []) {
      if (report.type !== 'nack' || report.mediaSsrc !== this.#track.ssrc) continue;
      for (const sequenceNumber of report.sequenceNumbers) {
        const packet = this.#kept[sequenceNumber % KEPT_PACKETS];
        if (packet?.readUInt16BE(2) === sequenceNumber) this.#path(packet, (sent) => this.#track.send(sent));
      }
    }
  }

  #sendReport(): void {
    const elapsedMs = performance.now() - this.#originMs;
    const rtpTimestamp = this.#sender.timestampOf((elapsedMs / 1000) * this.#track.loop.framesPerSecond);
    const { ssrc, packetCount, octetCount } = this.#sender;
    const ntp = unixUsToNtp(this.#originUnixUs + elapsedMs * 1000);
    this.#track.send(Buffer.from(buildSenderReport({ ssrc, ...ntp, rtpTimestamp, packetCount, octetCount, reports: [] })));
  }
}
