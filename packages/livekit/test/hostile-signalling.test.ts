import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  JoinResponse,
  LeaveRequest,
  MediaSectionsRequirement,
  ParticipantInfo,
  ParticipantUpdate,
  Room,
  SessionDescription,
  SignalResponse,
  SignalTarget,
  SpeakersChanged,
  SpeakerInfo,
  TrackInfo,
  TrickleRequest,
} from '@livekit/protocol';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { expect, test } from 'vitest';
import { joinAsRecorder } from '@tapedeck/livekit';
import { pair } from './room-fixture.ts';

const MESSAGES = 100_000;
const encode = (message: SignalResponse['message']): Uint8Array => new SignalResponse({ message }).toBinary();
const person = new ParticipantInfo({ sid: 'PA_x', identity: 'x', tracks: [new TrackInfo({ sid: 'TR_x' })] });
const section = `m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendonly\r\na=rtpmap:111 opus/48000/2\r\na=ssrc:77 cname:x\r\na=msid:PA_x|TR_x TR_x\r\na=setup:active\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=rtcp-mux\r\n`;
const sdp = `v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}\r\na=group:BUNDLE 0\r\n${section}`;
const join = encode({
  case: 'join',
  value: new JoinResponse({
    participant: new ParticipantInfo({ sid: 'PA_me' }),
    room: new Room({ name: 'room' }),
    otherParticipants: [person],
  }),
});
const samples = [
  encode({ case: 'update', value: new ParticipantUpdate({ participants: [person] }) }),
  encode({ case: 'answer', value: new SessionDescription({ type: 'answer', sdp, id: 1 }) }),
  encode({ case: 'offer', value: new SessionDescription({ type: 'offer', sdp, id: 3 }) }),
  encode({
    case: 'trickle',
    value: new TrickleRequest({
      target: SignalTarget.PUBLISHER,
      candidateInit: '{"candidate":"candidate:1 1 udp 1 127.0.0.1 9 typ host","sdpMid":"0"}',
    }),
  }),
  encode({ case: 'speakersChanged', value: new SpeakersChanged({ speakers: [new SpeakerInfo({ sid: 'PA_x', active: true, level: 1 })] }) }),
  encode({ case: 'mediaSectionsRequirement', value: new MediaSectionsRequirement({ numAudios: 1, numVideos: 1 }) }),
  encode({ case: 'leave', value: new LeaveRequest({}) }),
  new Uint8Array(30),
];

let seed = 7;
const random = (below: number): number => ((seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) >>> 8) % below;

function fuzzed(): Buffer {
  // Well-formed section requests and leaves are rare: the first only grow the connection, the second end it.
  const sample = samples[random(50) === 0 ? random(samples.length) : random(5)]!;
  const bytes = Buffer.from(sample.subarray(0, random(5) === 0 ? random(sample.length) : sample.length));
  for (let flips = 1 + random(5); flips > 0 && bytes.length > 0; flips--) bytes[random(bytes.length)] = random(256);
  return bytes;
}

test('survives 100,000 malformed signalling messages', async () => {
  let sent = 0;
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const talk = (socket: WebSocket): void => {
    for (let count = 0; count < 500 && sent < MESSAGES; count++, sent++) socket.send(fuzzed());
    // The next ones when these have been taken: also a closed socket calls back.
    socket.ping('', undefined, () =>
      setImmediate(() => (sent < MESSAGES && socket.readyState === socket.OPEN ? talk(socket) : socket.close())),
    );
  };
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.send(join);
    talk(socket);
  });
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let malformed = 0;
  let participants = 0;
  while (sent < MESSAGES) {
    const ended = Promise.withResolvers<void>();
    const participant = await joinAsRecorder({
      ...{ url, auth: { ...pair, room: 'room', identity: 'recorder' }, reconnectS: 0, openTrack: () => () => {} },
      onEvent: ({ type }) => (type === 'ended' || type === 'disconnected') && ended.resolve(),
    });
    await ended.promise;
    participant.leave();
    malformed += participant.stats.malformedSignals;
    participants++;
  }
  expect(malformed).toBeGreaterThan(100);
  expect(participants).toBeGreaterThan(0);
  for (const socket of server.clients) socket.terminate();
  server.close();
}, 120_000);
