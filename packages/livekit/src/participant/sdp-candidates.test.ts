import { expect, test } from 'vitest';
import { withoutCandidates } from './sdp-candidates.ts';

const lines = (...text: string[]): string => text.map((line) => `${line}\r\n`).join('');

test('takes the candidates of every section and leaves the rest as it is', () => {
  const sdp = lines(
    ...[
      'v=0',
      'a=ice-lite',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=candidate:1 1 udp 7 127.0.0.1 9 typ host',
      'a=end-of-candidates',
      'a=mid:a',
    ],
    ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:b', 'a=rtcp-mux', 'a=candidate:2 1 tcp 5 ::1 9 typ host tcptype passive'],
  );
  expect(withoutCandidates(sdp)).toEqual({
    description: lines(
      ...['v=0', 'a=ice-lite', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:a'],
      ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:b', 'a=rtcp-mux'],
    ),
    candidates: [
      { candidate: 'candidate:1 1 udp 7 127.0.0.1 9 typ host', mid: 'a' },
      { candidate: 'candidate:2 1 tcp 5 ::1 9 typ host tcptype passive', mid: 'b' },
    ],
  });
});

test('a description without candidates, or without sections, stays as it is', () => {
  for (const sdp of ['', lines('v=0', 'm=audio 9 X 1', 'a=mid:0')])
    expect(withoutCandidates(sdp)).toEqual({ description: sdp, candidates: [] });
});
