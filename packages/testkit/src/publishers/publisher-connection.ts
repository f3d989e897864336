import {
  AddTrackRequest,
  DisconnectReason,
  Encryption_Type,
  LeaveRequest,
  SessionDescription,
  SignalRequest,
  SignalResponse,
  SignalTarget,
  TrackSource,
  TrackType,
  TrickleRequest,
} from '@livekit/protocol';
import nodeDataChannel from 'node-datachannel';
import type { Audio, PeerConnection, Track, Video } from 'node-datachannel';
import type { AudioCodec, VideoCodec } from '@tapedeck/rtp';
import type { MediaLoop } from '../media/index.ts';

const PAYLOAD_TYPES = { vp8: 96, vp9: 98, av1: 45, h264: 102, h265: 104, opus: 111, pcmu: 0, pcma: 8 } as const;
const STREAM = 'tapedeck';

/** What tracks are said to be. */
export interface PublishedAs {
  readonly isScreen?: boolean;
  readonly isEncrypted?: boolean;
}

/** One published track: packets go out with this SSRC and payload type. */
export interface OutgoingTrack {
  readonly loop: MediaLoop;
  readonly ssrc: number;
  readonly payloadType: number;
  /** Hands a packet (RTP or RTCP) to the transport; one that cannot go is dropped. */
  send(packet: Buffer): void;
  /** Calls back with every RTCP packet that comes for the track. Replaces an earlier listener. */
  onFeedback(listener: (packet: Buffer) => void): void;
}

// The binding frees a native object only after its closing; until then it must not be collected.
const heldNatives = new Set<object>();

/**
 * The publishing half of a LiveKit participant (signal protocol v0): one WebSocket, one WebRTC connection, single-layer tracks told apart by SSRC.
 */
