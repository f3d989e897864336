import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SessionDescription, SignalRequest, SignalResponse } from '@livekit/protocol';
import { WebSocket, WebSocketServer } from 'ws';

/** A relay in front of a server for signalling and media, which loses media packets on their way to the participant. */
export interface LossyRelay {
  readonly url: string;
  readonly counters: { readonly relayed: number; readonly dropped: number };
  close(): void;
}

/**
 * Starts one for a server on 127.0.0.1. Candidates are rewritten so that no other path is left.
 *
 * @param shouldDrop Asked for every RTP packet (still encrypted, header readable); RTCP, DTLS and STUN always pass.
 */
export async function startLossyRelay(
  server: { readonly port: number; readonly rtcUdpPort: number },
  shouldDrop: (packet: Buffer) => boolean,
): Promise<LossyRelay> {
  const media = await startMediaRelay(server.rtcUdpPort, shouldDrop);
  const signalling = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(signalling, 'listening');
  signalling.on('connection', (down, request) => relaySignalling(down, request, server.port, media.port));
  const close = (): void => {
    media.close();
    for (const client of signalling.clients) client.terminate();
    signalling.close();
  };
  const url = `ws://127.0.0.1:${(signalling.address() as AddressInfo).port}`;
  return { url, counters: media.counters, close };
}

interface MediaRelay {
  readonly port: number;
  readonly counters: { relayed: number; dropped: number };
  close(): void;
}

async function startMediaRelay(target: number, shouldDrop: (packet: Buffer) => boolean): Promise<MediaRelay> {
  const counters = { relayed: 0, dropped: 0 };
  const front = createSocket('udp4');
  const backs = new Map<number, Socket>();
  front.bind(0, '127.0.0.1');
  await once(front, 'listening');
  const open = (clientPort: number): Socket => {
    const back = createSocket('udp4').bind(0, '127.0.0.1');
    backs.set(clientPort, back);
    return back.on('message', (packet) => {
      const isMedia = packet[0]! >= 128 && packet[0]! <= 191 && (packet[1]! < 192 || packet[1]! > 223);
      if (isMedia && shouldDrop(packet)) counters.dropped++;
      else {
        counters.relayed++;
        front.send(packet, clientPort, '127.0.0.1');
      }
    });
  };
  front.on('message', (packet, { port }) => void (backs.get(port) ?? open(port)).send(packet, target, '127.0.0.1'));
  const close = (): void => [front, ...backs.values()].forEach((socket) => socket.close());
  return { port: front.address().port, counters, close };
}

function relaySignalling(down: WebSocket, request: IncomingMessage, port: number, mediaPort: number): void {
  const headers = { authorization: request.headers.authorization ?? '' };
  const up = new WebSocket(`ws://127.0.0.1:${port}${request.url ?? ''}`, { headers });
  const waiting: Buffer[] = [];
  const toServer = (data: Buffer): void => {
    const { message } = SignalRequest.fromBinary(data);
    if (message.case === 'trickle') return; // the server must not find a direct way
    if (message.case === 'offer') message.value = withCandidates(message.value, () => null);
    up.send(new SignalRequest({ message }).toBinary());
  };
  down.on('message', (data: Buffer) => (up.readyState === WebSocket.OPEN ? toServer(data) : waiting.push(data)));
  up.on('open', () => waiting.splice(0).forEach(toServer));
  up.on('message', (data: Buffer) => {
    const { message } = SignalResponse.fromBinary(data);
    const through = (candidate: string): string | null =>
      / 1 udp \d+ 127\.0\.0\.1 /.test(candidate) ? candidate.replace(/ 127\.0\.0\.1 \d+ /, ` 127.0.0.1 ${mediaPort} `) : null;
    if (message.case === 'answer') message.value = withCandidates(message.value, through);
    if (message.case === 'trickle') {
      const init = JSON.parse(message.value.candidateInit) as { candidate: string };
      const candidate = through(init.candidate);
      if (candidate === null) return;
      message.value.candidateInit = JSON.stringify({ ...init, candidate });
    }
    down.send(new SignalResponse({ message }).toBinary());
  });
  for (const [one, other] of [
    [down, up],
    [up, down],
  ] as const) {
    one.on('close', () => other.close());
    one.on('error', () => other.terminate());
  }
}

function withCandidates(description: SessionDescription, change: (line: string) => string | null): SessionDescription {
  const lines = description.sdp.split('\r\n').map((line) => (line.startsWith('a=candidate:') ? change(line) : line));
  return new SessionDescription({ ...description, sdp: lines.filter((line) => line !== null).join('\r\n') });
}
