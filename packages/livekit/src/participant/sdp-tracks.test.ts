import { expect, test } from 'vitest';
import { describedTracks } from './sdp-tracks.ts';

const head = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n';
const video = [
  ...[
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97',
    'c=IN IP4 0.0.0.0',
    'a=mid:2',
    'a=rtpmap:96 VP8/90000',
    'a=rtcp-fb:96 nack',
    'a=rtpmap:97 rtx/90000',
    'a=fmtp:97 apt=96',
  ],
  ...[
    'a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
    'a=ssrc-group:FID 11 22',
    'a=ssrc:11 cname:x',
    'a=msid:PA_a|TR_v TR_v',
    'a=sendonly',
    '',
  ],
].join('\r\n');
const audio = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 63',
  'a=mid:1',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 useinbandfec=1',
  'a=rtpmap:63 red/48000/2',
  'a=fmtp:63 111/111',
  'a=ssrc:33 msid:PA_a|TR_a TR_a',
  'a=sendrecv',
  '',
].join('\r\n');

test('reads ids, SSRCs, formats and extensions of what is sent', () => {
  expect(describedTracks(head + audio + video)).toEqual([
    {
      ...{ mid: '1', kind: 'audio', participantSid: 'PA_a', trackSid: 'TR_a', ssrc: 33, rtxSsrc: null, headerExtensions: [] },
      formats: [
        { payloadType: 111, codec: 'opus', clockRateHz: 48_000, channels: 2, fmtp: 'useinbandfec=1' },
        { payloadType: 63, codec: 'red', clockRateHz: 48_000, channels: 2, fmtp: '111/111' },
      ],
    },
    {
      ...{ mid: '2', kind: 'video', participantSid: 'PA_a', trackSid: 'TR_v', ssrc: 11, rtxSsrc: 22 },
      headerExtensions: [{ id: 2, uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time' }],
      formats: [
        { payloadType: 96, codec: 'vp8', clockRateHz: 90_000, fmtp: '' },
        { payloadType: 97, codec: 'rtx', clockRateHz: 90_000, fmtp: 'apt=96', associatedPayloadType: 96 },
      ],
    },
  ]);
});

test('passes over what is not sent, not known or not ours', () => {
  expect(describedTracks(head + video.replace('a=sendonly', 'a=inactive'))).toEqual([]);
  expect(describedTracks(head + video.replaceAll('VP8', 'NEW'))).toEqual([]);
  expect(describedTracks(head + video.replace('a=msid:PA_a|TR_v TR_v\r\n', ''))).toEqual([]);
  expect(describedTracks(head + video.replaceAll('TR_v', 'TR_../../x'))).toEqual([]);
  expect(describedTracks('')).toEqual([]);
});