export class PublisherConnection {
  readonly tracks: OutgoingTrack[] = [];
  readonly #socket: WebSocket;
  readonly #peer: PeerConnection;
  #ping: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #connected = Promise.withResolvers<void>();
  /** What must not happen before the answer is in place, see {@link PublisherConnection.#answer}. Null: it is. */
  #afterAnswer: (() => void)[] | null = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#peer = new nodeDataChannel.PeerConnection('publisher', {
      iceServers: [],
      disableAutoNegotiation: true,
      forceMediaTransport: true,
    });
    heldNatives.add(this.#peer);
    this.#peer.onLocalDescription((sdp, type) => this.#send({ case: 'offer', value: new SessionDescription({ type, sdp }) }));
    this.#peer.onLocalCandidate((line, sdpMid) => {
      const candidateInit = JSON.stringify({ candidate: line.replace(/^a=/, ''), sdpMid, sdpMLineIndex: 0 });
      this.#onceAnswered(() =>
        this.#send({ case: 'trickle', value: new TrickleRequest({ target: SignalTarget.PUBLISHER, candidateInit }) }),
      );
    });
    this.#peer.onStateChange((state) => {
      if (state === 'closed') heldNatives.delete(this.#peer);
      if (state === 'connected') this.#connected.resolve();
      if (state === 'failed') this.#connected.reject(new Error('The publisher connection failed.'));
    });
  }

  /** Resolves when media may be sent. @throws {Error} if the server refuses or ends the connection first. */
  static async open(url: string, token: string, loops: readonly MediaLoop[], how: PublishedAs = {}): Promise<PublisherConnection> {
    const query = new URLSearchParams({ access_token: token, auto_subscribe: '0', sdk: 'js', version: '2.0.0', protocol: '15' });
    const socket = new WebSocket(`${url.replace(/\/$/, '')}/rtc?${query}`);
    socket.binaryType = 'arraybuffer';
    const connection = new PublisherConnection(socket);
    try {
      await connection.#publish(loops, how);
    } catch (error) {
      await connection.close();
      throw error;
    }
    return connection;
  }

  /** Leaves the room. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#ping);
    if (this.#socket.readyState === WebSocket.OPEN) {
      const closed = new Promise((resolve) => this.#socket.addEventListener('close', resolve, { once: true }));
      this.#write({ case: 'leave', value: new LeaveRequest({ reason: DisconnectReason.CLIENT_INITIATED }) });
      this.#socket.close();
      await closed;
    }
    this.#peer.close();
  }

  async #publish(loops: readonly MediaLoop[], how: PublishedAs): Promise<void> {
    const granted = loops.map((loop, index) => ({ loop, cid: `${loop.kind}-${index}`, wait: Promise.withResolvers<void>() }));
    this.#socket.addEventListener('close', (event) =>
      this.#connected.reject(new Error(`The server closed the signal connection (${event.code}).`)),
    );
    this.#socket.addEventListener('message', ({ data }) => {
      const { message } = SignalResponse.fromBinary(new Uint8Array(data as ArrayBuffer));
      if (message.case === 'join') {
        this.#ping = setInterval(() => this.#send({ case: 'ping', value: BigInt(Date.now()) }), (message.value.pingInterval || 5) * 1000);
        for (const { loop, cid } of granted) this.#send({ case: 'addTrack', value: addTrack(loop, cid, how) });
      } else if (message.case === 'trackPublished') {
        granted.find(({ cid }) => cid === message.value.cid)?.wait.resolve();
      } else if (message.case === 'answer') {
        this.#answer(message.value.sdp);
      } else if (message.case === 'trickle' && message.value.target === SignalTarget.PUBLISHER) {
        const { candidate, sdpMid } = JSON.parse(message.value.candidateInit) as { candidate?: string; sdpMid?: string };
        if (candidate) this.#onceAnswered(() => this.#peer.addRemoteCandidate(candidate, sdpMid ?? '0'));
      }
    });
    await Promise.race([Promise.all(granted.map(({ wait }) => wait.promise)), this.#connected.promise]);
    for (const { loop, cid } of granted) this.tracks.push(this.#addNative(loop, cid));
    this.#peer.setLocalDescription('offer');
    await this.#connected.promise;
  }

  /** ICE may begin only when the whole answer is in place: a handshake that is faster finds no fingerprint to check and is refused. */
  #answer(sdp: string): void {
    const candidates = [...sdp.matchAll(/^a=(candidate:.*?)\r?$/gm)].map((match) => match[1] ?? '');
    this.#peer.setRemoteDescription(sdp.replace(/^a=(?:candidate:.*|end-of-candidates)\r?\n/gm, ''), 'answer');
    for (const candidate of candidates) this.#peer.addRemoteCandidate(candidate, '0'); // all sections share one transport
    const waiting = this.#afterAnswer ?? [];
    this.#afterAnswer = null;
    for (const run of waiting) run();
  }

  #onceAnswered(run: () => void): void {
    if (this.#afterAnswer === null) run();
    else this.#afterAnswer.push(run);
  }

  #addNative(loop: MediaLoop, cid: string): OutgoingTrack {
    const ssrc = 1 + Math.floor(Math.random() * 0x7fff_fffe);
    const { native, payloadType } = this.#describe(loop, cid, ssrc);
    heldNatives.add(native);
    native.onClosed(() => heldNatives.delete(native));
    native.onMessage(() => undefined); // until somebody listens; without a listener the binding keeps what comes
    const send = (packet: Buffer): void => {
      if (!this.#isClosed && native.isOpen()) native.sendMessageBinary(packet);
    };
    return { loop, ssrc, payloadType, send, onFeedback: (listener) => native.onMessage(listener) };
  }

  #describe({ codec }: MediaLoop, cid: string, ssrc: number): { native: Track; payloadType: number } {
    const payloadType = PAYLOAD_TYPES[codec];
    const section = codec === 'opus' || codec === 'pcmu' || codec === 'pcma' ? audioSection(codec, cid) : videoSection(codec, cid);
    section.addSSRC(ssrc, STREAM, STREAM, cid);
    return { native: this.#peer.addTrack(section), payloadType };
  }

  #send(message: SignalRequest['message']): void {
    if (!this.#isClosed) this.#write(message);
  }

  #write(message: SignalRequest['message']): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(Uint8Array.from(new SignalRequest({ message }).toBinary()));
  }
}

function audioSection(codec: AudioCodec, cid: string): Audio {
  const audio = new nodeDataChannel.Audio(cid, 'SendOnly');
  const payloadType = PAYLOAD_TYPES[codec];
  // The binding names every codec with 48 kHz and two channels, unless there is a name already.
  if (codec !== 'opus') audio.parseSdpLine(`a=rtpmap:${payloadType} ${codec.toUpperCase()}/8000`);
  audio.addAudioCodec(payloadType, codec === 'opus' ? codec : codec.toUpperCase());
  return audio;
}

function videoSection(codec: VideoCodec, cid: string): Video {
  const video = new nodeDataChannel.Video(cid, 'SendOnly');
  if (codec === 'h264') video.addH264Codec(PAYLOAD_TYPES.h264);
  else video.addVideoCodec(PAYLOAD_TYPES[codec], codec.toUpperCase());
  return video;
}

function addTrack(loop: MediaLoop, cid: string, { isScreen = false, isEncrypted = false }: PublishedAs): AddTrackRequest {
  const isVideo = loop.kind === 'video';
  const person = isVideo ? TrackSource.CAMERA : TrackSource.MICROPHONE;
  const screen = isVideo ? TrackSource.SCREEN_SHARE : TrackSource.SCREEN_SHARE_AUDIO;
  return new AddTrackRequest({
    cid,
    name: loop.kind,
    type: isVideo ? TrackType.VIDEO : TrackType.AUDIO,
    source: isScreen ? screen : person,
    disableRed: true,
    encryption: isEncrypted ? Encryption_Type.GCM : Encryption_Type.NONE,
  });
}
