import nodeDataChannel from 'node-datachannel';
import { expect, test } from 'vitest';
import { offeredSection } from './offered-section.ts';

test('offers every codec a log can hold, with RTX for video', async () => {
  const connection = new nodeDataChannel.PeerConnection('offer', {
    iceServers: [],
    disableAutoNegotiation: true,
    forceMediaTransport: true,
  });
  const described = Promise.withResolvers<string>();
  connection.onLocalDescription(described.resolve);
  connection.onStateChange(() => {});
  const tracks = (['audio', 'video'] as const).map((kind, index) => connection.addTrack(offeredSection(kind, String(index))));
  connection.setLocalDescription('offer');
  const [, audio = '', video = ''] = (await described.promise).split(/^(?=m=)/m);
  expect(audio.split('\r\n')[0]).toBe('m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0 8');
  for (const map of ['111 opus/48000/2', '63 red/48000/2', '0 PCMU/8000', '8 PCMA/8000'])
    expect(audio.split('\r\n')).toContain(`a=rtpmap:${map}`);
  for (const codec of ['VP8', 'VP9', 'H264', 'AV1', 'H265']) {
    const payloadType = new RegExp(`a=rtpmap:(\\d+) ${codec}/90000`).exec(video)?.[1];
    expect(video).toContain(`a=fmtp:${Number(payloadType) + 1} apt=${payloadType}`);
  }
  expect(audio).toContain('a=recvonly');
  expect(video).toContain('abs-capture-time');
  expect(tracks).toHaveLength(2);
  connection.close();
});
